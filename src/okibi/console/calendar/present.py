"""The days of a year as the calendar page draws them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi.calendars.selectors import CalendarDay
from okibi.calendars.words import KIND_WORDS
from okibi.flows import calendar_changes
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.wording import named_day
from okibi.policy.worktime import DayKind, DayPlan

WEEKDAYS = (
    Sentence("пн", "Mon"), Sentence("вт", "Tue"), Sentence("ср", "Wed"), Sentence("чт", "Thu"), Sentence("пт", "Fri"),
    Sentence("сб", "Sat"), Sentence("вс", "Sun"),
)  # fmt: skip
MONTHS = (
    Sentence("Январь", "January"), Sentence("Февраль", "February"), Sentence("Март", "March"),
    Sentence("Апрель", "April"), Sentence("Май", "May"), Sentence("Июнь", "June"), Sentence("Июль", "July"),
    Sentence("Август", "August"), Sentence("Сентябрь", "September"), Sentence("Октябрь", "October"),
    Sentence("Ноябрь", "November"), Sentence("Декабрь", "December"),
)  # fmt: skip


RECOUNT_SHOWN = timedelta(days=1)


def spoken(sentence: Sentence) -> str:
    """A sentence in the reader's language."""
    return sentence.in_language(get_language() or "ru")


def recount_view() -> dict[str, Any] | None:
    """How the newest counting of running terms goes or went; None where there was none within a day."""
    chore = calendar_changes.latest()
    if chore is None or (chore.finished_at and now() - chore.finished_at > RECOUNT_SHOWN) or not chore.total:
        return None
    return {
        "running": chore.finished_at is None,
        "done": chore.done,
        "total": chore.total,
        "moved": chore.changed,
        "by": chore.by.get("name", ""),
        "at": chore.finished_at or chore.began_at,
    }


def months(days: Sequence[CalendarDay], today: date) -> list[dict[str, Any]]:
    """Twelve months of weeks of seven cells; None stands where a week has no day of the month."""
    drawn = []
    for number, name in enumerate(MONTHS, start=1):
        mine = [day for day in days if day.date.month == number]
        cells: list[dict[str, Any] | None] = [None] * mine[0].date.weekday()
        cells += [cell(day, today) for day in mine]
        cells += [None] * (-len(cells) % 7)
        weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
        drawn.append({"name": name, "weeks": weeks, "working": sum(day.is_working for day in mine)})
    return drawn


def cell(day: CalendarDay, today: date) -> dict[str, Any]:
    """One date: its number, look, and what is said about it."""
    plan = day.plan
    said = named_day(plan.date, plan.date.year)
    tip = spoken(_tip(day))
    return {
        "number": plan.date.day,
        "kind": plan.kind.value.replace("_", "-"),
        "corrected": day.corrected,
        "today": plan.date == today,
        "tip": tip,
        "label": f"{spoken(said)}: {tip}",
        "url": reverse("console-calendar-day", args=[plan.date]),
    }


def _tip(day: CalendarDay) -> Sentence:
    source, hours = day.plan.source, hours_text(day.plan)
    tail = f", {hours}" if hours else ""
    return Sentence(source.ru + tail, source.en + tail)


def hours_text(plan: DayPlan) -> str:
    """«8:00–13:00, 14:00–20:00»; empty for a day off."""
    return ", ".join(f"{opens:%H:%M}–{_closing(closes)}" for opens, closes in plan.intervals)


def _closing(at: Any) -> str:
    text = f"{at:%H:%M}"
    return "24:00" if text == "00:00" else text


def remarkable(days: Sequence[CalendarDay]) -> list[dict[str, Any]]:
    """The days that are not what the week makes of them, for the table below the year."""
    return [
        {
            "date": spoken(named_day(day.date, day.date.year)),
            "url": reverse("console-calendar-day", args=[day.date]),
            "kind": spoken(KIND_WORDS[day.plan.kind]),
            "hours": hours_text(day.plan),
            "source": spoken(day.plan.source),
            "corrected": day.corrected,
            "by": day.changed_by,
            "at": day.changed_at,
        }
        for day in days
        if day.is_remarkable
    ]


def summary(days: Sequence[CalendarDay]) -> list[dict[str, Any]]:
    """The year in figures."""
    kinds = [day.plan.kind for day in days]
    working = timedelta()
    for day in days:
        for opens, closes in day.plan.intervals:
            end = datetime.combine(date.min, closes) if closes > opens else datetime.combine(date(1, 1, 2), closes)
            working += end - datetime.combine(date.min, opens)
    figures = [
        (_("Working days"), sum(day.is_working for day in days)),
        (_("Hours the desk is open"), round(working.total_seconds() / 3600)),
        (_("Public holidays"), kinds.count(DayKind.HOLIDAY)),
        (_("Moved days off"), kinds.count(DayKind.MOVED_OFF)),
        (_("Working weekend days"), kinds.count(DayKind.MOVED_WORKING)),
        (_("Corrected by hand"), sum(day.corrected for day in days)),
    ]
    return [{"name": name, "value": value} for name, value in figures]


def legend() -> list[dict[str, str]]:
    """Every kind of day with its look."""
    return [{"kind": kind.value.replace("_", "-"), "text": spoken(words)} for kind, words in KIND_WORDS.items()]
