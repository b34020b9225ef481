"""Writing on a ticket: what can't be taken is told, and nothing that was written is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from okibi.console.uploads import files_of
from okibi.tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def small_limit(settings):
    settings.OKIBI_MAX_UPLOAD = 100  # bytes


def sent(vera, ticket, *files, **fields):
    data = {"act": "reply", "body": "Смотрите вложение.", "files": list(files), **fields}
    return vera.post(reverse("console-write", args=[ticket.number]), data, headers=HTMX)


def file(name="log.txt", size=10):
    return SimpleUploadedFile(name, b"x" * size, "text/plain")


REFUSED = {
    "a file over the limit": ([file("dump.bin", 101)], "Слишком большой файл: dump.bin"),
    "two that are over it together": ([file(size=60), file(size=60)], "Вместе файлы больше"),
    "an empty one": ([file("empty.log", 0)], "Пустой файл: empty.log"),
    "too many": ([file(f"{at}.txt", 1) for at in range(21)], "Файлов 21"),
}


@pytest.mark.parametrize(("files", "complaint"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("act", ["reply", "note", "refuse"])
def test_files_that_cannot_go_are_told_and_the_composer_stays_as_it_is(vera, ticket, files, complaint, act):
    words = {
        "body": "Ответ",
        "note": "Заметка",
        "reasons": "Потому что это противоречит закону.",
        "ground": "conflicts",
    }
    for each in files:
        each.seek(0)
    response = sent(vera, ticket, *files, act=act, **words)
    assert response.status_code == 422
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#compose-errors", "innerHTML")
    page = response.content.decode()
    assert complaint in page
    assert "<form" not in page  # the form in the browser, with its words and its other files, is not replaced
    assert "draft-sent" not in response.headers["HX-Trigger"]
    assert not Message.objects.filter(kind__in=["reply", "note", "refusal"]).exists()


def test_a_limit_that_is_just_met_is_met(vera, ticket):
    assert sent(vera, ticket, file(size=60), file(size=40)).status_code == 200
    assert Attachment.objects.count() == 2


NAMES = {
    "a folder": ("../../etc/passwd", "passwd"),
    "a Windows folder": ("C:\\temp\\отчёт.txt", "отчёт.txt"),
    "writing that turns round": ("счёт\u202excod.exe", "счётxcod.exe"),
    "a device": ("con.txt", "_con.txt"),
    "nothing but dots": ("...", "file-1"),
}


@pytest.mark.parametrize(("given", "kept"), NAMES.values(), ids=NAMES)
def test_a_dangerous_name_becomes_a_safe_one(rf, given, kept):
    request = rf.post("/", {})
    upload = file()
    upload._name = given  # what a hostile program sends past Django's own cleaning
    request.FILES.setlist("files", [upload])
    from_request = files_of(request)
    assert [one["name"] for one in from_request] == [kept]


def test_an_empty_answer_and_news_meanwhile_leave_the_composer_alone_too(vera, ticket):
    response = sent(vera, ticket, body=" ")
    assert (response.status_code, response.headers["HX-Retarget"]) == (422, "#compose-errors")
    response = sent(vera, ticket, last_seen="1") if ticket.messages.filter(pk__gt=1).exists() else response
    assert response.headers["HX-Trigger"] == "ticket-changed"  # the conversation is shown anew beside it


KEPT = {
    "reply": ("body", "Обновите шаблон."),
    "note": ("note", "Позвонить завтра."),
    "refuse": ("reasons", "Потому что это противоречит закону."),
}


@pytest.mark.parametrize("act", KEPT)
def test_without_a_script_what_can_not_be_sent_comes_back_as_a_whole_page_with_its_words(vera, ticket, act):
    field, words = KEPT[act]
    data = {"act": act, field: words, "files": [file("dump.bin", 101)]}
    response = vera.post(reverse("console-write", args=[ticket.number]), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.lstrip().startswith("<!doctype html>")
    assert "Слишком большой файл: dump.bin" in page
    assert words in page


def test_without_a_script_the_grounds_of_a_refusal_hold_no_answer_up(vera, ticket):
    page = vera.get(reverse("console-ticket", args=[ticket.number])).content.decode()
    form = page[page.index('id="compose"') :].split(">", 1)[0]
    assert "novalidate" in form  # compose.js takes it away: it closes the parts that are not written in


def test_without_a_script_an_act_that_is_no_longer_possible_says_so_on_a_whole_page(vera, ticket):
    response = vera.post(reverse("console-reopen", args=[ticket.number]))
    assert response.status_code == 409
    assert response.content.decode().lstrip().startswith("<!doctype html>")


DIALOGS = {
    "solve": {"body": "Готово."},
    "plan": {"version": "4.3.0", "body": "Будет."},
}


@pytest.mark.parametrize("act", DIALOGS)
def test_the_words_of_a_dialog_are_a_draft_until_they_are_sent(vera, ticket, act):
    page = vera.get(reverse("console-ticket-pane", args=[ticket.number])).content.decode()
    assert f'data-draft="{act}-{ticket.number}"' in page
    response = vera.post(reverse(f"console-{act}", args=[ticket.number]), DIALOGS[act], headers=HTMX)
    assert f'"name": "{act}-{ticket.number}"' in response.headers["HX-Trigger"]
