"""The official production calendar of Russia, computed for any year from 1993 to 2100.

Sources: Labour Code, art. 112 (public holidays; a weekend day that meets one moves to the next working day after it,
since 2013 not in January), art. 95 (a working day right before a public holiday is an hour shorter), and the
Government's yearly decrees (``russian_decrees``). A year without a known decree is counted
by art. 112 alone and marked provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from okibi.kernel.sentence import Sentence
from okibi.policy.russian_decrees import (
    DECREES,
    EXTRA_DAYS_OFF,
    FIRST_YEAR,
    HOLIDAYS,
    LAST_YEAR,
    NO_JANUARY_MOVES_SINCE,
)
from okibi.policy.wording import day as day_words
from okibi.policy.worktime import ONE_DAY, WEEKEND, WORKING, DayKind, DayPlan, Hours, NoWorkingTimeError

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class RussianYears:
    """Gives the day plans of any year of the production calendar, with the desk's hours on its working days.

    ``shorten_by_minutes``: how much earlier the desk closes on a shortened day. The scheme promises 8:00–20:00 on every
    working day, so the default is 0 and a shortened day is only shown as one.
    """

    hours: Hours
    shorten_by_minutes: int = 0

    def __call__(self, year: int) -> Mapping[date, DayPlan]:
        return {
            plan.date: replace(plan, intervals=self._hours_of(plan)) if plan.intervals else plan
            for plan in production_calendar(year).values()
        }

    def _hours_of(self, plan: DayPlan) -> Hours:
        return shortened_hours(self.hours, self.shorten_by_minutes) if plan.shortened else self.hours


ANY_HOURS: Hours = ((time(9), time(18)),)
"""Stands in a calendar that is asked only which days work."""


def decree_is_known(year: int) -> bool:
    """Whether the year's decree on moved days off is known; otherwise the year is provisional."""
    return year in DECREES


def production_calendar(year: int) -> dict[date, DayPlan]:
    """Every day of a year with its kind and reason; working days carry ``ANY_HOURS``.

    Raises NoWorkingTimeError outside 1993 … 2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoWorkingTimeError(
            Sentence(
                f"производственный календарь считается с {FIRST_YEAR} по {LAST_YEAR} год, а нужен {year}",
                f"the production calendar is computed for {FIRST_YEAR} to {LAST_YEAR}, and {year} was asked for",
            ),
            year=year,
        )
    holidays = public_holidays(year)
    moved = _moves(year, holidays)
    opened = {source: target for target, source in moved.items() if _weekend(source) and source not in holidays}
    first = date(year, 1, 1)
    days = [first + timedelta(days=index) for index in range((date(year + 1, 1, 1) - first).days)]
    return {when: _plan(when, holidays, moved, opened) for when in days}


def public_holidays(year: int) -> dict[date, Sentence]:
    """The public holidays that the law names for a year (art. 112, part one), whatever day of the week they fall on."""
    return {
        date(year, holiday.month, holiday.day): holiday.name
        for holiday in HOLIDAYS
        if holiday.since <= year <= holiday.until
    }


def shortened_hours(hours: Hours, minutes: int) -> Hours:
    """Opening hours with their last minutes cut off; whole intervals go where the cut reaches them."""
    left = timedelta(minutes=minutes)
    kept = list(hours)
    while kept and left:
        start, end = kept.pop()
        length = _since_midnight(end, closing=True) - _since_midnight(start)
        if length > left:
            kept.append((start, _clock(_since_midnight(end, closing=True) - left)))
        left -= min(length, left)
    return tuple(kept)


def _since_midnight(at: time, *, closing: bool = False) -> timedelta:
    if closing and at == time(0):
        return ONE_DAY
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _clock(since_midnight: timedelta) -> time:
    return (datetime(2000, 1, 1, tzinfo=UTC) + since_midnight).time()


def _weekend(when: date) -> bool:
    return when.weekday() >= SATURDAY


def _moves(year: int, holidays: Mapping[date, Sentence]) -> dict[date, date]:
    """Days off that stand elsewhere than the calendar week puts them: {the day off: the date it was moved from}."""
    moved = {}
    for pair in DECREES.get(year, "").split():
        target, source = (date.fromisoformat(f"{year}-{text}") for text in pair.split("<"))
        moved[target] = source
    decided = set(moved.values())
    for holiday in sorted(holidays):
        stays = holiday.month == 1 and year >= NO_JANUARY_MOVES_SINCE
        if not _weekend(holiday) or holiday in decided or stays:
            continue
        target = holiday + ONE_DAY
        while _weekend(target) or target in holidays or target in moved:
            target += ONE_DAY
        moved[target] = holiday
    return moved


def _plan(
    when: date, holidays: Mapping[date, Sentence], moved: Mapping[date, date], opened: Mapping[date, date]
) -> DayPlan:
    provisional = not decree_is_known(when.year)
    if when in holidays:
        return DayPlan(when, (), DayKind.HOLIDAY, holidays[when], provisional)
    if when in EXTRA_DAYS_OFF:
        return DayPlan(when, (), DayKind.MOVED_OFF, EXTRA_DAYS_OFF[when], provisional)
    if when in moved:
        return DayPlan(when, (), DayKind.MOVED_OFF, _moved_from(moved[when]), provisional)
    if when in opened:
        # A swapped Saturday takes the length of the day whose place it took (art. 95 and the yearly explanations).
        short = _is_eve(when, holidays) or _is_eve(opened[when], holidays)
        return DayPlan(when, ANY_HOURS, DayKind.MOVED_WORKING, _moved_to(opened[when]), provisional, short)
    if _weekend(when):
        return DayPlan(when, (), DayKind.WEEKEND, WEEKEND, provisional)
    if _is_eve(when, holidays):
        return DayPlan(when, ANY_HOURS, DayKind.SHORTENED, _eve(when, holidays), provisional, shortened=True)
    return DayPlan(when, ANY_HOURS, DayKind.WORKING, WORKING, provisional)


def _is_eve(when: date, holidays: Mapping[date, Sentence]) -> bool:
    following = when + ONE_DAY
    return following in holidays or (following.month, following.day) == (1, 1)


def _eve(when: date, holidays: Mapping[date, Sentence]) -> Sentence:
    following = when + ONE_DAY
    name = holidays.get(following) or public_holidays(following.year)[following]
    return Sentence(f"сокращённый день, завтра {name.ru}", f"shortened day, tomorrow is {name.en}")


def _moved_from(source: date) -> Sentence:
    said = day_words(source, source.year)
    return Sentence(f"выходной, перенесён с {said.ru}", f"day off moved from {said.en}")


def _moved_to(target: date) -> Sentence:
    said = day_words(target, target.year)
    return Sentence(f"рабочий день, выходной перенесён на {said.ru}", f"working day, its day off moved to {said.en}")
