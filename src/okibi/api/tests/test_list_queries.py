"""What a list costs does not grow with its length: each list of the contract with one row and with thirty."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okibi.api.api import api
from okibi.api.openapi import document
from okibi.articles import services as articles
from okibi.articles.services import Written
from okibi.customers.models import EmailAddress, Licence, Organisation, Person, PhoneNumber, Trial
from okibi.journal.services import SYSTEM
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.policy.versions import parse_version
from okibi.releases.keys import version_key
from okibi.releases.models import Artefact, Release
from okibi.sms.models import KeySms, Line, Sms, SmsIn
from okibi.tickets.models import Message, Ticket
from okibi.updates import services as updates
from okibi.updates.services import Whose
from okibi.updates.terms import HostWish, Wish, checked
from okibi.webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
MANY = 30


class World:
    """Rows of every kind, as many more as are asked for."""

    def __init__(self, cast: Any, place: Callable[..., Any], anna: Any, system: Any) -> None:
        self.cast, self.place, self.anna, self.system = cast, place, anna, system
        self.made = 0
        self.number = ""
        self.webhook = 0

    def _numbers(self, count: int) -> range:
        self.made += count
        return range(self.made - count, self.made)

    def requests(self, count: int) -> None:
        for at in self._numbers(count):
            self.number = self.place(f"Касса {at} не печатает")["number"]

    def answered(self, count: int) -> None:
        self.requests(count)
        for ticket in Ticket.objects.exclude(state="solved"):
            Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, at=now(), text="Обновите драйвер кассы")
        Ticket.objects.update(state="solved", ended_at=now())

    def messages(self, count: int) -> None:
        if not self.number:
            self.requests(1)
        for _ in self._numbers(count):
            self.anna.post(f"/requests/{self.number}/messages", {"text": "Ещё слово"})

    def agreements(self, count: int) -> None:
        products = ["desktop", "server"]
        wish = Wish(
            products, [HostWish("Касса-1"), HostWish("Касса-2")], now().date() + timedelta(365), "Europe/Moscow"
        )
        terms = checked(wish, products, now())
        for _ in self._numbers(count):
            updates.propose(Whose(self.cast.anna, self.cast.ryabina), terms, self.cast.vera)

    def organisations(self, count: int) -> None:
        Organisation.objects.bulk_create(Organisation(name=f"ООО «Ель {at}»") for at in self._numbers(count))

    def people(self, count: int) -> None:
        for at in self._numbers(count):
            person = Person.objects.create(name=f"Пётр {at}", organisation=self.cast.ryabina)
            EmailAddress.objects.create(person=person, address=f"p{at}@example.org", key=f"p{at}@example.org")
            PhoneNumber.objects.create(person=person, e164=f"+7900000{at:04}")

    def numbers(self, count: int) -> None:
        for at in self._numbers(count):
            PhoneNumber.objects.create(person=self.cast.anna, e164=f"+7900000{at:04}")

    def licences(self, count: int) -> None:
        for at in self._numbers(count):
            Licence.objects.create(
                number=f"Л-{at}", organisation=self.cast.ryabina, products=["desktop"], valid_from=date(2024, 1, 1)
            )

    def trials(self, count: int) -> None:
        span = {"valid_from": date(2024, 1, 1), "valid_until": date(2030, 1, 1)}
        for at in self._numbers(count):
            Trial.objects.create(number=f"П-{at}", person=self.cast.anna, product="desktop", **span)

    def releases(self, count: int) -> None:
        for at in self._numbers(count):
            number = parse_version(f"4.{at}.0")
            row = Release.objects.create(
                product="desktop", version=f"4.{at}.0", version_key=version_key(number), created_at=now()
            )
            blob = blobs.put(f"a{at}".encode())
            Artefact.objects.create(release=row, name=f"a{at}.exe", platform="windows", kind="exe", size=1,
                                    blob=blob, added_at=now())  # fmt: skip

    def sms(self, count: int) -> None:
        line = Line.objects.get_or_create(kind="goip", gateway="office", name="1")[0]
        for at in self._numbers(count):
            row = Sms.objects.create(
                source="api", key=f"k{at}", number="+79000000017", text="a", alphabet="gsm7", segments=1,
                not_before=now(), created_at=now(), line=line,
            )  # fmt: skip
            KeySms.objects.create(sms=row, owner=self.system.token.split("_")[1])

    def sms_in(self, count: int) -> None:
        for at in self._numbers(count):
            line = Line.objects.create(kind="goip", gateway="office", name=f"in{at}")
            SmsIn.objects.create(line=line, external_id=f"{at}", sender="+79000000017", received_at=now())

    def lines(self, count: int) -> None:
        for at in self._numbers(count):
            Line.objects.create(kind="goip", gateway="office", name=f"l{at}")

    def webhooks(self, count: int) -> None:
        for at in self._numbers(count):
            url = f"https://x.example.org/{at}"
            self.webhook = Endpoint.objects.create(url=url, created_at=now(), is_active=False).pk

    def calls(self, count: int) -> None:
        if not self.webhook:
            self.webhooks(1)
        for at in self._numbers(count):
            Delivery.objects.create(
                endpoint_id=self.webhook, entry_id=at, code="ticket.placed", next_attempt_at=now(), created_at=now()
            )

    def articles(self, count: int) -> None:
        for at in self._numbers(count):  # a word that every article has tells none from another
            title = "Касса не печатает" if at < 3 else f"Ель {at}"
            made = articles.save(None, Written(title, "Слова", slug=f"k{at}"), SYSTEM)
            articles.publish(made.pk, SYSTEM)


LISTS = {  # the operation: who asks, the address, what it is a list of
    "listAgreements": ("anna", "/agreements", World.agreements),
    "listRequests": ("anna", "/requests", World.requests),
    "listRequests of=organisation": ("head", "/requests?of=organisation", World.requests),
    "listMessages": ("anna", "/requests/{number}/messages", World.messages),
    "findSimilar": ("anna", "/similar?q=касса+не+печатает", World.answered),
    "findSimilar articles": ("anna", "/similar?q=касса+не+печатает", World.articles),
    "getNumbers": ("anna", "/numbers", World.numbers),
    "listTickets": ("system", "/tickets", World.requests),
    "listOrganisations": ("system", "/customers/organisations", World.organisations),
    "listPeople": ("system", "/customers/people", World.people),
    "listLicences": ("system", "/licences", World.licences),
    "listTrials": ("system", "/trials", World.trials),
    "listReleases": ("system", "/releases/desktop", World.releases),
    "listSms": ("system", "/sms", World.sms),
    "listSmsIn": ("system", "/sms/incoming", World.sms_in),
    "listSmsLines": ("system", "/sms/lines", World.lines),
    "listWebhooks": ("system", "/webhooks", World.webhooks),
    "listWebhookCalls": ("system", "/webhooks/{webhook}/calls", World.calls),
}
MORE_THAN_ROWS = {"findSimilar", "findSimilar articles"}  # five at most are told


@pytest.fixture
def world(cast, placed, system, anna):
    return World(cast, placed, anna, system)


@pytest.mark.parametrize("case", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_thirty(case, world, request):
    who, path, make = LISTS[case]
    caller = request.getfixturevalue(who)
    make(world, 1)
    few, short = asked(caller, world, path)
    make(world, MANY - 1)
    many, long = asked(caller, world, path)
    assert long >= MANY or case in MORE_THAN_ROWS
    assert short < long
    assert many == few, f"{few} statements for {short}, {many} for {long}"


def asked(caller, world, path):
    """How many statements an answer takes, and how many rows it tells; what a process keeps in mind is kept before."""
    where = path.format(number=world.number, webhook=world.webhook)
    caller.get(where)
    with CaptureQueriesContext(connection) as spent:
        answer = caller.get(where)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    return len(spent), len(told if isinstance(told, list) else told.get("items", told.get("lines")))


def test_every_list_of_the_contract_is_in_the_table():
    known = {case.split()[0] for case in LISTS}
    found = document(api)
    shapes = found["components"]["schemas"]
    for operations in found["paths"].values():
        operation = operations.get("get", {})
        shape = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
        shape = shape.get("schema", {})
        shape = shapes.get(shape.get("$ref", "").rpartition("/")[2], shape)
        if shape.get("type") == "array" or "items" in shape.get("properties", {}):
            assert operation["operationId"] in known
