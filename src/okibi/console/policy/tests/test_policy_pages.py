"""The scheme pages: what is in force in words, history, loading a new text."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from okibi.kernel.clock import now
from okibi.schemes.models import SchemeVersion
from okibi.schemes.services import ensure_loaded, in_force

pytestmark = pytest.mark.django_db
POLICY = reverse("console-policy")
NEW = reverse("console-policy-new")


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def text() -> str:
    return in_force(now()).scheme.text


def shorter(text: str) -> str:
    return text.replace('aim = "2 hours"', 'aim = "1 hour"', 1)


FACTS = {
    "who is covered": "неисключительное право на программу (лицензия)",
    "the oldest system of a workstation": "Windows Vista или новее",
    "its disk": "850 МБ (x86), 2 ГБ (x64)",
    "the oldest system of a mobile device": "Android 8.0 или новее",
    "the preferred channel": "ИПВ (предпочтительный)",
    "the telephone's hours": "в рабочее время",
    "the aim of a failure": "2 часа",
    "the term of a failure": "2 рабочих дня",
    "the term of a proposal": "2 месяца",
    "the desk's hours": "08:00–20:00",
    "the desk's zone": "Europe/Moscow",
    "the registry": "Реестр рассылки обновления мобильных версий",
    "the condition of the SMS module": "телефонный GSM-шлюз",
    "how a proposal is refused": "предложения по усовершенствованию",
}


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS.keys())
def test_the_page_says(as_vera, fact):
    assert fact in text_of(as_vera.get(POLICY))


def test_only_administrators_load(as_vera):
    assert as_vera.get(NEW).status_code == 403
    assert "Загрузить новую" not in text_of(as_vera.get(POLICY))


def test_a_wrong_text_is_shown_with_lines_and_reasons_and_stays_in_the_field(as_oleg, text):
    wrong = text.replace('aim = "2 hours"', 'aim = "soon"', 1)
    page = as_oleg.post(NEW, {"text": wrong, "act": "load"})
    line = wrong.splitlines().index('aim = "soon"') + 1
    assert [problem["line"] for problem in page.context["problems"]] == [line]
    assert "classes.incident.aim" in text_of(page)
    assert "aim = &quot;soon&quot;" in text_of(page)
    assert SchemeVersion.objects.count() == 1


def test_a_check_shows_what_would_change_and_loads_nothing(as_oleg, text):
    page = text_of(as_oleg.post(NEW, {"text": shorter(text), "act": "check"}))
    assert "Текст в порядке" in page
    assert 'class="diff-added"' in page
    assert SchemeVersion.objects.count() == 1


def test_a_loaded_text_applies_at_once_and_the_history_keeps_both(as_oleg, oleg, text):
    assert as_oleg.post(NEW, {"text": shorter(text), "act": "load"}).url == POLICY
    page = text_of(as_oleg.get(POLICY))
    assert "1 час" in page
    assert len(re.findall(r'<a href="/console/policy/versions/\d+/"', page)) == 2
    assert SchemeVersion.objects.latest("pk").loaded_by == oleg


def test_a_file_for_a_later_moment_waits_for_it(as_oleg, text):
    later = timezone.localtime(now() + timedelta(days=30)).replace(second=0, microsecond=0)
    fields = {
        "file": SimpleUploadedFile("policy.toml", shorter(text).encode()),
        "valid_from": later.strftime("%Y-%m-%dT%H:%M"),
        "act": "load",
    }
    as_oleg.post(NEW, fields)
    assert SchemeVersion.objects.latest("pk").valid_from == later
    assert "ещё не начала действовать" in text_of(as_oleg.get(POLICY))


@pytest.mark.parametrize(
    ("change", "valid_from", "said"),
    [(shorter, "2020-01-01T00:00", "задним числом"), (str, "", "уже загружен")],
    ids=["a moment in the past", "a text that is there already"],
)
def test_what_cannot_be_loaded_is_refused_in_words(as_oleg, text, change, valid_from, said):
    page = text_of(as_oleg.post(NEW, {"text": change(text), "valid_from": valid_from, "act": "load"}))
    assert said in page
    assert SchemeVersion.objects.count() == 1


def test_a_version_shows_what_it_changed_and_its_text(as_oleg, text):
    as_oleg.post(NEW, {"text": shorter(text), "act": "load"})
    newest = SchemeVersion.objects.latest("pk")
    page = text_of(as_oleg.get(reverse("console-policy-version", args=[newest.pk])))
    assert re.search(r'<tr class="diff-removed">.*?2 hours', page)
    answer = as_oleg.get(reverse("console-policy-text", args=[newest.pk]))
    assert text_of(answer) == shorter(text)
    assert as_oleg.get(reverse("console-policy-version", args=[987654321])).status_code == 404


def test_both_pages_are_whole_in_english_too(as_oleg):
    as_oleg.cookies["okibi_language"] = "en"
    ensure_loaded()
    page = text_of(as_oleg.get(POLICY))
    main = page[page.index("<main") : page.index("</main>")]
    names = ["окиби.рф", *(contact.name for contact in in_force(now()).scheme.vendor.contacts)]
    for name in names:
        main = main.replace(name, "")
    assert not re.search("[а-яё]", main, re.IGNORECASE)
