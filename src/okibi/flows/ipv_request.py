"""A request from inside an application: what it would be promised, and placing it, once for each key."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn

from okibi.calendars.services import CORRECTIONS
from okibi.channels import inbox
from okibi.channels.inbox import Outcome
from okibi.channels.ipv.adapter import StoredFile, pack
from okibi.channels.models import Inbound
from okibi.channels.port import Party
from okibi.customers.selectors import answering_address, kept
from okibi.environments.reports import policy_report
from okibi.environments.selectors import by_public_id
from okibi.flows.intake import take
from okibi.flows.judgement import judge, shown_to
from okibi.flows.promise import Promise
from okibi.flows.visitor import Visitor
from okibi.journal.models import Entry
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.foresight import foreseen
from okibi.kernel.memory import short_memory
from okibi.kernel.sentence import Sentence
from okibi.kernel.visible import has_words
from okibi.policy.classify import classify
from okibi.policy.scheme import Scheme
from okibi.policy.terms import Step
from okibi.policy.verdict import Status, Verdict
from okibi.schemes.services import VERSIONS, in_force
from okibi.tickets import selectors
from okibi.tickets.models import Message, Ticket
from okibi.tickets.numbers import sequence_of

NO_TEXT = Sentence(ru="Опишите, что случилось или что нужно.", en="Please describe what happened or what is needed.")
NO_KIND = Sentence(ru="Такого класса в схеме поддержки нет.", en="The support scheme has no such class.")
NO_PRODUCT = Sentence(ru="Такой программы в схеме поддержки нет.", en="The support scheme has no such product.")
LONGEST_TEXT = 200_000  # characters
TOO_LONG = Sentence(
    ru="Текст слишком длинный: приложите его файлом.", en="The text is too long: attach it as a file, please."
)
OLDEST_DRAFT = timedelta(days=366)  # a device that says it wrote earlier than that has a wrong clock
SUBJECT = 120  # characters of the text that make a subject


class UnknownKindError(InputError):
    """A class that the scheme does not have."""

    code = "unknown_kind"

    def __init__(self) -> None:
        super().__init__(NO_KIND, field="kind")


class UnknownProductError(InputError):
    """A product that the scheme does not have."""

    code = "unknown_product"

    def __init__(self) -> None:
        super().__init__(NO_PRODUCT, field="product")


class NotTakenInYetError(ConflictError):
    """What was sent is kept, but could not be taken in just now; the same key asks again."""

    code = "not_taken_in_yet"
    permanent = False

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Заявка сохранена, но ещё не разобрана. Повторите запрос чуть позже.",
                en="The request is kept, but not taken in yet. Please repeat in a moment.",
            ),
            retry_after=5,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked. ``kind`` "" lets the desk's rules propose a class; ``subject`` "" is made of the text.

    ``report``: the environment in the API's shape. ``files``: whole uploads, their bytes kept by
    ``okibi.kernel.blobs``. ``written_at``: when it was composed, where that was without a connection.
    """

    text: str
    kind: str = ""
    subject: str = ""
    product: str = ""
    version: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[StoredFile, ...] = ()
    language: str = ""  # "" : the device's
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be said. Without cover there are no moments and no steps."""

    verdict: Verdict
    covered: Status  # the line "entitlement": met, unmet, unknown
    kind: str
    aim_at: datetime | None
    due_at: datetime | None
    steps: tuple[Step, ...]


def preview(visitor: Visitor | None, draft: Draft) -> Preview:
    """The verdict and the term that a request would get at this moment; nothing is stored. Any draft will do.

    Raises UnknownKindError, UnknownProductError.
    """
    moment = now()
    stored = in_force(moment)
    _check_words(draft, stored.scheme)
    device = by_public_id(visitor.device, visitor.row) if visitor else None
    person = kept(device.person) if device and device.person else None
    words = f"{draft.subject}\n{draft.text}"
    report = policy_report(draft.report)
    judgement = judge(person, words, report, draft.product, stored.scheme, moment, stored.digest, device)
    verdict, covered = shown_to(judgement.verdict, sure=person is not None), judgement.covered
    kind = draft.kind or classify(draft.subject, draft.text).ticket_class.value
    if covered is Status.UNMET:
        return Preview(verdict, covered, kind, None, None, ())
    promise = Promise.at_intake(stored.scheme, kind, moment)
    moments = promise.moments(moment)
    return Preview(verdict, covered, kind, moments["aim_at"], moments["due_at"], promise.explain(moment).steps)


def place(visitor: Visitor, key: str, draft: Draft) -> Ticket:
    """Place a request; the same ``key`` from the same device gives the ticket of the first time. Raises as below."""
    return placed(visitor, key, draft)[0]


def placed(visitor: Visitor, key: str, draft: Draft) -> tuple[Ticket, bool]:
    """Place a request; gives its ticket, and whether this very call opened it (the row is the one written then).

    Raises InputError for no words, UnknownKindError, UnknownProductError, NotTakenInYetError (kept, but not taken in:
    ask again).
    """
    text = checked_text(draft.text, draft.files)
    facts = {
        "kind": draft.kind,
        "product": draft.product,
        "version": draft.version,
        "language": draft.language or visitor.language,
        **{f"env_{name}": value for name, value in policy_report(draft.report).items()},
    }
    subject = draft.subject or _subject_of(text)
    with foreseen((VERSIONS, CORRECTIONS), (Inbound, Ticket, Message, Entry), [sequence_of(now().year)]):
        _check_words(draft, in_force(now()).scheme)
        row, outcome = _receive(visitor, f"new:{key}", subject, text, facts, draft.files, draft.written_at)
    if outcome is not None and outcome.subject is not None:
        return outcome.subject, True
    return selectors.by_ids([row.subject_id])[0] if row.subject_id else _not_yet(), False


def receive(
    visitor: Visitor,
    key: str,
    subject: str,
    text: str,
    facts: Mapping[str, str],
    files: Sequence[StoredFile],
    written_at: datetime | None = None,
) -> Inbound:
    """Store it raw and take it in, in one commit; a repeat of ``key`` gives the row of the first time.

    Where the taking in fails, the raw bytes stay and are tried again later: the row has no ``subject_id`` then.
    """
    return _receive(visitor, key, subject, text, facts, files, written_at)[0]


def _receive(
    visitor: Visitor,
    key: str,
    subject: str,
    text: str,
    facts: Mapping[str, str],
    files: Sequence[StoredFile],
    written_at: datetime | None,
) -> tuple[Inbound, Outcome | None]:
    device = by_public_id(visitor.device, visitor.row)
    person = kept(device.person) if device and device.person else None
    address = answering_address(person.pk) if person else ""
    name = person.name if person else (device.user_name or device.name) if device else ""
    raw = pack(
        sender=Party(address, name),
        subject=subject.strip(),
        text=text,
        facts={name: value.strip() for name, value in facts.items() if value.strip()},
        files=files,
        sent_at=_believed(written_at, now()),
    )
    with short_memory():
        by_public_id(visitor.device, device)  # the intake asks for it again
        envelope = {"device": visitor.device}
        return inbox.receive_and_take("ipv", _external_id(visitor, key), raw, "api", envelope, take)


def was_received(visitor: Visitor, key: str) -> bool:
    """Whether something came from this device under this key."""
    return Inbound.objects.filter(channel="ipv", external_id=_external_id(visitor, key)).exists()


def checked_text(text: str, files: Sequence[StoredFile]) -> str:
    """The words without what surrounds them. Raises InputError for none (and no file), and for too many.

    Words that nobody can see are none.
    """
    text = text.strip() if has_words(text) else ""
    if not text and not files:
        raise InputError(NO_TEXT, field="text")
    if len(text) > LONGEST_TEXT:
        raise InputError(TOO_LONG, field="text")
    return text


def _believed(written_at: datetime | None, moment: datetime) -> datetime:
    """When a device says that something was written, where that may be; now where its clock can't be right.

    A wrong clock is no reason to refuse a letter: the device would offer it again for ever.
    """
    if written_at is None or not moment - OLDEST_DRAFT <= written_at <= moment:
        return moment
    return written_at


def _check_words(draft: Draft, scheme: Scheme) -> None:
    if draft.kind and draft.kind not in scheme.classes:
        raise UnknownKindError
    if draft.product and scheme.product(draft.product) is None:
        raise UnknownProductError


def _external_id(visitor: Visitor, key: str) -> str:
    """Device and key, short enough for any key."""
    return f"{visitor.device}:{key if len(key) <= 100 else hashlib.sha256(key.encode()).hexdigest()}"


def _subject_of(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0][:SUBJECT] if lines else ""


def _not_yet() -> NoReturn:
    raise NotTakenInYetError
