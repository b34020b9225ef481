"""Planning and steering a mailing; each act is on record."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from django.db import transaction

from okibi.customers.models import EmailAddress
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.mailings.audience import audience_of
from okibi.mailings.kinds import ARRIVED, WAITING, LineState, MailingState
from okibi.mailings.models import Line, Link, Mailing
from okibi.policy.release_states import ReleaseState
from okibi.releases.models import Release

GONE = Sentence("Такой рассылки нет.", "There is no such mailing.")
NOT_NOW = Sentence(
    "Рассылка уже в другом состоянии: обновите страницу.", "The mailing has changed meanwhile: load the page anew."
)
NOT_PUBLISHED = Sentence(
    "Версия не опубликована: рассылать нечего.", "The version is not published: there is nothing to send."
)
NO_REASON = Sentence("Назовите причину.", "Give a reason.")
NOBODY = Sentence("Напоминать некому.", "There is nobody to remind.")
FASTEST = 6000  # letters per minute
PACE_WRONG = Sentence(f"Темп — от 1 до {FASTEST} писем в минуту.", f"The pace is 1 to {FASTEST} letters per minute.")
FILL = 1000  # lines of one statement


class MailingError(InputError):
    """A wish that can't be; ``field`` is where the mistake stands."""

    code = "mailing"

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(why)
        self.field = field


@transaction.atomic
def plan(release: Release, zone: tzinfo, actor: Actor = SYSTEM) -> Mailing:
    """The mailing of a release with a line for each address it is for. Again: the same, its audience looked at anew.

    One that has begun is given as it is.
    """
    moment = now()
    defaults = {"created_at": moment, "created_by": actor.name}
    made = Mailing.objects.get_or_create(release=release, defaults=defaults)[1]
    mailing = _locked(Mailing.objects.only("pk").get(release=release).pk)
    if mailing.state == MailingState.DRAFT:
        _fill(mailing, moment, zone)
    if made:
        _record("mailing.planned", mailing, actor, count=mailing.lines.count())
    return mailing


def _fill(mailing: Mailing, at: datetime, zone: tzinfo) -> None:
    """Make the lines of a mailing that has not begun those of its audience."""
    taken = audience_of(mailing.release, at, zone).taken
    mailing.lines.exclude(key__in=[email.key for email in taken]).delete()
    _add(mailing, taken)


def _add(mailing: Mailing, emails: Sequence[EmailAddress]) -> int:
    before = mailing.lines.count()
    Line.objects.bulk_create(
        [
            Line(
                mailing=mailing,
                email=email,
                person=email.person,
                key=email.key,
                address=email.address,
                name=email.person.name,
                organisation_name=email.person.organisation.name if email.person.organisation else "",
                language=email.person.language,
            )
            for email in emails
        ],
        batch_size=FILL,
        ignore_conflicts=True,
    )
    return mailing.lines.count() - before


@transaction.atomic
def start(mailing_id: int, per_minute: int, zone: tzinfo, actor: Actor) -> Mailing:
    """Begin to send. The registry is looked at once more first. Raises MailingError, ConflictError."""
    mailing = _locked(mailing_id)
    _in(mailing, MailingState.DRAFT)
    _sendable(mailing)
    moment = now()
    _fill(mailing, moment, zone)
    mailing.per_minute = _pace(per_minute)
    mailing.state, mailing.started_at, mailing.next_at = MailingState.SENDING.value, moment, moment
    mailing.save(update_fields=["per_minute", "state", "started_at", "next_at"])
    _record("mailing.started", mailing, actor, count=mailing.lines.count(), pace=mailing.per_minute)
    settle(mailing.pk)
    return mailing


@transaction.atomic
def pause(mailing_id: int, actor: Actor, reason: str = "") -> Mailing:
    """No further letter leaves until it is resumed. Raises ConflictError."""
    mailing = _locked(mailing_id)
    _in(mailing, MailingState.SENDING)
    mailing.state, mailing.reason = MailingState.PAUSED.value, reason[:500]
    mailing.save(update_fields=["state", "reason"])
    _record("mailing.paused", mailing, actor, reason=reason or "—")
    return mailing


@transaction.atomic
def resume(mailing_id: int, actor: Actor) -> Mailing:
    """Go on where it was paused. Raises ConflictError, MailingError."""
    mailing = _locked(mailing_id)
    _in(mailing, MailingState.PAUSED)
    _sendable(mailing)
    mailing.state, mailing.reason, mailing.next_at = MailingState.SENDING.value, "", now()
    mailing.save(update_fields=["state", "reason", "next_at"])
    _record("mailing.resumed", mailing, actor)
    settle(mailing.pk)
    return mailing


@transaction.atomic
def stop(mailing_id: int, reason: str, actor: Actor) -> Mailing:
    """End it for good: what is still queued is cancelled. Raises ConflictError, MailingError."""
    mailing = _locked(mailing_id)
    _in(mailing, MailingState.DRAFT, MailingState.SENDING, MailingState.PAUSED)
    if not reason.strip():
        raise MailingError("reason", NO_REASON)
    mailing.state, mailing.reason, mailing.finished_at = MailingState.STOPPED.value, reason.strip()[:500], now()
    mailing.save(update_fields=["state", "reason", "finished_at"])
    queued = mailing.lines.filter(state=LineState.QUEUED.value)
    queued.filter(sent_at__isnull=True).update(state=LineState.DROPPED.value)
    for line in queued:  # a reminder that was not sent: what happened before stays true
        line.state = furthest(line).value
        line.save(update_fields=["state"])
    _record("mailing.stopped", mailing, actor, reason=mailing.reason)
    return mailing


@transaction.atomic
def change_pace(mailing_id: int, per_minute: int, actor: Actor) -> Mailing:
    """Another pace from now on. Raises MailingError."""
    mailing = _locked(mailing_id)
    mailing.per_minute = _pace(per_minute)
    mailing.save(update_fields=["per_minute"])
    _record("mailing.pace", mailing, actor, pace=mailing.per_minute)
    return mailing


@transaction.atomic
def remind(mailing_id: int, actor: Actor) -> int:
    """One more letter to whoever got one and has not installed; gives how many. Raises ConflictError, MailingError."""
    mailing = _locked(mailing_id)
    _in(mailing, MailingState.FINISHED)
    _sendable(mailing)
    waiting = [LineState.SENT.value, LineState.OPENED.value, LineState.DOWNLOADED.value]
    count = mailing.lines.filter(state__in=waiting).update(state=LineState.QUEUED.value, round=mailing.round + 1)
    if not count:
        raise MailingError("", NOBODY)
    mailing.round += 1
    mailing.state, mailing.next_at, mailing.finished_at = MailingState.SENDING.value, now(), None
    mailing.save(update_fields=["round", "state", "next_at", "finished_at"])
    _record("mailing.reminded", mailing, actor, count=count)
    return count


@transaction.atomic
def add_late(mailing_id: int, zone: tzinfo, actor: Actor) -> int:
    """Letters to addresses that joined the registry after the mailing began; gives how many. Raises ConflictError."""
    mailing = _locked(mailing_id)
    _in(mailing, MailingState.SENDING, MailingState.PAUSED, MailingState.FINISHED)
    _sendable(mailing)
    count = _add(mailing, audience_of(mailing.release, now(), zone).taken)
    if count:
        if mailing.state == MailingState.FINISHED:
            mailing.state, mailing.next_at, mailing.finished_at = MailingState.SENDING.value, now(), None
            mailing.save(update_fields=["state", "next_at", "finished_at"])
        _record("mailing.extended", mailing, actor, count=count)
    return count


@transaction.atomic
def revoke(line_id: int, actor: Actor) -> Line:
    """The links of one letter lead nowhere from now on. Raises NotAllowedError."""
    line = Line.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise NotAllowedError(GONE)
    if Link.objects.filter(line=line, revoked_at__isnull=True).update(revoked_at=now()):
        _record("mailing.revoked", line.mailing, actor, address=line.address)
    return line


def furthest(line: Line) -> LineState:
    """The state that a line's moments say."""
    marks = (
        (line.installed_at, LineState.INSTALLED),
        (line.downloaded_at, LineState.DOWNLOADED),
        (line.opened_at, LineState.OPENED),
        (line.sent_at, LineState.SENT),
    )
    return next((state for at, state in marks if at), LineState.HANDED if line.handed_at else LineState.QUEUED)


@transaction.atomic
def settle(mailing_id: int) -> bool:
    """A mailing whose letters have all left is finished; gives whether it became so."""
    waiting = Line.objects.filter(mailing_id=mailing_id, state__in=[state.value for state in WAITING])
    if waiting.exists():  # before any lock: who hands letters over holds the mailing and waits for lines
        return False
    mailing = _locked(mailing_id)
    if mailing.state != MailingState.SENDING:
        return False
    mailing.state, mailing.finished_at = MailingState.FINISHED.value, now()
    mailing.save(update_fields=["state", "finished_at"])
    arrived = mailing.lines.filter(state__in=[state.value for state in ARRIVED]).count()
    _record("mailing.finished", mailing, SYSTEM, count=arrived)
    return True


def _locked(mailing_id: int) -> Mailing:
    rows = Mailing.objects.select_related("release").select_for_update(of=("self",))
    found = rows.filter(pk=mailing_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def _in(mailing: Mailing, *states: MailingState) -> None:
    if mailing.state not in {state.value for state in states}:
        raise ConflictError(NOT_NOW)


def _sendable(mailing: Mailing) -> None:
    if mailing.release.state != ReleaseState.PUBLISHED:
        raise MailingError("", NOT_PUBLISHED)


def _pace(per_minute: int) -> int:
    if not 1 <= per_minute <= FASTEST:
        raise MailingError("per_minute", PACE_WRONG)
    return per_minute


def _record(code: str, mailing: Mailing, actor: Actor, **data: object) -> None:
    release = mailing.release
    said = {"product": release.product, "version": release.version, **data}
    record(code, ("mailing", mailing.pk), actor, said)
