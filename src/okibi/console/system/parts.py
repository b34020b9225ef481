"""The lines of what runs: web, workers, inlets, each way of messages in and out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okibi.channels import ways
from okibi.channels.email.ways_in import WayIn, ways_in
from okibi.channels.registry import ADAPTERS, channel
from okibi.console.system.lines import Line, State
from okibi.kernel import signs, standing
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

SILENT_AFTER = timedelta(seconds=40)  # the inlets speak every ten seconds
UNREAD_AFTER = timedelta(minutes=30)  # a mailbox is looked at every ten minutes at the latest
GONE_AFTER = timedelta(days=1)  # a second machine that has been silent for longer was taken away
RUNNING = "docs/howto/run-in-production.md"
MAIL = "docs/howto/connect-mail.md"
KEYS = "docs/howto/keys-of-releases.md"
UNRENEWED_AFTER = timedelta(hours=6)  # they are looked at every hour


def parts() -> Iterator[Line]:
    """Web, workers and inlets. That this page is seen is the web's own sign of life."""
    yield Line(_("Web"), State.GOOD, _("answers"))
    workers = standing.workers()
    if workers.alive:
        value = ngettext("%(n)s works", "%(n)s work", workers.alive) % {"n": workers.alive}
        yield Line(_("Worker of the queue"), State.GOOD, value)
    else:
        yield Line(
            _("Worker of the queue"),
            State.BAD,
            _("is silent"),
            at=workers.last_sign,
            since=_("last sign"),
            advice=_(
                "Nothing is read, sent or told. Start “okibi up” (or “okibi worker”); its log says why it stopped."
            ),
            page=RUNNING,
        )
    yield from _inlets()
    yield from _signatures()


def _signatures() -> Iterator[Line]:
    """Where there are release keys: whether what they signed holds for another month, and is renewed in time."""
    for sign in signs.of("updates:metadata"):
        name, since = _("Signatures of versions"), _("last looked at")
        if now() - sign.at > UNRENEWED_AFTER:
            advice = _("Update clients will soon refuse everything. See whether the worker runs; its log says why.")
            yield Line(name, State.BAD, _("are not renewed"), at=sign.at, since=since, advice=advice, page=KEYS)
        elif sign.problem:
            advice = _("Their holders sign for another year: “okibi release keys rotate ROLE”.")
            yield Line(name, State.WARN, _("end soon"), detail=sign.problem, advice=advice, page=KEYS)
        else:
            yield Line(name, State.GOOD, _("hold"), at=sign.at, since=since)


def _inlets() -> Iterator[Line]:
    said = signs.of("inlets@")
    if not said:
        yield _silent_inlets(None, "")
    for index, sign in enumerate(said):
        host = sign.name.partition("@")[2] if len(said) > 1 else ""
        silent = now() - sign.at
        if silent <= SILENT_AFTER:
            yield Line(_("Inlets of mail"), State.GOOD, _("listen"), detail=host)
        elif index == 0 or silent < GONE_AFTER:
            yield _silent_inlets(sign.at, host)


def _silent_inlets(at: datetime | None, host: str) -> Line:
    return Line(
        _("Inlets of mail"),
        State.BAD,
        _("are silent"),
        at=at,
        since=_("last sign"),
        detail=host,
        advice=_("Mail is not taken in; your mail server keeps it. Start “okibi up” (or “okibi inlets”)."),
        page=RUNNING,
    )


def ways_of_mail_in() -> Iterator[Line]:
    """Each way by which something comes in, with the moment of what came last."""
    received = ways.last_received()
    for way in ways_in():
        yield _way_in(way, received)
        if way.left:
            yield _left(way)
    quiet = []
    for kind in (kind for kind in ADAPTERS if kind != "email"):
        at = max((at for (of, _source), at in received.items() if of == kind), default=None)
        if at:
            yield _idle_or_used(channel(kind).title, at)
        else:
            quiet.append(channel(kind).title)
    if quiet:
        yield Line(_("Nothing came lately"), State.IDLE, _together(quiet))


def _idle_or_used(name: str | Sentence, at: datetime | None) -> Line:
    if at is None:
        return Line(name, State.IDLE, _("nothing came lately"))
    return Line(name, State.GOOD, at=at, since=_("last came"))


def _left(way: WayIn) -> Line:
    return Line(
        way.place,
        State.WARN,
        _("mails that can't be fetched stay in it"),
        detail=", ".join(f"UID {uid}" for uid in way.left),
        advice=_("Read them in the mailbox itself; the journal says why. This line goes once they are marked as read."),
        page=MAIL,
    )


def _way_in(way: WayIn, received: Mapping[tuple[str, str], datetime]) -> Line:
    at = received.get(("email", way.source))
    if way.problem:
        return Line(
            way.place,
            State.BAD,
            _("can't be read"),
            at=way.well_at,
            since=_("last read"),
            detail=way.problem,
            advice=_(
                "Mail stays in the mailbox and is fetched as soon as the server answers. Check name and password."
            ),
            page=MAIL,
        )
    if not way.listens and (way.well_at is None or now() - way.well_at > UNREAD_AFTER):
        return Line(
            way.place,
            State.WARN,
            _("was not read lately"),
            at=way.well_at,
            since=_("last read"),
            advice=_("The mailbox is read by the inlets: see whether they run, and what their log says."),
            page=MAIL,
        )
    return _idle_or_used(way.place, at)


def ways_of_mail_out() -> Iterator[Line]:
    """Each way out: away, waiting for a setting, or the moment of what left last."""
    unused = []
    for way in ways.ways_out():
        if way.can_send or way.queued or way.sent_at:
            yield _way_out(way)
        else:
            unused.append(channel(way.kind).title)
    if unused:
        yield Line(_("Not in use"), State.IDLE, _together(unused))


def _together(titles: Sequence[Sentence]) -> Sentence:
    return Sentence(ru=", ".join(title.ru for title in titles), en=", ".join(title.en for title in titles))


def _way_out(way: ways.WayOut) -> Line:
    title = channel(way.kind).title
    waiting = _("in the queue: %(n)s") % {"n": shown(way.queued)} if way.queued else ""
    if way.rests_until:
        return Line(
            title,
            State.BAD,
            _("the way out is away"),
            at=way.rests_until,
            since=_("next try"),
            detail=way.error or waiting,
            advice=_("Nothing is lost: messages wait in the queue and leave by themselves when the server answers."),
            page=_page_of(way.kind),
        )
    if not way.can_send and way.queued:
        return Line(
            title,
            State.WARN,
            waiting,
            at=way.oldest,
            since=_("oldest"),
            advice=_("No way out is set up, messages wait. “okibi doctor” names the setting that is missing."),
            page=_page_of(way.kind),
        )
    if way.sent_at is None:
        return Line(title, State.IDLE, waiting or _("nothing left lately"))
    return Line(title, State.GOOD, waiting, at=way.sent_at, since=_("last left"))


def settings_of_channels() -> Iterator[Line]:
    """What an operator has to mend in the settings, in the channel's own words."""
    for kind in ADAPTERS:
        adapter = channel(kind)
        for problem in adapter.problems():
            yield Line(adapter.title, State.WARN, problem, page=_page_of(kind))


def _page_of(kind: str) -> str:
    return MAIL if kind == "email" else "docs/reference/channels.md"


def shown(count: int) -> str:
    """A count, or «999+» where it was not counted to its end."""
    return str(count) if count < ways.COUNT_LIMIT else f"{ways.COUNT_LIMIT - 1}+"
