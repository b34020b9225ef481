"""The console shows that a sender is not proved: in the conversation always, in a list while the message is unread."""

import pytest
from django.conf import settings
from django.urls import reverse

from okibi.policy.threading import plus_address
from tests.letters import arrive, mail, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def joined(ticket):
    address = plus_address(settings.OKIBI_MAIL_FROM, ticket.token)
    arrive(mail("vera@stranger.example.org", text="Это я", Delivered_To=address))
    return ticket


def test_conversation_and_list_show_the_mark_until_it_is_read(vera, joined):
    rows = reverse("console-queue-rows", args=["all"])
    assert "Отправитель не подтверждён" in vera.get(rows).content.decode()
    pane = vera.get(reverse("console-ticket-pane", args=[joined.number])).content.decode()
    assert "Отправитель не подтверждён: SPF — нет" in pane
    assert "Отправитель не подтверждён" not in vera.get(rows).content.decode()


def test_the_mark_costs_no_query(vera, joined, django_assert_max_num_queries):
    url = reverse("console-queue-rows", args=["all"])
    vera.get(url)
    with django_assert_max_num_queries(3):
        vera.get(url)


def test_a_mail_without_a_sender_is_not_the_desks_own(vera, cast):
    del cast
    made = placed(b"Subject: =?utf-8?B?0J7RiNC40LHQutCw?=\r\n\r\nDoes not print.\r\n")
    pane = vera.get(reverse("console-ticket-pane", args=[made.number])).content.decode()
    assert "Отправитель неизвестен" in pane
    assert "Служба поддержки" not in pane
