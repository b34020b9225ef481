"""A request is placed on the site: number and term on the page, a receipt by mail, a page behind a link, an answer."""

import re

import pytest
import time_machine

from okibi.channels.models import Outbound
from okibi.flows import reply
from okibi.tickets.models import Ticket
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
FILLED = {
    "kind": "incident",
    "text": "Не печатает счета, ошибка E-17",
    "product": "desktop",
    "environment": "Windows 7 SP1 x64, .NET 4.8",
    "name": "Анна Вольская",
    "address": "anna@example.org",
}


def place(client, clock, **given):
    html = client.get("/request/").content.decode()
    clock.shift(30)
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("form_id", "opened")}
    return client.get(client.post("/request/", {**FILLED, **hidden, **given}).url).content.decode()


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/where/\S+)", letter.text)[1]


def test_from_the_form_to_the_answer_on_the_page(client):
    cast = make_cast()
    with time_machine.travel("2026-11-20T09:41:00Z", tick=False) as clock:
        page = place(client, clock)
        ticket = Ticket.objects.get()
        assert f"Заявка {ticket.number} принята" in page
        assert "вт 24 ноября, 20:00" in page
        assert (ticket.channel, ticket.kind, ticket.requester) == ("form", "incident", cast.anna)
        assert ticket.due_at.isoformat() == "2026-11-24T17:00:00+00:00"

        receipt = Outbound.objects.get()
        assert receipt.recipient == "anna@example.org"
        assert ticket.number in receipt.subject
        assert "24 ноября" in receipt.text

        where = client.get(link_in(receipt)).content.decode()
        assert ticket.number in where
        assert "вт 24 ноября, 20:00" in where or "24 ноября" in where

        reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
        assert "Заново выберите принтер." in client.get(link_in(receipt)).content.decode()
        assert Outbound.objects.latest("id").recipient == "anna@example.org"

        place(client, clock, address="boris@example.org", name="Борис Лапин", text="Пропал отчёт за квартал")
        other = Ticket.objects.exclude(pk=ticket.pk).get()
        mine, theirs = (client.get(link_in(row)).content.decode() for row in (receipt, Outbound.objects.latest("id")))
        assert other.number not in mine
        assert "Пропал отчёт" not in mine
        assert ticket.number not in theirs
