"""The verdict panel: the environment is entered, corrected, or taken from what the requester wrote."""

import pytest
from django.urls import reverse

from okibi.journal.models import Entry
from tests.letters import arrive, mail

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(ticket, name="console-environment", *more):
    return reverse(name, args=[ticket.number, *more])


def test_the_dialog_opens_filled_with_what_the_verdict_was_judged_by(vera, ticket):
    vera.post(address(ticket), {"words": "Windows 7 x64", "ram_mb": "0,5", "product": "desktop", "version": "4.2"})
    page = vera.get(address(ticket)).content.decode()
    assert "Windows 7 x64" in page
    assert 'value="0.5"' in page
    assert '<option value="desktop" selected>' in page


def test_what_is_entered_is_judged_and_the_ticket_shown_anew(vera, ticket):
    response = vera.post(address(ticket), {"words": "Windows XP SP3"}, headers=HTMX)
    assert (response.status_code, response.headers["HX-Retarget"]) == (200, "#ticket")
    page = response.content.decode()
    assert "Операционная система не подходит" in page
    assert "Заключение по: Windows XP (Вера Синицына)" in page
    assert "Исправить окружение" in page


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"words": "обычный компьютер"}, "не понять"),
        ({"words": ""}, "какая это система"),
        ({"words": "Windows 10", "ram_mb": "много"}, "Напишите число"),
        ({"words": "Windows 10", "disk_mb": "-1"}, "Напишите число"),
    ],
)
def test_a_mistake_is_told_in_the_dialog_and_loses_nothing(vera, ticket, sent, complaint):
    response = vera.post(address(ticket), sent, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    for value in sent.values():
        assert value in page
    assert not Entry.objects.filter(code="ticket.environment").exists()


def test_a_later_message_is_offered_with_one_key_and_judged_by_one_click(vera, ticket):
    arrive(mail(subject=f"Re: [{ticket.number}]", text="Стоит Windows 7 SP1 x64"))
    said = ticket.messages.order_by("-id").first()
    aside = vera.get(reverse("console-ticket-aside", args=[ticket.number])).content.decode()
    pane = vera.get(reverse("console-ticket-pane", args=[ticket.number])).content.decode()
    for page in (aside, pane):
        assert ": Windows 7, x64" in page
        assert 'data-key="E"' in page
    page = vera.post(address(ticket, "console-environment-agree", said.pk), headers=HTMX).content.decode()
    assert "Операционная система подходит" in page
    assert 'data-key="E"' not in page


def test_only_the_tickets_own_messages_can_be_judged_by(vera, ticket):
    assert vera.post(address(ticket, "console-environment-agree", 10**6)).status_code == 404


def test_a_message_that_names_no_environment_is_told_and_judges_nothing(vera, ticket):
    said = ticket.messages.get(kind="incoming")
    response = vera.post(address(ticket, "console-environment-agree", said.pk), headers=HTMX)
    assert response.status_code == 409
    assert "не понять" in response.content.decode()
    assert not Entry.objects.filter(code="ticket.environment").exists()


def test_strangers_are_sent_to_sign_in(client, ticket):
    assert client.post(address(ticket), {"words": "Windows 10"}).status_code == 302
    assert not Entry.objects.filter(code="ticket.environment").exists()


def test_the_aside_asks_one_query_more_for_the_requesters_newest_messages(vera, ticket, django_assert_max_num_queries):
    url = reverse("console-ticket-aside", args=[ticket.number])
    vera.get(url)
    with django_assert_max_num_queries(7):
        vera.get(url)
