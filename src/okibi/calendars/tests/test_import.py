"""Files of calendar days: CSV, JSON, iCalendar."""

import json
from datetime import date, time

import pytest

from okibi.calendars import importing
from okibi.calendars.errors import CalendarError
from okibi.calendars.models import DayOverride
from okibi.calendars.reading import read_file
from okibi.calendars.services import set_day
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.sentence import Sentence
from okibi.policy.worktime import DayKind

ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270101\r
DTEND;VALUE=DATE:20270109\r
SUMMARY:Новогодние\r
  каникулы\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270220\r
SUMMARY:Рабочая суббота\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270222\r
CATEGORIES:moved_off\r
SUMMARY:Перенос с 20 февраля\\, суббота\r
END:VEVENT\r
END:VCALENDAR\r
"""

GOOD = {
    "semicolons, a heading, Russian words and a Russian date": (
        "days.csv",
        "Дата;Вид;Часы;Примечание\n20.02.2027;рабочая суббота;08:00-19:00;за 22 февраля\n",
        [(date(2027, 2, 20), DayKind.MOVED_WORKING, time(8), time(19))],
    ),
    "commas, codes and ISO dates, without a heading": (
        "days.csv",
        "2027-02-22,moved_off\n2027-02-20,moved_working\n",
        [
            (date(2027, 2, 20), DayKind.MOVED_WORKING, None, None),
            (date(2027, 2, 22), DayKind.MOVED_OFF, None, None),
        ],
    ),
    "empty lines and remarks are stepped over": (
        "days.csv",
        "# постановление\n\n2027-02-22;выходной\n",
        [(date(2027, 2, 22), DayKind.WEEKEND, None, None)],
    ),
    "tabs, and hours until midnight": (
        "days.txt",
        "2027-02-24\tсокращённый\t08:00–24:00\n",
        [(date(2027, 2, 24), DayKind.SHORTENED, time(8), time(0))],
    ),
    "a JSON list": (
        "days.json",
        json.dumps([{"date": "2027-02-22", "kind": "moved_off", "note": {"ru": "перенос", "en": "moved"}}]),
        [(date(2027, 2, 22), DayKind.MOVED_OFF, None, None)],
    ),
    "JSON days under a key": (
        "days.json",
        json.dumps({"days": [{"date": "2027-02-20", "kind": "working", "hours": "10:00-14:00"}]}),
        [(date(2027, 2, 20), DayKind.WORKING, time(10), time(14))],
    ),
    "iCalendar events of several days, folded lines and kinds in words": (
        "year.ICS",
        ICS,
        [
            *((date(2027, 1, day), DayKind.HOLIDAY, None, None) for day in range(1, 9)),
            (date(2027, 2, 20), DayKind.MOVED_WORKING, None, None),
            (date(2027, 2, 22), DayKind.MOVED_OFF, None, None),
        ],
    ),
}


@pytest.mark.parametrize(("name", "text", "expected"), GOOD.values(), ids=GOOD.keys())
def test_a_good_file_reads_as(name, text, expected):
    read = read_file(name, text.encode())
    assert [(day.date, day.kind, day.opens, day.closes) for day in read.days] == expected
    assert read.bad == ()


def test_a_file_saved_by_an_old_office_program_is_read():
    read = read_file("days.csv", "22.02.2027;перенесённый выходной;;за субботу\n".encode("cp1251"))
    assert read.days[0].note.ru == "за субботу"


BAD = {
    "a date that does not exist": ("days.csv", "2027-02-22;holiday\n2027-02-30;holiday\n", [2]),
    "a kind that nobody knows": ("days.csv", "2027-02-22;праздничек\n", [1]),
    "hours that are none": ("days.csv", "2027-02-22;working;с утра\n", [1]),
    "hours past the day": ("days.csv", "2027-02-22;working;08:00-25:00\n", [1]),
    "hours of a day off": ("days.csv", "2027-02-22;holiday;08:00-12:00\n", [1]),
    "a day that is said twice in two ways": ("days.csv", "2027-02-22;holiday\n2027-02-22;working\n", [2]),
    "an item that is no object": ("days.json", '[{"date": "2027-02-22", "kind": "holiday"}, 7]', [2]),
    "a text that is no JSON": ("days.json", '[\n{"date": }', [2]),
    "a JSON value that is no list": ("days.json", '{"year": 2027}', [1]),
    "an event without a date": ("days.ics", "BEGIN:VEVENT\nSUMMARY:X\nEND:VEVENT\n", [1]),
    "an event of half a year": (
        "days.ics",
        "BEGIN:VEVENT\nDTSTART:20270101\nDTEND:20270701\nEND:VEVENT\n",
        [1],
    ),
}


@pytest.mark.parametrize(("name", "text", "lines"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_named(name, text, lines):
    assert [bad.line for bad in read_file(name, text.encode()).bad] == lines


@pytest.mark.parametrize(("name", "content"), [("days.xls", b"x"), ("days.csv", b""), ("days.ics", b"BEGIN:VCALENDAR")])
def test_a_foreign_or_empty_file_is_refused(name, content):
    with pytest.raises(CalendarError):
        read_file(name, content)


MIXED = b"2027-02-22;holiday\n2027-02-99;holiday\n2027-02-20;moved_working\n"


@pytest.mark.django_db
def test_a_dry_run_tells_what_would_happen_and_stores_nothing():
    set_day(date(2027, 2, 22), DayKind.HOLIDAY, None, None, Sentence("", ""), SYSTEM)
    result = importing.import_file("days.csv", MIXED, SYSTEM, dry_run=True)
    assert (result.fresh, result.replaced, len(result.bad), result.stored) == (1, 1, 1, False)
    assert DayOverride.objects.count() == 1


@pytest.mark.django_db
def test_a_file_with_bad_lines_is_stored_only_when_they_are_to_be_skipped():
    with pytest.raises(CalendarError):
        importing.import_file("days.csv", MIXED, SYSTEM)
    assert not DayOverride.objects.exists()
    assert importing.import_file("days.csv", MIXED, SYSTEM, skip_bad=True).stored
    assert list(DayOverride.objects.order_by("date").values_list("date", "kind", "source")) == [
        (date(2027, 2, 20), "moved_working", "days.csv"),
        (date(2027, 2, 22), "holiday", "days.csv"),
    ]


@pytest.mark.django_db
def test_an_import_is_one_act_in_the_journal():
    importing.import_file("days.csv", b"2027-02-22;holiday\n2027-02-20;moved_working\n", SYSTEM)
    assert [entry.data["days"] for entry in Entry.objects.filter(code="calendar.imported")] == [2]
