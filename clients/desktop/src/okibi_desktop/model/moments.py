"""Moments as a good colleague says them.

A term keeps the offset that the server wrote, for it is counted there, and says so where this computer's clock is
another. What happened is told by this computer's clock.
"""

from datetime import datetime, timedelta

from okibi_desktop.words import Words
from okibi_sdk.words import Sentence

MOSCOW = timedelta(hours=3)
WEEKDAYS = (
    Sentence("пн", "Mon"),
    Sentence("вт", "Tue"),
    Sentence("ср", "Wed"),
    Sentence("чт", "Thu"),
    Sentence("пт", "Fri"),
    Sentence("сб", "Sat"),
    Sentence("вс", "Sun"),
)
MONTHS = (
    Sentence("января", "January"),
    Sentence("февраля", "February"),
    Sentence("марта", "March"),
    Sentence("апреля", "April"),
    Sentence("мая", "May"),
    Sentence("июня", "June"),
    Sentence("июля", "July"),
    Sentence("августа", "August"),
    Sentence("сентября", "September"),
    Sentence("октября", "October"),
    Sentence("ноября", "November"),
    Sentence("декабря", "December"),
)


def said(at: datetime, now: datetime, t: Words) -> str:
    """``сегодня, 14:41``; ``вт 24 ноября, 20:00``; another year's with the year. ``now`` is aware, of any zone."""
    days = (at.date() - now.astimezone(at.tzinfo).date()) // timedelta(days=1)
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    return t(named, time=f"{at:%H:%M}") if named else dated(at, now, t)


def dated(at: datetime, now: datetime, t: Words) -> str:
    """The date in words, also today's."""
    parts: dict[str, object] = {
        "day": at.day,
        "month": MONTHS[at.month - 1].in_(t.language),
        "time": f"{at:%H:%M}",
        "weekday": WEEKDAYS[at.weekday()].in_(t.language),
        "year": at.year,
    }
    return t("moment" if at.year == now.astimezone(at.tzinfo).year else "moment_year", **parts)


def exact(at: datetime, t: Words) -> str:
    """For a tooltip: with year and offset."""
    zone = f"{at:%z}"
    return t(
        "exactly", moment=dated(at, datetime.min.replace(year=2, tzinfo=at.tzinfo), t), zone=f"{zone[:3]}:{zone[3:]}"
    )


def promise(at: datetime, now: datetime, t: Words) -> str:
    """``ответим до вт 24 ноября, 20:00``. A term is never said without its date."""
    if at.date() == now.astimezone(at.tzinfo).date():
        return t("promise_today", at=f"{at:%H:%M}")
    return t("promise", at=dated(at, now, t))


def happened(at: datetime, now: datetime, t: Words) -> str:
    """``сегодня, 17:41`` by the clock of this computer."""
    return said(at.astimezone(), now, t)


def term(words: str, at: datetime, t: Words) -> str:
    """``words`` of the term ``at``, with its zone where that is not this computer's: ``20:00 (МСК)``."""
    offset = at.utcoffset()
    if offset is None or offset == at.astimezone().utcoffset():
        return words
    zone = t("moscow") if offset == MOSCOW else f"UTC{at:%z}"[:6]
    return t("zoned", moment=words, zone=zone)
