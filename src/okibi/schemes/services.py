"""The vendor's scheme in force at a moment, and how a new text of it comes in.

A version is the content hash of a policy text and the moment from which it applies. Versions are never changed or
deleted: every ticket points at the one it was judged by.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import IntegrityError, transaction

from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.kernel.foresight import Question, answered
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme import load
from okibi.policy.scheme_values import Scheme
from okibi.policy.wording import named_moment
from okibi.policy.worktime import instant
from okibi.schemes.models import SchemeVersion

KEPT = 64  # parsed schemes in the memory of a process
VERSIONS = Question(
    "schemes",
    "SELECT array_agg(id ORDER BY valid_from, id), array_agg(valid_from ORDER BY valid_from, id) "
    "FROM okibi_schemes_schemeversion",
    2,
)

NO_VERSION = Sentence(ru="Такой версии схемы поддержки нет.", en="There is no such version of the support scheme.")
IN_THE_PAST = Sentence(
    ru="Новая схема не может действовать задним числом: по прежней уже даны обещания. Выберите более поздний момент.",
    en="A new scheme can't apply to the past: promises were made by the old one. Choose a later moment.",
)
LOADED_ALREADY = Sentence(
    ru="Этот текст уже загружен. Чтобы вернуться к нему, измените в нём valid_from: получится новая версия.",
    en="This text is already loaded. To return to it, change its valid_from: that makes a new version.",
)


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of the scheme, read. ``digest`` is its content hash, ``valid_from`` an aware datetime."""

    version_id: int
    digest: str
    valid_from: datetime
    scheme: Scheme


_parsed: OrderedDict[int, Stored] = OrderedDict()
_lock = Lock()


def ensure_loaded() -> SchemeVersion:
    """Take in the policy file of the settings where its text is new; harmless to repeat.

    The first version applies from the file's own date; a later one from now, or from the file's date where that is
    still to come. Raises PolicyError for a wrong file.
    """
    scheme = load(Path(settings.OKIBI_POLICY))
    known = SchemeVersion.objects.filter(digest=scheme.content_hash).first()
    if known is not None:
        return known
    try:
        return _store(scheme, _starts(scheme), SYSTEM)
    except ConflictError:  # another process started at the same moment and was quicker
        return SchemeVersion.objects.get(digest=scheme.content_hash)


def was_changed_by_staff() -> bool:
    """Whether anybody loaded a scheme in the console."""
    return SchemeVersion.objects.filter(loaded_by__isnull=False).exists()


def load_text(text: str, valid_from: datetime | None, actor: Actor) -> SchemeVersion:
    """A new text of the policy, in force from an aware moment (None: its own date, or now where that has passed).

    Raises PolicyError with every problem of the text, ConflictError for a moment in the past or a text that is
    already there. Tickets placed before the moment keep the version they were judged by.
    """
    scheme = load(text)
    if SchemeVersion.objects.filter(digest=scheme.content_hash).exists():
        raise ConflictError(LOADED_ALREADY)
    if valid_from is not None and valid_from < now() and SchemeVersion.objects.exists():
        raise ConflictError(IN_THE_PAST)
    return _store(scheme, valid_from or _starts(scheme), actor)


def in_force(at: datetime) -> Stored:
    """The version that applies to what was received at an aware moment: one small query (one for all messages that are
    taken in together), the parsed text is kept.

    Before the first version's date the first one applies; an empty table takes in the file of the settings.
    """
    ids, beginnings = answered(VERSIONS)
    if not ids:
        return by_id(ensure_loaded().pk)
    begun = [version_id for version_id, valid_from in zip(ids, beginnings, strict=True) if valid_from <= at]
    return by_id(begun[-1] if begun else ids[0])


def by_id(version_id: int) -> Stored:
    """One version; from memory where this process has read it before. Raises NotAllowedError where there is none."""
    with _lock:
        known = _parsed.get(version_id)
        if known is not None:
            _parsed.move_to_end(version_id)
            return known
    row = SchemeVersion.objects.filter(pk=version_id).first()
    if row is None:
        raise NotAllowedError(NO_VERSION)
    stored = Stored(row.pk, row.digest, row.valid_from, load(row.text))
    with _lock:
        _parsed[version_id] = stored
        while len(_parsed) > KEPT:
            _parsed.popitem(last=False)
    return stored


def _starts(scheme: Scheme) -> datetime:
    of_file = instant(scheme.valid_from, time(0), scheme.zone)
    return max(now(), of_file) if SchemeVersion.objects.exists() else of_file


@transaction.atomic
def _store(scheme: Scheme, valid_from: datetime, actor: Actor) -> SchemeVersion:
    try:
        with transaction.atomic():
            row = SchemeVersion.objects.create(
                digest=scheme.content_hash,
                valid_from=valid_from,
                text=scheme.text,
                loaded_by_id=actor.id if actor.kind == "staff" else None,
            )
    except IntegrityError:
        raise ConflictError(LOADED_ALREADY) from None
    said = named_moment(valid_from.astimezone(scheme.zone), 0)
    record("scheme.loaded", ("scheme", row.pk), actor, {"version": row.digest[:8], "valid_from": said.as_dict()})
    return row


def forget(version_ids: Sequence[int] | None = None) -> None:
    """Drop parsed versions from this process's memory; only a restored database needs it."""
    with _lock:
        for version_id in list(_parsed) if version_ids is None else version_ids:
            _parsed.pop(version_id, None)
