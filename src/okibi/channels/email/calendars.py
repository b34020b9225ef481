"""Invitations (RFC 5545) read far enough for one line in the ticket; the file itself stays attached."""

import re

from okibi.channels.email.headers import scrub
from okibi.channels.email.values import CalendarPart

MAX_LENGTH = 200_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"^(METHOD|SUMMARY|DTSTART|DTEND|LOCATION|ORGANIZER)((?:;[^:\n]{0,300})?):(.*)$", re.MULTILINE | re.IGNORECASE
)
_MOMENT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")


def read_calendar(text: str) -> CalendarPart | None:
    """The first event of a calendar; None when the text is no calendar or holds no event."""
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        return None
    unfolded = _FOLD.sub("", scrub(text[:MAX_LENGTH]))
    head, found, event = unfolded.partition("BEGIN:VEVENT")
    if not found:
        return None
    method = next((match[3].strip() for match in _LINE.finditer(head) if match[1].upper() == "METHOD"), "")
    event = event.partition("END:VEVENT")[0].partition("BEGIN:VALARM")[0]
    values: dict[str, tuple[str, str]] = {}
    for match in _LINE.finditer(event):
        values.setdefault(match[1].upper(), (match[2], match[3].strip()))
    return CalendarPart(
        method=method.upper(),
        summary=_text(values.get("SUMMARY")),
        start=_moment(values.get("DTSTART")),
        end=_moment(values.get("DTEND")),
        location=_text(values.get("LOCATION")),
        organizer=re.sub(r"(?i)^mailto:", "", values.get("ORGANIZER", ("", ""))[1]),
    )


def summary_line(part: CalendarPart) -> str:
    """The event in one line, in marks that need no translation: ``📅 Созвон · 2026-11-20 12:00 – 13:00 · Офис``."""
    when = " – ".join(one for one in (part.start, part.end) if one)
    return "📅 " + " · ".join(one for one in (part.summary, when, part.location, part.organizer) if one)


def _text(value: tuple[str, str] | None) -> str:
    return re.sub(r"\\([,;\\])", r"\1", value[1].replace("\\n", " ").replace("\\N", " "))[:300] if value else ""


def _moment(value: tuple[str, str] | None) -> str:
    if value is None:
        return ""
    match = _MOMENT.match(value[1])
    if match is None:
        return value[1][:40]
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if not match[4]:
        return day
    zone = re.search(r"TZID=\"?([^;:\"]{1,60})", value[0], re.IGNORECASE)
    suffix = " UTC" if match[6] else (f" {zone[1]}" if zone else "")
    return f"{day} {match[4]}:{match[5]}{suffix}"
