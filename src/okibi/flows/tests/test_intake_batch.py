"""Mails that are taken in together become what each would have become alone."""

import pytest

from okibi.calendars import services as calendars
from okibi.channels import inbox
from okibi.channels.models import Inbound, Outbound
from okibi.flows.intake import take
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.worktime import DayKind
from okibi.schemes.services import in_force
from okibi.tickets.models import Message, Ticket
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"


def put(number, sender=ANNA, more=(), text="Не печатает счета. Windows 7 SP1 x64, .NET 4.8"):
    lines = [
        f"From: {sender}", "To: support@example.org", f"Subject: {number}",
        f"Message-ID: <{abs(hash(number))}@example.org>", "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit", *more, "", text, "",
    ]  # fmt: skip
    inbox.receive("email", f"<{number}@example.org>", "\r\n".join(lines).encode(), "pipe", {})


def outcomes():
    return list(Inbound.objects.order_by("id").values_list("state", "outcome"))


def picture():
    """Everything that a ticket is, without what differs from one to the next by its nature."""
    own = {"id", "number", "token", "placed_at", "clock_start", "last_message_at", "sort_at", "subject", "rejudge_at"}
    tickets = [
        {name: value for name, value in row.items() if name not in own and not name.endswith("_at")}
        for row in Ticket.objects.order_by("id").values()
    ]
    said = list(Message.objects.order_by("id").values_list("kind", "author_address", "folded"))
    letters = list(Outbound.objects.order_by("id").values_list("recipient", "automatic", "channel", "state"))
    return tickets, said, letters, list(Entry.objects.order_by("id").values_list("code", "actor_kind"))


@pytest.fixture
def cast():
    return make_cast()


def test_a_batch_makes_of_every_mail_what_it_would_be_alone(cast):
    writers = [ANNA, "stranger@example.net", ANNA, "other@example.net"]
    for number, sender in enumerate(writers):
        put(number, sender)
    in_force(now())  # loads the scheme, which goes on record
    loaded = Entry.objects.count()
    together = inbox.process_batch(take)
    batched = picture()
    for model in (Message, Outbound, Ticket):
        model.objects.all().delete()
    before = Entry.objects.count()
    Inbound.objects.update(state="received", next_attempt_at=now())
    while inbox.process_one(take):
        pass
    alone = picture()
    assert together == len(writers)
    assert batched[:3] == alone[:3]
    assert batched[3][loaded:] == alone[3][before:]


def test_an_answer_in_the_same_batch_finds_the_ticket_that_was_opened_before_it(cast):
    put("first")
    assert inbox.process_batch(take) == 1
    receipt = Outbound.objects.get()
    put("second")
    put("answer", more=[f"In-Reply-To: {receipt.external_id}"], text="Ещё одна подробность")
    assert inbox.process_batch(take) == 2
    assert outcomes() == [("done", "opened"), ("done", "opened"), ("done", "continued")]


def test_too_many_receipts_to_one_address_are_held_back_within_a_batch_too(cast):
    limit = in_force(now()).scheme.desk.receipts_per_hour
    for number in range(limit + 2):
        put(number)
    assert inbox.process_batch(take) == limit + 2
    assert Outbound.objects.filter(recipient=ANNA).count() == limit
    assert Entry.objects.filter(code="ticket.placed_silently").count() == 2


def test_a_calendar_that_was_corrected_counts_from_the_next_batch_on(cast):
    put("before")
    inbox.process_batch(take)
    due = Ticket.objects.get().due_at
    calendars.set_day(due.date(), DayKind.HOLIDAY, None, None, Sentence("", ""), SYSTEM)
    put("after")
    inbox.process_batch(take)
    assert Ticket.objects.latest("id").due_at > due


@pytest.mark.parametrize(("batch", "most"), [(1, 20), (16, 16 * 10)])
def test_the_statements_of_a_mail_are_counted(cast, batch, most, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(inbox, "BATCH_SECONDS", 60.0)  # a slow machine would cut the batch in two
    put("the first one loads the scheme and begins the year's numbers", "first@example.net")
    inbox.process_batch(take)
    for number in range(batch):
        put(number, f"p{number}@example.net")
    with django_assert_max_num_queries(most):
        assert inbox.process_batch(take) == batch
