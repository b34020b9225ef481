"""Whose messenger it is: tied in two clicks, untied, merged; and what each kind of tie unlocks."""

import pytest
from django.urls import reverse

from okibi.console.messengers.tests.conftest import SENT_AT, push
from okibi.console.messengers.tests.test_ticket_page import page, words
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import PhoneNumber
from okibi.customers.services import tie
from okibi.flows import other_ways
from okibi.journal.services import Actor
from okibi.kernel.clock import now
from okibi.tickets.models import Ticket
from tests.letters import mail, placed
from tests.simulators.whatsapp import incoming

LICENCE = "Л-2026-0418"
ANNA = "+79000000001"


def test_an_unknown_writer_is_tied_in_two_clicks_and_open_requests_find_their_requester(oleg, ticket, cast):
    aside = page(oleg, ticket).content.decode()
    row = MessengerIdentity.objects.get()
    find = reverse("console-messengers-whose", args=[row.pk])
    assert find in aside  # the first click
    found = oleg.get(find, {"q": "Вольск", "next": f"/console/t/{ticket.number}/"})
    assert "Анна Вольская" in words(found)
    act = reverse("console-messengers-tie", args=[row.pk])
    given = {"person": cast.anna.pk, "sure": "1", "next": f"/console/t/{ticket.number}/"}
    answer = oleg.post(act, given)  # the second one
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/console/t/{ticket.number}/")
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.organisation, ticket.requester_sure) == (cast.anna, cast.ryabina, True)
    assert ticket.state == "new"  # covered now
    assert "Чей это мессенджер" not in words(page(oleg, ticket))


def test_a_guess_is_made_sure_with_one_click(oleg, ticket, cast):
    PhoneNumber.objects.create(person=cast.anna, e164=ANNA)
    push(incoming("wamid.2", content={"body": "ещё"}, timestamp=SENT_AT))
    said = words(page(oleg, ticket))
    assert "По номеру это Анна Вольская, но никто не проверял." in said
    row = MessengerIdentity.objects.get()
    oleg.post(reverse("console-messengers-tie", args=[row.pk]), {"person": cast.anna.pk, "sure": "1"})
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.requester_sure) == (cast.anna, True)


def test_the_card_shows_every_way_with_when_and_by_whom(oleg, ticket, cast):
    row = MessengerIdentity.objects.get()
    tie(row.pk, cast.anna.pk, actor=Actor("staff", cast.vera.pk, cast.vera.name))
    card = reverse("console-customers-person", args=[cast.anna.pk])
    assert "WhatsApp +7 900 000-00-01 «Анна» не подтверждён" in words(oleg.get(card)).replace("\xa0", " ")
    act = reverse("console-messengers-card", args=[cast.anna.pk, row.pk])
    assert oleg.post(act, {"act": "verify"}).status_code == 302
    said = words(oleg.get(card)).replace("\xa0", " ")
    assert "«Анна» подтверждён" in said
    assert "12:41 , Олег Лесин" in said
    PhoneNumber.objects.create(person=cast.boris, e164=ANNA)
    assert "Объединить: Борис Лапин" in words(oleg.get(card))
    oleg.post(act, {"act": "untie"})
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.requester_sure, ticket.state) == (None, False, ticket.state)
    assert "Мессенджеров пока нет" in words(oleg.get(card))
    assert oleg.post(act, {"act": "untie"}).status_code == 404


UNLOCKED = {  # how the account is tied → licence named, offered for answers to her mail, known as Anna
    "to nobody": (None, (False, False, False)),
    "to the card whose number it is, unverified": ("number", (False, False, True)),
    "to the card whose verified number it is": ("verified number", (True, True, True)),
    "by a specialist who thinks so": ("said", (False, False, True)),
    "by a specialist who made sure": ("sure", (True, True, True)),
    "to a number of several people": ("shared", (False, False, False)),
}


@pytest.mark.parametrize(("how", "unlocked"), UNLOCKED.values(), ids=UNLOCKED)
def test_only_a_verified_tie_unlocks_data(cast, clock, meta, how, unlocked):
    if how in {"number", "verified number", "shared"}:
        verified_at = now() if how != "number" else None
        PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=verified_at)
    if how == "shared":
        PhoneNumber.objects.create(person=cast.boris, e164=ANNA, verified_at=now())
    if how in {"said", "sure"}:
        row = MessengerIdentity.objects.create(network="whatsapp", e164=ANNA, first_seen_at=now())
        tie(row.pk, cast.anna.pk, actor=Actor("staff", cast.oleg.pk, cast.oleg.name), verified=how == "sure")
    push(incoming("wamid.1", timestamp=SENT_AT))
    ticket = Ticket.objects.get()
    letter = placed(mail())
    offered = any(way.channel == "whatsapp" for way in other_ways.ways_of(letter))
    assert (LICENCE in meta.sent[-1].text, offered, ticket.requester == cast.anna) == unlocked


@pytest.mark.parametrize(("who", "status"), [("oleg", 200), ("vera", 403)])
def test_accounts_are_for_the_leading_specialist(client, cast, meta, who, status):
    client.force_login(getattr(cast, who))
    assert client.get("/console/messengers/").status_code == status


def test_an_account_says_how_it_does_and_where_to_push(oleg, ticket, settings):
    settings.OKIBI_PUBLIC_URL = "https://desk.example.org"
    said = oleg.get("/console/messengers/")
    assert 'value="https://desk.example.org/hooks/whatsapp/main"' in said.content.decode()
    text = words(said).replace("\xa0", " ")
    assert "WhatsApp: Горячая линия +7 900 000-00-10 · Олег Лесин Работает" in text
    assert "20 в секунду, одному человеку 10 за 60 с; окно переписки 24 часа" in text
    assert "Есть новости по заявке request_update (ru)" in text
    assert "писал 1 человек" in text


def test_a_wrong_file_is_told_with_its_line(oleg, settings, tmp_path):
    path = tmp_path / "channels.toml"
    path.write_text("format = 2\n")
    settings.OKIBI_CHANNELS = str(path)
    assert "строка 1" in words(oleg.get("/console/messengers/"))
