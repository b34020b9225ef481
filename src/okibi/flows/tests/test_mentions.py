"""A colleague called by name in a note hears it, once, and it is on record."""

import pytest

from okibi.accounts.models import Staff
from okibi.flows import reply
from okibi.journal.models import Entry
from okibi.journal.selectors import sentence_of
from okibi.kernel.clock import now
from okibi.tickets import mentions, selectors
from okibi.tickets.models import Mention
from tests.cast import Cast, make_cast
from tests.letters import mail, placed

TEXTS = {
    "the whole name": ("@Вера Синицына, посмотри", ["Вера Синицына"]),
    "in any case of letters": ("спроси у (@вера синицына)", ["Вера Синицына"]),
    "two people": ("@Олег Лесин и @Вера Синицына", ["Вера Синицына", "Олег Лесин"]),
    "the longest name that fits": ("@Вера Синицына-Орлова", ["Вера Синицына-Орлова"]),
    "a part of a name calls nobody": ("@Вера, посмотри", []),
    "a name without the sign": ("Вера Синицына уже смотрела", []),
    "a longer word": ("@Олег Лесинский", []),
    "an address": ("пишите на oleg@олег лесин", []),
}


@pytest.mark.parametrize(("text", "called"), TEXTS.values(), ids=TEXTS)
def test_who_is_called(text, called):
    names = ["Вера Синицына", "Вера Синицына-Орлова", "Олег Лесин"]
    staff = [Staff(pk=at, name=name) for at, name in enumerate(names, 1)]
    assert [person.name for person in mentions.called_in(text, staff)] == called


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def unseen(staff: Staff) -> int:
    return selectors.section_counts(staff.pk, now())[selectors.MENTIONS]


def test_a_note_calls_a_colleague_until_they_look(cast):
    ticket = placed(mail())
    reply.note(ticket.pk, cast.oleg, "@Вера Синицына, это по твоей части. @Олег Лесин")
    assert (unseen(cast.vera), unseen(cast.oleg)) == (1, 0)  # nobody calls themselves
    entry = Entry.objects.get(code="ticket.mentioned")
    assert sentence_of(entry).ru == "Олег Лесин позвал(а): Вера Синицына"
    assert mentions.seen_by(ticket, cast.vera, now()) == 1
    assert (unseen(cast.vera), mentions.seen_by(ticket, cast.vera, now())) == (0, 0)
    assert [each.ticket for each in mentions.of_person(cast.vera.pk)] == [ticket]


def test_whose_access_is_closed_is_not_called(cast):
    Staff.objects.filter(pk=cast.vera.pk).update(is_active=False)
    reply.note(placed(mail()).pk, cast.oleg, "@Вера Синицына")
    assert not Mention.objects.exists()
    assert not Entry.objects.filter(code="ticket.mentioned").exists()


def test_an_answer_to_the_requester_calls_nobody(cast):
    reply.reply(placed(mail()).pk, cast.oleg, "Спросите @Вера Синицына")
    assert not Mention.objects.exists()
