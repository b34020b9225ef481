"""Reading the journal."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from okibi.journal.codes import CODES
from okibi.journal.models import Entry
from okibi.kernel.compiled import read, read_values
from okibi.kernel.sentence import Sentence


def of_subject(kind: str, subject_id: int, limit: int = 500) -> Sequence[Entry]:
    """The acts on one thing, oldest first."""
    return read(("journal: of", limit), partial(_of_subject, limit), kind, subject_id)


def _of_subject(limit: int, kind: str, subject_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("id")[:limit]


def since(entry_id: int, limit: int = 500) -> Sequence[Entry]:
    """What happened after an entry, for live events. A reader looks back over a window itself."""
    return list(Entry.objects.filter(id__gt=entry_id).order_by("id")[:limit])


def latest_id() -> int:
    """The id of the newest entry, 0 for an empty journal."""
    newest = read_values("journal: newest", lambda: Entry.objects.order_by("-id").values_list("id")[:1])
    return newest[0][0] if newest else 0


def latest_entries(code: str, since_at: datetime, limit: int = 50) -> Sequence[Entry]:
    """Entries of that code from ``since_at`` (aware) on, oldest first; no more than the newest ``limit``."""
    found = [entry for entry in Entry.objects.filter(code=code).order_by("-pk")[:limit] if entry.at >= since_at]
    return found[::-1]


def latest_of(code: str) -> Entry | None:
    """The newest act of a kind, whatever it was done to."""
    return Entry.objects.filter(code=code).order_by("-id").first()


NOBODY = "—"


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return NOBODY


def sentence_of(entry: Entry) -> Sentence:
    """What happened, in words of both languages. A code of a later version reads as its own name."""
    pattern = CODES.get(entry.code)
    if pattern is None:
        return Sentence(ru=entry.code, en=entry.code)
    ru, en = _Blank(), _Blank()
    for key, value in entry.data.items():
        both = isinstance(value, dict) and {"ru", "en"} <= value.keys()
        ru[key], en[key] = (str(value["ru"]), str(value["en"])) if both else (str(value), str(value))
    ru["actor"] = en["actor"] = entry.actor_name or NOBODY
    return Sentence(ru=_said(pattern.ru, ru), en=_said(pattern.en, en))


def _said(pattern: str, words: dict[str, str]) -> str:
    """The sentence; where the system acted by itself, it does not begin with a name."""
    if words["actor"] == NOBODY and pattern.startswith("{actor}: "):
        said = pattern.removeprefix("{actor}: ").format_map(words)
        return said[:1].upper() + said[1:]
    return pattern.format_map(words)
