"""Ready answers: the leading specialist writes them, a request fills them in, “/” brings them."""

import pytest
from django.test import Client
from django.urls import reverse

from okibi.journal.models import Entry
from okibi.schemes.services import ensure_loaded
from okibi.tickets import answer_templates
from okibi.tickets.models import AnswerTemplate, Ticket
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("console-answers"), reverse("console-answers-new")
WRITTEN = {"title": "Журнал", "text_ru": "{имя}, пришлите журнал к {срок}. {специалист}", "text_en": "", "kinds": []}


@pytest.fixture
def cast():
    ensure_loaded()
    return make_cast()


def client_of(staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def oleg(cast) -> Client:
    return client_of(cast.oleg)


@pytest.fixture
def vera(cast) -> Client:
    return client_of(cast.vera)


def offered(client: Client, ticket: Ticket) -> list[dict[str, str]]:
    return client.get(reverse("console-ticket-answers", args=[ticket.number])).json()["items"]


def test_the_leading_specialist_writes_changes_and_deletes(oleg):
    assert oleg.post(NEW, WRITTEN).status_code == 302
    found = AnswerTemplate.objects.get()
    edit = reverse("console-answers-edit", args=[found.pk])
    assert "пришлите журнал" in oleg.get(edit).content.decode()
    oleg.post(edit, {**WRITTEN, "title": "Журнал ошибок", "kinds": ["incident"]})
    assert "Журнал ошибок" in oleg.get(LIST).content.decode()
    oleg.post(reverse("console-answers-delete", args=[found.pk]))
    assert not AnswerTemplate.objects.exists()
    codes = list(Entry.objects.filter(subject_kind="template").order_by("id").values_list("code", flat=True))
    assert codes == ["template.saved", "template.saved", "template.deleted"]


def test_a_specialist_reads_the_list_and_writes_nothing(vera, oleg):
    oleg.post(NEW, WRITTEN)
    page = vera.get(LIST).content.decode()
    assert "Журнал" in page
    assert NEW not in page
    assert vera.post(NEW, WRITTEN).status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"text_ru": "Ответ до {когда}"}, "text_ru"), ({"title": "журнал"}, "title"), ({"text_ru": ""}, "text_ru")],
)
def test_a_mistake_stands_beside_its_field_and_loses_nothing(oleg, changed, field):
    oleg.post(NEW, WRITTEN)
    response = oleg.post(NEW, {**WRITTEN, "title": "Другой", **changed})
    assert response.context["form"].errors.keys() == {field}
    assert "{специалист}" in response.content.decode() or field == "text_ru"


def test_a_request_fills_the_fields_in(oleg, vera):
    oleg.post(NEW, WRITTEN)
    ticket = placed(mail())
    text = offered(vera, ticket)[0]["text"]
    assert text.startswith("Анна Вольская, пришлите журнал к ")
    assert text.endswith("20:00. Вера Синицына")


def test_what_is_not_known_yet_stands_as_dots(oleg, vera):
    oleg.post(NEW, {**WRITTEN, "text_ru": "Будет в версии {версия}, заявка { НОМЕР }"})
    ticket = placed(mail())
    assert offered(vera, ticket)[0]["text"] == f"Будет в версии …, заявка {ticket.number}"


def test_class_and_language_choose(oleg, vera):
    oleg.post(NEW, {**WRITTEN, "title": "Сбой", "kinds": ["incident"]})
    oleg.post(NEW, {**WRITTEN, "title": "Предложение", "kinds": ["suggestion"]})
    oleg.post(NEW, {**WRITTEN, "title": "Всем", "text_en": "Dear {name}, number {number}"})
    ticket = placed(mail())
    assert [item["title"] for item in offered(vera, ticket)] == ["Всем", "Сбой"]
    Ticket.objects.filter(pk=ticket.pk).update(language="en")
    assert offered(vera, ticket)[0]["text"] == f"Dear Анна Вольская, number {ticket.number}"


def test_a_text_that_looks_like_a_field_of_python_is_left_alone():
    assert answer_templates.fill("{0} {name.__class__} {name}", {"name": "Анна"}) == "… {name.__class__} Анна"


def test_strangers_get_no_answers(client, cast):
    ticket = placed(mail())
    assert client.get(reverse("console-ticket-answers", args=[ticket.number])).status_code == 302
