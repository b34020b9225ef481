"""What the Government's decrees moved, year by year, and which public holidays the law named when.

Data only. Source: the yearly decrees "О переносе выходных дней" as published by consultant.ru, read from the
``holidays`` library 0.109, which names each page; a test holds every year against that library, and fails when it
learns a year that this table lacks. It stands here because loading the library costs every process half a
second and 46 MB.
"""

from datetime import date
from typing import NamedTuple

from okibi.kernel.sentence import Sentence


class FixedHoliday(NamedTuple):
    """A public holiday on a fixed date, in the years ``since`` … ``until`` (both included)."""

    month: int
    day: int
    name: Sentence
    since: int = 1993
    until: int = 9999


_NEW_YEAR = Sentence("Новый год", "New Year's Day")
_NEW_YEAR_HOLIDAYS = Sentence("новогодние каникулы", "New Year holidays")
_LABOUR = Sentence("Праздник Весны и Труда", "Holiday of Spring and Labour")
_SOVEREIGNTY = Sentence(
    "День принятия Декларации о государственном суверенитете Российской Федерации",
    "Day of the Declaration of Sovereignty of the Russian Federation",
)

FIRST_YEAR = 1993
"""The first year that can be computed."""
LAST_YEAR = 2100
"""The last year that can be computed."""
NO_JANUARY_MOVES_SINCE = 2013
"""Since this year a weekend that meets a January holiday is moved by the decree, not to the next working day."""

HOLIDAYS: tuple[FixedHoliday, ...] = (
    FixedHoliday(1, 1, _NEW_YEAR, until=2004),
    FixedHoliday(1, 2, _NEW_YEAR, until=2004),
    *(FixedHoliday(1, day, _NEW_YEAR_HOLIDAYS, since=2005) for day in (1, 2, 3, 4, 5)),
    FixedHoliday(1, 6, _NEW_YEAR_HOLIDAYS, since=2013),
    FixedHoliday(1, 7, Sentence("Рождество Христово", "Christmas Day")),
    FixedHoliday(1, 8, _NEW_YEAR_HOLIDAYS, since=2013),
    FixedHoliday(2, 23, Sentence("День защитника Отечества", "Defender of the Fatherland Day"), since=2002),
    FixedHoliday(3, 8, Sentence("Международный женский день", "International Women's Day")),
    FixedHoliday(5, 1, _LABOUR),
    FixedHoliday(5, 2, _LABOUR, until=2004),
    FixedHoliday(5, 9, Sentence("День Победы", "Victory Day")),
    FixedHoliday(6, 12, _SOVEREIGNTY, until=2001),
    FixedHoliday(6, 12, Sentence("День России", "Russia Day"), since=2002),
    FixedHoliday(11, 4, Sentence("День народного единства", "Unity Day"), since=2005),
    FixedHoliday(
        11, 7, Sentence("годовщина Октябрьской революции", "anniversary of the October Revolution"), until=1995
    ),
    FixedHoliday(11, 7, Sentence("День согласия и примирения", "Day of Accord and Reconciliation"), 1996, 2004),
    FixedHoliday(12, 12, Sentence("День Конституции", "Constitution Day"), since=1994, until=2004),
)

DECREES: dict[int, str] = {
    # "MM-DD<MM-DD": the first date is a day off, moved there from the second one. An empty text: nothing was moved.
    1993: "",
    1994: "03-07<03-05",
    1995: "05-08<05-06 11-06<11-04 12-11<12-09",
    1996: "05-03<05-05 05-10<05-12 07-03<12-14 11-08<11-10 12-13<12-15",
    1997: "01-03<01-05 06-13<06-15",
    1998: "",
    1999: "01-08<01-10",
    2000: "05-08<05-06 11-06<11-04 12-11<12-09",
    2001: "03-09<03-11 04-30<04-28 06-11<06-09 12-31<12-29",
    2002: "05-03<04-27 05-10<05-18 11-08<11-10 12-13<12-15",
    2003: "01-03<01-04 01-06<01-05 06-13<06-21",
    2004: "",
    2005: "03-07<03-05 05-10<05-14",
    2006: "02-24<02-26 05-08<05-06",
    2007: "04-30<04-28 06-11<06-09 12-31<12-29",
    2008: "05-02<05-04 06-13<06-07 11-03<11-01",
    2009: "01-09<01-11",
    2010: "02-22<02-27 11-05<11-13",
    2011: "03-07<03-05",
    2012: "03-09<03-11 04-30<04-28 05-07<05-05 05-08<05-12 06-11<06-09 12-31<12-29",
    2013: "05-02<01-05 05-03<01-06 05-10<02-23",
    2014: "05-02<01-04 06-13<01-05 11-03<02-23",
    2015: "01-09<01-03 05-04<01-04",
    2016: "02-22<02-20 03-07<01-02 05-03<01-03",
    2017: "02-24<01-01 05-08<01-07",
    2018: "03-09<01-06 04-30<04-28 05-02<01-07 06-11<06-09 12-31<12-29",
    2019: "05-02<01-05 05-03<01-06 05-10<02-23",
    2020: "05-04<01-04 05-05<01-05",
    2021: "11-05<01-02 02-22<02-20 12-31<01-03",
    2022: "03-07<03-05 05-03<01-01 05-10<01-02",
    2023: "02-24<01-01 05-08<01-08",
    2024: "04-29<04-27 04-30<11-02 05-10<01-06 12-30<12-28 12-31<01-07",
    2025: "05-02<01-04 05-08<02-23 06-13<03-08 11-03<11-01 12-31<01-05",
    2026: "01-09<01-03 12-31<01-04",
    2027: "02-22<02-20 11-05<01-02 12-31<01-03",
}

EXTRA_DAYS_OFF: dict[date, Sentence] = {
    # Given without moving another day off; the library names the day, not the act.
    date(1994, 5, 10): Sentence("дополнительный выходной", "additional day off"),
}
