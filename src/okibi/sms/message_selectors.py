"""Reading single SMS, what came in, and who wants none: lists with filters, and one SMS with its history."""

from collections.abc import Sequence
from dataclasses import dataclass

from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.sms.models import Consent, Line, LineEvent, Sms, SmsIn

GONE = Sentence("Такой SMS нет.", "There is no such SMS.")
NO_LINE = Sentence("Такой линии нет.", "There is no such line.")
PAGE = 50
SHORTEST = 3  # digits of a number that are looked for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the SMS is to be seen; ``digits``: a part of the number."""

    state: str = ""
    line: int | None = None
    digits: str = ""


def digits_of(text: str) -> str:
    """The digits of what was typed, without the trunk 8 of a whole Russian number; "" for too few."""
    found = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    if len(found) == 11 and found.startswith("8"):
        found = found[1:]
    return found if len(found) >= SHORTEST else ""


def sent(wanted: Wanted, before: int | None = None) -> list[Sms]:
    """One more than a page of outgoing SMS, the newest first, with their lines: one statement."""
    rows = Sms.objects.select_related("line").order_by("-id")
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.line is not None:
        rows = rows.filter(line_id=wanted.line)
    if wanted.digits:
        rows = rows.filter(number__contains=wanted.digits)
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])


def came_in(wanted: Wanted, before: int | None = None) -> list[SmsIn]:
    """One more than a page of what came in, the newest first, with the lines: one statement."""
    rows = SmsIn.objects.select_related("line").order_by("-id")
    if wanted.line is not None:
        rows = rows.filter(line_id=wanted.line)
    if wanted.digits:
        rows = rows.filter(sender__contains=wanted.digits)
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])


def by_id(sms_id: int) -> Sms:
    """One SMS with its line. Raises NotAllowedError."""
    row = Sms.objects.select_related("line").filter(pk=sms_id).first()
    if row is None:
        raise NotAllowedError(GONE)
    return row


def lines_of(ids: Sequence[int]) -> Sequence[Line]:
    """Lines by their ids."""
    return list(Line.objects.filter(pk__in=ids).order_by("gateway", "name")) if ids else []


def line_by_id(line_id: int) -> Line:
    """Raises NotAllowedError."""
    row = Line.objects.filter(pk=line_id).first()
    if row is None:
        raise NotAllowedError(NO_LINE)
    return row


def events_of(line_id: int, limit: int = 20) -> Sequence[LineEvent]:
    """What a line told beside SMS, the newest first."""
    return list(LineEvent.objects.filter(line_id=line_id).order_by("-id")[:limit])


def wishes(kind: str = "", digits: str = "", before: int | None = None) -> list[Consent]:
    """One more than a page of what numbers' owners said, the newest first: one statement."""
    rows = Consent.objects.order_by("-id")
    if kind:
        rows = rows.filter(kind=kind)
    if digits:
        rows = rows.filter(number__contains=digits)
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])


def wish_now(numbers: Sequence[str]) -> dict[str, str]:
    """The newest word of each of these numbers: one statement."""
    rows = Consent.objects.filter(number__in=numbers).order_by("number", "-id").distinct("number")
    return dict(rows.values_list("number", "kind"))
