"""Lists and tickets cost the same at any length, and a queue's row says what it must."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from okibi.customers import services
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.kernel.clock import at, now
from okibi.kernel.sentence import Sentence
from okibi.tickets import search, selectors
from okibi.tickets.models import Attachment, Message, Ticket
from okibi.tickets.search import find
from okibi.tickets.selectors import Queue
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db

QUERIES = {  # most that each page may ask the database; session and member of staff are two of them
    "a list": ("console-queue", 7),
    "rows alone": ("console-queue-rows", 3),
    "a ticket beside its queue": ("console-ticket", 15),
    "a ticket's pane": ("console-ticket-pane", 11),
}


@pytest.mark.parametrize(("name", "most"), QUERIES.values(), ids=QUERIES)
def test_pages_ask_the_database_as_often_for_thirty_tickets_as_for_one(
    name, most, vera, ticket, django_assert_max_num_queries
):
    address = reverse(name, args=[ticket.number if "ticket" in name else "all"])
    with at(now()):
        vera.get(address)
        with django_assert_max_num_queries(most):
            vera.get(address)
        for number in range(29):
            placed(mail(subject=f"Ещё одна {number}"))
        vera.get(address)
        with django_assert_max_num_queries(most):
            vera.get(address)


def test_every_queue_counts_as_many_as_it_holds(vera, ticket, cast):
    placed(mail(subject="Вторая"))
    Ticket.objects.filter(pk=ticket.pk).update(assignee=cast.vera, state="waiting")
    for moment in (now(), now() + timedelta(days=1), now() + timedelta(days=30)):
        for staff in (cast.vera, cast.oleg):
            counts = selectors.queue_counts(staff.pk, moment)
            held = {q.value: len(selectors.queue_page(q, staff.pk, moment)) for q in Queue if q is not Queue.ALL}
            assert {name: counts[name] for name in held} == held


@pytest.mark.parametrize("queue", [Queue.NOBODY, Queue.OVERDUE, Queue.ALL])
def test_pages_of_a_queue_follow_one_another_and_lose_nobody(queue, ticket, cast, monkeypatch):
    for number in range(6):
        placed(mail(subject=f"Ещё {number}"))
    monkeypatch.setattr(selectors, "PAGE", 3)
    moment, seen, cursor = now() + timedelta(days=60), [], None
    while True:
        page = selectors.queue_page(queue, cast.vera.pk, moment, cursor)
        seen += [row.number for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(Ticket.objects.values_list("number", flat=True))
    assert len(seen) == 7


def row(**given):
    shared = {
        "number": "26-001042", "url": "/t/26-001042/", "hx": "/t/26-001042/pane?a=1&b=2", "subject": "<b>Печать</b>",
        "who": "Анна & Ко", "icon": "mail", "channel": Sentence("E-mail", "E-mail"), "unread": False, "selected": False,
    }  # fmt: skip
    return {**shared, **given}


def rendered(*rows):
    return Template("{% load queue_rows %}{% queue_rows rows %}").render(Context({"rows": rows}))


AT = now().replace(year=2026, month=11, day=23, hour=9, minute=30, second=0, microsecond=0)
SAID = {
    "what a stranger wrote is escaped": (row(), ["&lt;b&gt;Печать", "Анна &amp; Ко", "a=1&amp;b=2"]),
    "unread is said aloud, not only seen": (row(unread=True), ["row-unread", 'class="sr-only"', "Не прочитана:"]),
    "the open one is the current one": (row(selected=True), ['aria-current="true"']),
    "no subject is said": (row(subject=""), ["без темы"]),
    "a moment has its whole self in the tooltip": (
        row(due_at=AT, due_state="warn"),
        ['class="due due-warn"', 'datetime="2026-11-23T12:30:00+03:00"', "сегодня 12:30", 'title="до сегодня 12:30"'],
    ),
    "words in place of a moment": (
        row(due_at=AT, due_text=Sentence("без права", "not covered"), due_state="still"),
        ['<span class="due due-still">без права</span>'],
    ),
    "what is left, where it is known and near": (
        row(due_at=AT, due_state="bad", remaining=timedelta(minutes=-65)),
        ["−1 ч 05 мин"],
    ),
}


@pytest.mark.parametrize(("given", "words"), SAID.values(), ids=SAID)
def test_a_row(given, words):
    with translation.override("ru"), at(AT - timedelta(hours=2)):
        html = rendered(given)
    for word in words:
        assert word in html
    if not given["hx"]:
        assert "hx-get" not in html


def test_a_row_without_a_pane_only_links():
    assert "hx-" not in rendered(row(hx=""))


@pytest.mark.parametrize("recent", [1, search.RECENT], ids=["by the index of words", "from the newest on"])
def test_found_are_the_newest_first_however_they_are_looked_for(recent, ticket, monkeypatch):
    monkeypatch.setattr(search, "RECENT", recent)
    rows = [placed(mail(subject=f"Частое слово {number}")) for number in range(4)]
    rare = placed(mail(subject="Редкостное"))
    assert [one.number for one in find("частое")] == [made.number for made in reversed(rows)]
    assert [one.number for one in find("частые слова")] == [made.number for made in reversed(rows)]
    assert [one.number for one in find("частое", before_id=rows[2].pk)] == [rows[1].number, rows[0].number]
    assert [one.number for one in find("редкостное")] == [rare.number]
    assert find("редкостное", before_id=rare.pk) == []
    assert find("небывалое") == []
    assert find(" ") == []
    assert [one.number for one in find("htlrjcnyjt")] == [rare.number]  # the other keyboard layout
    assert ticket.number not in [one.number for one in find("частое")]


CONTACTS = {
    "a telephone of the card in any notation": ("8 (900) 000-00-77", True),
    "its last digits": ("00-77", True),
    "its last seven digits": ("0000077", True),
    "digits in the middle of it": ("90000", False),
    "another address of the card": ("anna.second@example.org", True),
    "half an address": ("anna.second@", False),
}


@pytest.mark.parametrize(("query", "found"), CONTACTS.values(), ids=CONTACTS)
def test_a_request_is_found_by_what_its_requesters_card_has(query, found, ticket):
    actor = Actor("staff", name="Oleg")
    services.add_phone(ticket.requester_id, "+7 900 000-00-77", actor=actor)
    services.add_email(ticket.requester_id, "anna.second@example.org", actor=actor)
    placed(mail("boris@example.org", subject="Чужое"))
    assert [one.number for one in find(query)] == ([ticket.number] if found else [])


def test_each_message_has_its_own_files_in_two_queries_for_all(ticket, django_assert_num_queries):
    first = ticket.messages.earliest("id")
    later = Message.objects.create(ticket=ticket, kind="incoming", at=now(), channel="email", text="Ещё два файла")
    for message, name in ((later, "b.log"), (first, "c.png"), (later, "a.log")):
        Attachment.objects.create(message=message, blob=blobs.put(b"x"), name=name, type="text/plain", size=1)
    with django_assert_num_queries(2):
        shown = {
            message.pk: [file.name for file in message.attachments.all()] for message in selectors.timeline(ticket)
        }
    assert (shown[first.pk], shown[later.pk]) == (["c.png"], ["b.log", "a.log"])
    assert sum(map(len, shown.values())) == 3
