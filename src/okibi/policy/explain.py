"""How a moment was reached, step by step, in Russian and in English.

The explanation is worked out on its own, walking the calendar day by day as a reader with a wall calendar would; a
property test holds it equal to ``term_values.due_at``. Where both agree, what is shown is what is promised.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from okibi.kernel.sentence import Sentence
from okibi.policy.term_values import Days, Hours, Months, Term, WorkingDays, months_later
from okibi.policy.wording import (
    MONTHS_EN,
    MONTHS_RU_IN,
    WORKING_DAY,
    clock_time,
    counted,
    dates,
    named_day,
    named_moment,
    on_moment,
    span,
    to_the_minute,
)
from okibi.policy.worktime import ONE_DAY, WEEKEND, ZERO, DayKind, Interval, WorkCalendar, instant

RULES: dict[str, Sentence] = {
    "placed": Sentence("Приём заявки", "Intake"),
    "gk-191": Sentence("ГК, ст. 191", "Civil Code, art. 191"),
    "gk-192": Sentence("ГК, ст. 192", "Civil Code, art. 192"),
    "gk-193": Sentence("ГК, ст. 193", "Civil Code, art. 193"),
    "gk-194": Sentence("ГК, ст. 194", "Civil Code, art. 194"),
    "tk-112": Sentence("ТК, ст. 112", "Labour Code, art. 112"),
    "worktime-opening": Sentence("Рабочее время", "Working time"),
    "worktime": Sentence("Рабочее время", "Working time"),
    "calendar-weekend": Sentence("Календарь", "Calendar"),
    "calendar-holiday": Sentence("Календарь", "Calendar"),
    "calendar-moved-off": Sentence("Календарь", "Calendar"),
    "calendar-moved-working": Sentence("Календарь", "Calendar"),
    "calendar-closed": Sentence("Календарь", "Calendar"),
    "term": Sentence("Срок", "Term"),
    "pause": Sentence("Пауза", "Pause"),
    "pause-none": Sentence("Пауза", "Pause"),
    "pause-moved": Sentence("Пауза", "Pause"),
}
"""Every code that a step can carry, with the label to show beside it."""

_CLOSED_RULES = {
    DayKind.WEEKEND: "calendar-weekend",
    DayKind.HOLIDAY: "calendar-holiday",
    DayKind.MOVED_OFF: "calendar-moved-off",
}
ENOUGH_DAYS_TO_FOLD = 3
WEEKEND_DAYS = Sentence("выходные", "weekend")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to one moment: when, by which rule (a key of RULES), and the sentence to show."""

    at: datetime
    rule: str
    sentence: Sentence

    @property
    def label(self) -> Sentence:
        """The article or the calendar fact, short: «ГК, ст. 191»."""
        return RULES[self.rule]


@dataclass(frozen=True, slots=True)
class Due:
    """A promised moment in the calendar's zone, and the steps that lead to it, in the order of their moments."""

    at: datetime
    steps: tuple[Step, ...]


def due(term: Term, start: datetime, calendar: WorkCalendar) -> Due:
    """The moment at which a term ends, with its explanation. Raises as ``due_at`` does."""
    story = _Story(calendar, calendar.local(start))
    story.tell(story.start, "placed", _placed(story.start))
    end = _hours(story, term) if isinstance(term, Hours) else _whole_days(story, term)
    story.tell_provisional_years(end.date())
    return Due(end, tuple(sorted(story.steps, key=lambda step: step.at)))


def explain(term: Term, start: datetime, calendar: WorkCalendar) -> tuple[Step, ...]:
    """The steps alone."""
    return due(term, start, calendar).steps


class _Story:
    """The steps told so far, with the calendar and the year that needs no saying."""

    def __init__(self, calendar: WorkCalendar, start: datetime) -> None:
        self.calendar = calendar
        self.start = start
        self.year = start.year
        self.steps: list[Step] = []

    def tell(self, at: datetime, rule: str, sentence: Sentence) -> None:
        self.steps.append(Step(at, rule, sentence))

    def midnight(self, when: date) -> datetime:
        """The start of a date, but never before the start of the term: steps do not go back in time."""
        return max(self.start, instant(when, time(0), self.calendar.zone))

    def tell_closed(self, days: Iterable[date]) -> None:
        """Which days do not count and why: one step per reason, in the order of their first days."""
        reasons: dict[tuple[DayKind, Sentence], list[date]] = {}
        for when in days:
            plan = self.calendar.day(when)
            reasons.setdefault((plan.kind, plan.source), []).append(when)
        for (kind, source), whens in reasons.items():
            rule = _CLOSED_RULES.get(kind, "calendar-closed")
            self.tell(self.midnight(whens[0]), rule, _reason(source, whens, self.year))

    def tell_moved_working(self, days: Iterable[date]) -> None:
        """Weekend days that count, because they were made working days."""
        for when in days:
            plan = self.calendar.day(when)
            if plan.kind is DayKind.MOVED_WORKING:
                self.tell(
                    self.midnight(when), "calendar-moved-working", _because(named_day(when, self.year), plan.source)
                )

    def tell_provisional_years(self, last: date) -> None:
        for year in range(self.start.year, last.year + 1):
            first = max(self.start.date(), date(year, 1, 1))
            if self.calendar.day(first).provisional:
                self.tell(self.midnight(first), "tk-112", _provisional(year))


def _hours(story: _Story, term: Hours) -> datetime:
    """Hours run through the open stretches until they are used up."""
    opening = next(stretch.start for stretch in _open_stretches(story.calendar, story.start))
    if opening > story.start:
        story.tell_closed(_closed_between(story.calendar, story.start.date(), opening.date()))
        story.tell(opening, "worktime-opening", _opening(opening, story.year))
    used = _used(story.calendar, story.start, timedelta(hours=term.count))
    _tell_used(story, used)
    end = used[-1].end
    story.tell(end, "term", _hours_end(term, end, story.year))
    return end


def _open_stretches(calendar: WorkCalendar, start: datetime) -> Iterator[Interval]:
    """The open stretches from a moment on, the first one cut at it. Ends only where the calendar does."""
    when = start.date()
    while True:
        for interval in calendar.intervals(when):
            rest = Interval(max(start, interval.start, key=_instant), interval.end)
            if rest.length > ZERO:
                yield rest
        when += ONE_DAY


def _used(calendar: WorkCalendar, start: datetime, amount: timedelta) -> list[Interval]:
    """The open stretches that an amount of working time fills, the last one cut where it ends."""
    used: list[Interval] = []
    for rest in _open_stretches(calendar, start):
        if rest.length >= amount:
            end = (rest.start.astimezone(UTC) + amount).astimezone(calendar.zone)
            return [*used, Interval(rest.start, end)]
        used.append(rest)
        amount -= rest.length
    return used


def _tell_used(story: _Story, used: list[Interval]) -> None:
    """One step per day; whole days in the middle of a long term are told together."""
    by_day: dict[date, list[Interval]] = {}
    for stretch in used:
        by_day.setdefault(stretch.start.date(), []).append(stretch)
    days = list(by_day)
    story.tell_closed(_closed_between(story.calendar, days[0], days[-1]))
    story.tell_moved_working(days)
    middle = days[1:-1]
    if len(middle) >= ENOUGH_DAYS_TO_FOLD:
        stretches = [stretch for when in middle for stretch in by_day[when]]
        said, whole = dates(middle, story.year), counted(len(middle), WORKING_DAY)
        length = span(sum((stretch.length for stretch in stretches), ZERO))
        sentence = Sentence(f"{said.ru}: {whole.ru} целиком, {length.ru}", f"{said.en}: {whole.en} whole, {length.en}")
        story.tell(stretches[0].start, "worktime", sentence)
        days = [days[0], days[-1]]
    for when in days:
        story.tell(by_day[when][0].start, "worktime", _day_used(when, by_day[when], story.year))


def _whole_days(story: _Story, term: Days | WorkingDays | Months) -> datetime:
    """Days and months: from the next day to the closing of the last one."""
    first = story.start.date() + ONE_DAY
    story.tell(story.midnight(first), "gk-191", _next_day(first, story.year))
    if isinstance(term, WorkingDays):
        last = _last_working_day(story, term, first)
    else:
        last = _rolled(story, _last_day(story, term, first))
    closing = story.calendar.intervals(last)[-1].end
    story.tell(closing, "gk-194", _closing(closing, story.year))
    return closing


def _last_working_day(story: _Story, term: WorkingDays, first: date) -> date:
    worked: list[date] = []
    when = first
    while len(worked) < term.count:
        if story.calendar.intervals(when):
            worked.append(when)
        when += ONE_DAY
    last = worked[-1]
    story.tell_closed(_closed_between(story.calendar, first, last))
    story.tell_moved_working(worked)
    story.tell(story.midnight(last), "term", _which_days(term, worked, story.year))
    return last


def _last_day(story: _Story, term: Days | Months, first: date) -> date:
    if isinstance(term, Days):
        days = [first + timedelta(days=index) for index in range(term.count)]
        story.tell(story.midnight(days[-1]), "term", _which_days(term, days, story.year))
        return days[-1]
    placed = story.start.date()
    last = months_later(placed, term.count)
    story.tell(story.midnight(last), "gk-192", _same_date(term, placed, last, story.year))
    return last


def _rolled(story: _Story, last: date) -> date:
    """The last day itself, or the next working day after it (art. 193)."""
    working = last
    while not story.calendar.intervals(working):
        working += ONE_DAY
    if working != last:
        story.tell_closed(_closed_between(story.calendar, last, working))
        story.tell(story.midnight(working), "gk-193", _next_working_day(working, story.year))
    story.tell_moved_working([working])
    return working


def _closed_between(calendar: WorkCalendar, first: date, last: date) -> list[date]:
    """The days from ``first`` up to, not including, ``last`` that have no working time."""
    days = (first + timedelta(days=index) for index in range((last - first).days))
    return [when for when in days if not calendar.intervals(when)]


def _instant(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _because(what: Sentence, why: Sentence) -> Sentence:
    return Sentence(f"{what.ru} — {why.ru}", f"{what.en}: {why.en}")


def _reason(source: Sentence, days: list[date], year: int) -> Sentence:
    return _because(dates(days, year), WEEKEND_DAYS if source == WEEKEND and len(days) > 1 else source)


def _placed(start: datetime) -> Sentence:
    said = on_moment(start, start.year)
    return Sentence(f"Заявка принята {said.ru}", f"The request was placed {said.en}")


def _opening(opening: datetime, year: int) -> Sentence:
    said = named_moment(opening, year)
    return Sentence(f"Часы идут с открытия: {said.ru}", f"The hours run from the opening: {said.en}")


def _day_used(when: date, stretches: list[Interval], year: int) -> Sentence:
    lengths = (to_the_minute(stretch.end) - to_the_minute(stretch.start) for stretch in stretches)
    said, length = named_day(when, year), span(sum(lengths, ZERO))
    hours = ", ".join(f"{clock_time(stretch.start)}–{clock_time(stretch.end)}" for stretch in stretches)
    return Sentence(f"{said.ru}, {hours}: {length.ru}", f"{said.en}, {hours}: {length.en}")


def _hours_end(term: Hours, end: datetime, year: int) -> Sentence:
    said, words = named_moment(end, year), term.sentence
    return Sentence(
        f"Срок ({words.ru} рабочего времени) кончается: {said.ru}",
        f"The term ({words.en} of working time) ends: {said.en}",
    )


def _next_day(first: date, year: int) -> Sentence:
    said = named_day(first, year)
    return Sentence(f"Срок считается со следующего дня: {said.ru}", f"The term is counted from the next day: {said.en}")


def _which_days(term: Days | WorkingDays, days: list[date], year: int) -> Sentence:
    said, words = dates(days, year), term.sentence
    return Sentence(f"{words.ru}: {said.ru}", f"{words.en}: {said.en}")


def _same_date(term: Months, placed: date, last: date, year: int) -> Sentence:
    said, words = named_day(last, year), term.sentence
    if last.day == placed.day:
        return Sentence(
            f"{words.ru}: последний день — то же число, {said.ru}",
            f"{words.en}: the last day is the same date, {said.en}",
        )
    month_ru, month_en = MONTHS_RU_IN[last.month - 1], MONTHS_EN[last.month - 1]
    return Sentence(
        f"{words.ru}: в {month_ru} нет числа {placed.day}, последний день срока — последний день месяца, {said.ru}",
        f"{words.en}: {month_en} has no day {placed.day}, the last day of the term is the last of the month, {said.en}",
    )


def _next_working_day(working: date, year: int) -> Sentence:
    said = named_day(working, year)
    return Sentence(
        f"Последний день нерабочий, срок кончается в ближайший следующий рабочий день: {said.ru}",
        f"The last day is not a working day, the term ends on the next working day: {said.en}",
    )


def _closing(closing: datetime, year: int) -> Sentence:
    said = named_moment(closing, year)
    return Sentence(f"Конец — закрытие: {said.ru}", f"The end is the closing: {said.en}")


def _provisional(year: int) -> Sentence:
    return Sentence(
        f"Календарь {year} года предварительный: постановления о переносе выходных ещё нет, дни посчитаны по закону",
        f"The calendar of {year} is provisional: its decree is not known yet, days off are counted by the law",
    )
