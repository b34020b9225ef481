"""The calendar pages: a year at a glance, correcting a day, importing a file."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from okibi.calendars.models import DayOverride
from okibi.flows.calendar_tasks import recount_terms
from okibi.kernel.models import Chore
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
YEAR = reverse("console-calendar-year", args=[2026])
DAY = reverse("console-calendar-day", args=[date(2026, 11, 23)])
IMPORT = reverse("console-calendar-import")


def text_of(answer) -> str:
    return answer.content.decode()


def file_of(text: str, name: str = "days.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_the_calendar_opens_at_this_year(as_vera):
    assert re.fullmatch(r"/console/calendar/20\d\d/", as_vera.get(reverse("console-calendar")).url)


def test_a_year_shows_every_day_with_its_source(as_vera):
    page = text_of(as_vera.get(YEAR))
    assert len(re.findall(r'<a class="day ', page)) == 365
    assert 'aria-label="суббота, 9 мая: День Победы"' in page
    assert "day-moved-off" in page
    assert as_vera.get(YEAR).context["figures"][0]["value"] == 247


def test_a_working_saturday_is_marked(as_vera):
    page = text_of(as_vera.get(reverse("console-calendar-year", args=[2024])))
    assert re.search(r'day-moved-working" href="[^"]*2024-04-27', page)


def test_a_year_without_a_decree_says_that_it_is_provisional(as_vera):
    assert "Предварительный год" in text_of(as_vera.get(reverse("console-calendar-year", args=[2031])))
    assert "Предварительный год" not in text_of(as_vera.get(YEAR))


@pytest.mark.parametrize("path", ["1992/", "2101/", "day/2026-02-30/", "day/1900-01-01/"])
def test_what_no_calendar_has_is_not_found(as_vera, path):
    assert as_vera.get(f"/console/calendar/{path}").status_code == 404


def test_a_specialist_reads_a_day_but_does_not_correct_it(as_vera):
    assert "Дни исправляют" in text_of(as_vera.get(DAY))
    as_vera.post(DAY, {"kind": "holiday"})
    assert as_vera.post(reverse("console-calendar-clear", args=[date(2026, 11, 23)])).status_code == 403
    assert as_vera.get(IMPORT).status_code == 403
    assert not DayOverride.objects.exists()


def test_a_day_is_corrected_shown_and_taken_back(as_oleg, oleg):
    assert as_oleg.post(DAY, {"kind": "holiday", "note_ru": "по приказу", "note_en": "by order"}).url == YEAR
    page = text_of(as_oleg.get(YEAR))
    assert re.search(r'day-holiday day-corrected" href="[^"]*2026-11-23', page)
    assert "по приказу" in page
    assert DayOverride.objects.get().changed_by == oleg
    assert "праздничный день" in text_of(as_oleg.get(DAY))
    as_oleg.post(reverse("console-calendar-clear", args=[date(2026, 11, 23)]))
    assert not DayOverride.objects.exists()


def test_hours_of_a_day_off_are_refused_and_what_was_typed_stays(as_oleg):
    page = text_of(as_oleg.post(DAY, {"kind": "holiday", "opens": "08:00", "closes": "12:00", "note_ru": "так надо"}))
    assert "У нерабочего дня нет часов работы" in page
    assert "так надо" in page
    assert not DayOverride.objects.exists()


def test_a_file_is_looked_at_first_and_imported_then(as_oleg):
    looked = as_oleg.post(IMPORT, {"file": file_of("20.02.2027;рабочая суббота\n30.02.2027;праздник\n")})
    page = text_of(looked)
    assert "Непонятных строк" in page
    assert "30.02.2027;праздник" in page
    assert not DayOverride.objects.exists()
    done = as_oleg.post(reverse("console-calendar-import-run"), {"token": looked.context["token"]})
    assert done.url == reverse("console-calendar-year", args=[2027])
    assert [str(day) for day in DayOverride.objects.all()] == ["2027-02-20 moved_working"]


def test_a_forged_import_is_not_taken(as_oleg):
    assert as_oleg.post(reverse("console-calendar-import-run"), {"token": "forged"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("days.xls", "x", "Формат файла не узнан"),
        ("days.csv", "\n\n", "нет ни одного дня"),
        ("days.csv", "x" * 300_000, "больше 256 КБ"),
    ],
)
def test_a_foreign_file_is_refused_in_words(as_oleg, name, text, said):
    assert said in text_of(as_oleg.post(IMPORT, {"file": file_of(text, name)}))


@pytest.mark.parametrize("url", [YEAR, DAY, IMPORT])
def test_every_page_is_whole_in_english_too(as_oleg, url):
    as_oleg.cookies["okibi_language"] = "en"
    page = text_of(as_oleg.get(url))
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<pre.*?</pre>", "", main, flags=re.DOTALL)
    assert not re.search("[а-яё]", main, re.IGNORECASE)


def test_the_page_says_how_many_terms_will_move_then_how_many_did(as_oleg):
    placed(mail())
    last_day = reverse("console-calendar-day", args=[date(2026, 12, 31)])
    assert "Сейчас идёт 1 срок" in text_of(as_oleg.get(last_day))
    as_oleg.post(last_day, {"kind": "holiday", "note_ru": "", "note_en": ""})
    chore = Chore.objects.get()
    page = text_of(as_oleg.get(YEAR))
    assert "Пересчитываем сроки: 0 из 1" in page
    part = reverse("console-calendar-recount")
    assert f'hx-get="{part}"' in page
    recount_terms(chore_id=chore.pk)
    shown = text_of(as_oleg.get(part))
    assert "Сдвинулось сроков: 0 из 1" in shown
    assert "hx-get" not in shown
