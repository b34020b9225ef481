"""«For me»: where colleagues called by name, with a mark beside the sections until it was seen."""

import pytest
from django.urls import reverse

from okibi.console.live import news_since
from okibi.flows import reply
from okibi.journal.selectors import latest_id

pytestmark = pytest.mark.django_db
PAGE = reverse("console-mentions")


@pytest.fixture
def called(ticket, cast):
    before = latest_id()
    reply.note(ticket.pk, cast.oleg, "@Вера Синицына, посмотри журнал")
    return before


def mark(client) -> int | str:
    nav = client.get(reverse("console-counts")).context["nav"]
    return next(item["count"] for group in nav for item in group["items"] if item["url"] == PAGE)


def test_the_list_shows_who_called_where_and_with_what_words(vera, ticket, called):
    page = vera.get(PAGE).content.decode()
    assert "Олег Лесин: @Вера Синицына, посмотри журнал" in page
    assert ticket.number in page
    assert "row-unread" in page


@pytest.mark.parametrize("view", ["console-ticket", "console-ticket-pane", "console-ticket-timeline"])
def test_looking_at_the_request_takes_the_mark_away(vera, ticket, called, view):
    assert mark(vera) == "1"
    vera.get(reverse(view, args=[ticket.number]))
    assert mark(vera) == ""
    assert "row-unread" not in vera.get(PAGE).content.decode()


def test_the_pane_has_the_sections_counted_anew(vera, ticket, called):
    url = reverse("console-ticket-pane", args=[ticket.number])
    assert vera.get(url).headers["HX-Trigger"] == "counts-changed"
    assert "HX-Trigger" not in vera.get(url).headers


def test_open_pages_hear_it_live(ticket, called):
    assert any("counts" in event["names"] and event["number"] == ticket.number for event in news_since(called, 10))


def test_with_no_calls_the_page_teaches(vera, ticket):
    assert "Вас никто не звал" in vera.get(PAGE).content.decode()


def test_the_page_takes_three_queries(vera, ticket, called, django_assert_max_num_queries):
    vera.get(PAGE)
    with django_assert_max_num_queries(6):
        vera.get(PAGE)
