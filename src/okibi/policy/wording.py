"""Dates, moments, spans and counts said in Russian and in English, the same way everywhere a promise is explained."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from okibi.kernel.sentence import Sentence

MONTHS_RU = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
MONTHS_RU_IN = (
    *("январе", "феврале", "марте", "апреле", "мае", "июне"),
    *("июле", "августе", "сентябре", "октябре", "ноябре", "декабре"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS_RU = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
WEEKDAYS_RU_ON = (
    *("в понедельник", "во вторник", "в среду", "в четверг"),
    *("в пятницу", "в субботу", "в воскресенье"),
)
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Noun(NamedTuple):
    """The forms of a counted thing: Russian for 1, 2 and 5 of it, English for one and many."""

    one: str
    few: str
    many: str
    en_one: str
    en_many: str


HOUR = Noun("час", "часа", "часов", "hour", "hours")
MINUTE = Noun("минута", "минуты", "минут", "minute", "minutes")
DAY = Noun("день", "дня", "дней", "day", "days")
WORKING_DAY = Noun("рабочий день", "рабочих дня", "рабочих дней", "working day", "working days")
MONTH = Noun("месяц", "месяца", "месяцев", "month", "months")


def russian_form(count: int, noun: Noun) -> str:
    """The Russian form that agrees with the number: 1 день, 2 дня, 5 дней, 11 дней, 21 день."""
    if count % 10 == 1 and count % 100 != 11:
        return noun.one
    if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        return noun.few
    return noun.many


def counted(count: int, noun: Noun) -> Sentence:
    """A number with its noun: «2 рабочих дня», "2 working days"."""
    return Sentence(f"{count} {russian_form(count, noun)}", f"{count} {noun.en_one if count == 1 else noun.en_many}")


def span(length: timedelta) -> Sentence:
    """A length of time in hours and minutes; seconds are left out, unless there is nothing else."""
    minutes = int(abs(length).total_seconds()) // 60
    parts = [counted(count, noun) for count, noun in ((minutes // 60, HOUR), (minutes % 60, MINUTE)) if count]
    if not parts:
        return Sentence("меньше минуты", "less than a minute") if length else counted(0, MINUTE)
    return Sentence(" ".join(part.ru for part in parts), " ".join(part.en for part in parts))


def clock_time(moment: datetime) -> str:
    """The wall clock of the moment's own zone: ``8:00``, ``14:41``. A promise is said to the minute before it ends."""
    return f"{moment.hour}:{moment.minute:02}"


def to_the_minute(moment: datetime) -> datetime:
    """The moment as :func:`clock_time` says it: lengths beside moments must be those of what is read."""
    return moment.replace(second=0, microsecond=0)


def day(when: date, home_year: int) -> Sentence:
    """A date without its weekday; the year is said only where it isn't ``home_year``."""
    ru, en = f"{when.day} {MONTHS_RU[when.month - 1]}", f"{when.day} {MONTHS_EN[when.month - 1]}"
    return Sentence(ru, en) if when.year == home_year else Sentence(f"{ru} {when.year} года", f"{en} {when.year}")


def named_day(when: date, home_year: int) -> Sentence:
    """«пятница, 20 ноября», "Friday, 20 November"."""
    said = day(when, home_year)
    return Sentence(f"{WEEKDAYS_RU[when.weekday()]}, {said.ru}", f"{WEEKDAYS_EN[when.weekday()]}, {said.en}")


def named_moment(moment: datetime, home_year: int) -> Sentence:
    """«пятница, 20 ноября, 12:41», "Friday, 20 November, 12:41": the moment's own zone."""
    said = named_day(moment.date(), home_year)
    return Sentence(f"{said.ru}, {clock_time(moment)}", f"{said.en}, {clock_time(moment)}")


def on_moment(moment: datetime, home_year: int) -> Sentence:
    """«в пятницу, 20 ноября, 12:41», "on Friday, 20 November, 12:41"."""
    said, en = day(moment.date(), home_year), named_moment(moment, home_year).en
    weekday = WEEKDAYS_RU_ON[moment.weekday()]
    return Sentence(f"{weekday}, {said.ru}, {clock_time(moment)}", f"on {en}")


def moments(begin: datetime, end: datetime, home_year: int) -> Sentence:
    """A stretch between two moments; the second date is said only where it is another day."""
    first = named_moment(begin, home_year)
    if begin.date() == end.date():
        return Sentence(f"{first.ru} – {clock_time(end)}", f"{first.en} – {clock_time(end)}")
    last = named_moment(end, home_year)
    return Sentence(f"{first.ru} – {last.ru}", f"{first.en} – {last.en}")


def dates(days: Iterable[date], home_year: int) -> Sentence:
    """Dates as people write them: «21 и 22 ноября», «1–6 и 8 января», «30 апреля – 3 мая», «28 февраля и 1 марта».

    A year that is not ``home_year`` is said once, by the last date in it.
    """
    runs = _runs(sorted(set(days)))
    following = [*(first.year for first, _last in runs[1:]), None]
    pieces = [
        _run(first, last, home_year if last.year != after else last.year)
        for (first, last), after in zip(runs, following, strict=True)
    ]
    return Sentence(
        _joined([(said.ru, when) for said, when in pieces], " и "),
        _joined([(said.en, when) for said, when in pieces], " and "),
    )


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Consecutive days gathered; a pair stays two days, because «21 и 22» reads better than «21–22»."""
    runs: list[tuple[date, date]] = []
    for when in days:
        if runs and when - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], when)
        else:
            runs.append((when, when))
    parted: list[tuple[date, date]] = []
    for first, last in runs:
        parted += [(first, first), (last, last)] if (last - first).days == 1 else [(first, last)]
    return parted


def _run(first: date, last: date, home_year: int) -> tuple[Sentence, date]:
    end = day(last, home_year)
    if first == last:
        return end, last
    if (first.year, first.month) == (last.year, last.month):
        return Sentence(f"{first.day}–{end.ru}", f"{first.day}–{end.en}"), last
    begin = day(first, home_year if first.year != last.year else first.year)
    return Sentence(f"{begin.ru} – {end.ru}", f"{begin.en} – {end.en}"), last


def _joined(pieces: list[tuple[str, date]], conjunction: str) -> str:
    """Joins the runs; a month is said once, by the last run that ends in it."""
    texts: list[str] = []
    for index, (text, when) in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        shared = following and (following[1].year, following[1].month) == (when.year, when.month)
        if shared and following and " – " not in following[0] and " – " not in text:
            texts.append(text.split(" ", 1)[0])
        else:
            texts.append(text)
    if len(texts) == 1:
        return texts[0]
    return ", ".join(texts[:-1]) + conjunction + texts[-1]
