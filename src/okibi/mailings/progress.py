"""What becomes of each letter: handed to the outbox, sent, bounced, opened, downloaded, installed."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from okibi.channels.models import Outbound
from okibi.customers.models import EmailAddress
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.kernel.statements import run
from okibi.mailings import services
from okibi.mailings.kinds import LineState, MailingState
from okibi.mailings.models import Line, Link, Mailing
from okibi.policy.release_states import ReleaseState
from okibi.policy.versions import VersionError, parse_version
from okibi.releases.kinds import Architecture, ArtefactKind, Platform
from okibi.releases.models import Artefact, Release

SUBJECT = "mailing_line"  # what an outbox row of a mailing is about
LINK_DAYS = 14
WHOLE = 1000  # thousandths of a file
RESUMED_MOST = 3  # whole files that may leave for each download, in parts: what breaks is asked for again
BATCH = 50  # letters of one transaction
BURST = timedelta(seconds=10)  # letters of so long a time leave together at most
LOOK_BACK = timedelta(days=120)  # after so long a device's report tells nothing of a mailing
HALTED = Sentence("выпуск версии остановлен", "the version was halted")
DEAD = Sentence(
    "Срок ссылки истёк, или её отозвали.", "The link's time is over, or it was taken back."
)  # fmt: skip
USED_UP = Sentence("По этой ссылке файл уже скачан несколько раз.", "The file was fetched by this link several times.")


# One statement for each letter that left: the furthest that is known of it, and whether it was the last to wait for.
_NOTE_SENT = """
    UPDATE okibi_mailings_line AS line SET sent_at = COALESCE(sent_at, %s), state = CASE
        WHEN state <> 'handed' THEN state
        WHEN installed_at IS NOT NULL THEN 'installed'
        WHEN downloaded_at IS NOT NULL THEN 'downloaded'
        WHEN opened_at IS NOT NULL THEN 'opened'
        ELSE 'sent' END
    WHERE id = %s
    RETURNING mailing_id, state NOT IN ('queued', 'handed') AND NOT EXISTS (
        SELECT FROM okibi_mailings_line AS other
        WHERE other.mailing_id = line.mailing_id AND other.id <> line.id AND other.state IN ('queued', 'handed')
    )
"""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one letter carries; only its hashes are kept."""

    page: str
    leave: str


def digest_of(token: str) -> str:
    """SHA-256 of a token, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


Writer = Callable[[Line, Tokens], None]


def due() -> list[int]:
    """Mailings that are going on, the oldest first."""
    sending = Mailing.objects.filter(state=MailingState.SENDING.value)
    return list(sending.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def let_go(mailing_id: int, write: Writer, most: int = BATCH) -> tuple[int, datetime | None]:
    """Hand the next letters over, as many as the pace allows at this moment, at most ``most`` and one batch of them.

    Gives how many, and when there will be more to do (None: nothing is queued). All in one transaction: a worker that
    is killed has handed over either all of them or none, and ``write`` puts rows whose keys are unique.
    """
    moment = now()
    rows = Mailing.objects.select_related("release").select_for_update(of=("self",), skip_locked=True)
    mailing = rows.filter(pk=mailing_id, state=MailingState.SENDING.value).first()
    if mailing is None:
        return 0, None
    if mailing.release.state != ReleaseState.PUBLISHED:
        services.pause(mailing.pk, SYSTEM, HALTED.ru)
        return 0, None
    step = 60 / mailing.per_minute
    planned = (mailing.next_at or moment).timestamp()
    room, next_at = room_at(moment.timestamp(), planned, step)
    room = min(room, most)
    queued = mailing.lines.filter(state=LineState.QUEUED.value).select_for_update(of=("self",))
    lines = list(queued.select_related("email").order_by("pk")[:room]) if room else []
    handed = _hand(lines, mailing, write, moment)
    mailing.next_at = datetime.fromtimestamp(next_at + step * handed, UTC)
    mailing.save(update_fields=["next_at"])
    if not mailing.lines.filter(state=LineState.QUEUED.value).exists():
        services.settle(mailing.pk)
        return handed, None
    return handed, max(mailing.next_at, moment)


def room_at(moment: float, next_at: float, step: float) -> tuple[int, float]:
    """How many letters may leave at a moment, and from when they count; all in seconds, ``step`` between two letters.

    What was missed while nobody worked is not made up for, but for a burst.
    """
    counted = max(next_at, moment - BURST.total_seconds())
    return (min(BATCH, int((moment - counted) / step) + 1) if counted <= moment else 0), counted


def _hand(lines: Sequence[Line], mailing: Mailing, write: Writer, at: datetime) -> int:
    """So many letters; none where an address left the registry or stopped taking mail since it was planned."""
    links, handed = [], []
    for line in lines:
        email: EmailAddress | None = line.email
        if email is None or not email.mobile_mailing or email.bounced_at:
            line.state = (LineState.DROPPED if line.sent_at is None else services.furthest(line)).value
            line.save(update_fields=["state"])
            continue
        line.mailing = mailing
        tokens = Tokens(secrets.token_urlsafe(16), secrets.token_urlsafe(16))
        until = at + timedelta(days=LINK_DAYS)
        hashes = {"token_hash": digest_of(tokens.page), "leave_hash": digest_of(tokens.leave)}
        links.append(Link(line=line, created_at=at, expires_at=until, **hashes))
        handed.append(line.pk)
        write(line, tokens)
    Link.objects.bulk_create(links)
    Line.objects.filter(pk__in=handed).update(state=LineState.HANDED.value, handed_at=at)
    return len(handed)


def _line(line_id: int | None) -> Line | None:
    rows = Line.objects.select_for_update(of=("self",)).select_related("mailing__release")
    return rows.filter(pk=line_id).first() if line_id else None


def note_outbox(row: Outbound) -> None:
    """The outbox tells what became of a letter, in the transaction that marks it."""
    if row.state == Outbound.State.SENT:
        for mailing_id, last in run(_NOTE_SENT, [row.sent_at or now(), row.subject_id]):
            if last:
                services.settle(mailing_id)
        return
    line = _line(row.subject_id)
    if line is not None and line.state == LineState.HANDED:
        line.state, line.error = LineState.FAILED.value, row.error[:500]
        line.save(update_fields=["state", "error"])
        services.settle(line.mailing_id)


@transaction.atomic
def note_bounced(line_id: int, reason: str) -> None:
    """The letter came back. Whoever opened it has it all the same."""
    line = _line(line_id)
    if line is not None and line.opened_at is None:
        line.state, line.error = LineState.BOUNCED.value, reason[:500]
        line.save(update_fields=["state", "error"])
        services.settle(line.mailing_id)


def link_of(token: str) -> Link:
    """The link of a letter with its line, mailing and release. Raises NotAllowedError where it leads nowhere (now)."""
    rows = Link.objects.select_related("line__mailing__release", "line__email")
    found = rows.filter(token_hash=digest_of(token), revoked_at__isnull=True, expires_at__gt=now()).first()
    if found is None or found.line.mailing.release.state != ReleaseState.PUBLISHED:
        raise NotAllowedError(DEAD)
    return found


@transaction.atomic
def note_opened(link: Link) -> None:
    """The page of the link was opened in a browser."""
    line = _line(link.line_id)
    if line is not None and line.opened_at is None:
        line.opened_at = now()
        _advance(line, "opened_at")


@transaction.atomic
def take_download(link: Link, share: int = WHOLE, *, begins: bool = True) -> None:
    """The file, or a part of it, is about to be sent; refused where that was too often. Raises NotAllowedError.

    What begins the file is a download; a part of what nobody began begins it, too. Parts that go on are free, but that
    all parts together (``share``, in thousandths of the file) have their end: else one link would serve everybody.
    """
    locked = Link.objects.select_for_update().get(pk=link.pk)
    begins = begins or not locked.downloads
    locked.downloads += begins
    locked.given += share
    if locked.downloads > locked.downloads_most or locked.given > locked.downloads_most * RESUMED_MOST * WHOLE:
        raise NotAllowedError(USED_UP)
    locked.save(update_fields=["downloads", "given"])
    line = _line(link.line_id)
    if line is not None and line.downloaded_at is None and line.opened_at is not None:  # else a program follows links
        line.downloaded_at = now()
        _advance(line, "downloaded_at")


@transaction.atomic
def note_version(person_ids: Collection[int], product: str, version: str) -> int:
    """A device of these cards reports what runs on it; gives how many lines that settled."""
    try:
        running = parse_version(version)
    except VersionError:
        return 0
    lines = Line.objects.select_for_update(of=("self",)).select_related("mailing__release")
    mine = lines.filter(
        person_id__in=person_ids,
        installed_at__isnull=True,
        mailing__release__product=product,
        mailing__created_at__gte=now() - LOOK_BACK,
    )
    settled = 0
    for line in mine.exclude(state=LineState.DROPPED.value):
        if parse_version(line.mailing.release.version) > running:
            continue
        line.installed_at, line.installed_version = now(), version[:40]
        _advance(line, "installed_at", "installed_version")
        settled += 1
    return settled


def _advance(line: Line, *fields: str) -> None:
    """Write moments of a line and the state that follows; a letter that still waits to be sent need not be."""
    if line.installed_at or line.state not in (LineState.QUEUED, LineState.DROPPED):
        line.state = services.furthest(line).value
    line.save(update_fields=["state", *fields])
    if line.installed_at:
        services.settle(line.mailing_id)


def leaving(token: str) -> Link:
    """Whose "no more letters" this is; such a link never expires. Raises NotAllowedError."""
    found = Link.objects.select_related("line__email", "line__mailing__release").filter(leave_hash=digest_of(token))
    link = found.first()
    if link is None:
        raise NotAllowedError(DEAD)
    return link


def files_of(release: Release) -> list[Artefact]:
    """The packages of a release for mobile devices, those for any processor first."""
    found = release.artefacts.filter(platform=Platform.ANDROID, kind=ArtefactKind.APK).select_related("blob")
    return sorted(found.defer("blob__data"), key=lambda each: (each.architecture != Architecture.ANY, each.pk))


def file_of(link: Link, artefact_id: int) -> Artefact:
    """One of them, by a link to its release. Raises NotAllowedError."""
    for each in files_of(link.line.mailing.release):
        if each.pk == artefact_id:
            return each
    raise NotAllowedError(DEAD)
