"""A request of the class "mailing": who asked and who accepted stand on record, the answer goes as the request came."""

import pytest
from django.test import Client

from okibi.channels.models import Outbound
from okibi.customers import services as cards
from okibi.customers.models import EmailAddress
from okibi.flows import mailing_requests, work
from okibi.journal.selectors import of_subject, sentence_of
from okibi.journal.services import SYSTEM
from okibi.kernel.errors import ConflictError, InputError
from okibi.policy.ticket_states import State, TransitionError
from okibi.tickets.models import Ticket
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
ASKED = "Прошу внести меня в реестр рассылки обновления мобильных версий."


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def anna(cast):
    """Her address, confirmed."""
    return cards.verify_email(EmailAddress.objects.get(address="anna@example.org").pk)


@pytest.fixture
def ticket(cast, anna):
    return placed(mail(subject="Рассылка", text=ASKED))


def again(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_the_words_alone_make_it_a_request_about_the_mailing(ticket):
    assert ticket.kind == mailing_requests.CLASS


def test_accepting_enters_the_address_answers_by_mail_and_ends_the_request(ticket, anna, cast):
    mailing_requests.decide(ticket.pk, cast.vera, anna.pk, on=True)
    anna.refresh_from_db()
    assert anna.mobile_mailing
    assert again(ticket).state == State.SOLVED.value
    answer = Outbound.objects.latest("pk")
    assert (answer.channel, answer.recipient) == ("email", "anna@example.org")
    assert "Адрес anna@example.org внесён в реестр рассылки" in answer.text


def test_who_asked_and_who_accepted_stand_on_record_at_both_ends(ticket, anna, cast):
    mailing_requests.decide(ticket.pk, cast.vera, anna.pk, on=True)
    (entry,) = [each for each in of_subject("ticket", ticket.pk) if each.code == "ticket.mailing_joined"]
    assert sentence_of(entry).ru == (
        "Вера Синицына: anna@example.org внесён в реестр рассылки, просил(а) Анна Вольская"
    )
    (flag,) = [each for each in of_subject("person", cast.anna.pk) if each.code == "address.mailing"]
    assert (flag.actor_name, flag.data["on"]) == ("Вера Синицына", True)


def test_withdrawing_is_the_same_the_other_way_round(ticket, anna, cast):
    cards.set_mobile_mailing(anna.pk, on=True, actor=SYSTEM)
    mailing_requests.decide(ticket.pk, cast.vera, anna.pk, "Всего доброго!", on=False)
    anna.refresh_from_db()
    assert not anna.mobile_mailing
    text = Outbound.objects.latest("pk").text
    assert "исключён из реестра" in text
    assert "Всего доброго!" in text


def test_she_may_name_another_address_of_hers(ticket, cast):
    home = cards.add_email(cast.anna.pk, "home@example.org", actor=SYSTEM)
    assert [each.address for each in mailing_requests.addresses(ticket)] == ["anna@example.org", "home@example.org"]
    with pytest.raises(InputError, match=r"confirm|подтвержд"):
        mailing_requests.decide(ticket.pk, cast.vera, home.pk, on=True)
    cards.verify_email(home.pk)
    mailing_requests.decide(ticket.pk, cast.vera, home.pk, on=True)
    assert EmailAddress.objects.get(address="home@example.org").mobile_mailing


def test_nobody_elses_address_is_entered(ticket, cast):
    boris = EmailAddress.objects.get(address="boris@example.org")
    for email_id in (boris.pk, 999, None):
        with pytest.raises(InputError):
            mailing_requests.decide(ticket.pk, cast.vera, email_id, on=True)
    assert again(ticket).state != State.SOLVED.value


def test_a_request_about_something_else_enters_nobody(anna, cast):
    other = placed(mail())
    with pytest.raises(ConflictError):
        mailing_requests.decide(other.pk, cast.vera, anna.pk, on=True)


def test_a_request_that_is_over_is_not_decided_again(ticket, anna, cast):
    work.solve(ticket.pk, cast.vera)
    with pytest.raises(TransitionError):
        mailing_requests.decide(ticket.pk, cast.vera, anna.pk, on=True)
    anna.refresh_from_db()
    assert not anna.mobile_mailing


def test_the_console_offers_it_beside_the_conversation(ticket, anna, cast):
    vera = Client()
    vera.force_login(cast.vera)
    page = vera.get(f"/console/t/{ticket.number}/").content.decode()
    assert "Внести в реестр" in page
    answer = vera.post(f"/console/mailings/asked/{ticket.number}", {"act": "enter", "email": str(anna.pk)}, follow=True)
    assert "Адрес внесён в реестр, заявка решена." in answer.content.decode()
    anna.refresh_from_db()
    assert anna.mobile_mailing
    page = vera.get(f"/console/t/{ticket.number}/").content.decode()
    assert f"/console/mailings/asked/{ticket.number}" not in page
