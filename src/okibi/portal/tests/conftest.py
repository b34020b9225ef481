"""Everybody who may stand at the portal's door, and what is Anna's."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client

from okibi.channels.ipv.adapter import StoredFile
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import Organisation, Person
from okibi.customers.services import add_email, add_phone, set_organisation_admin, verify_email
from okibi.environments import services as devices
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.environments.models import Device
from okibi.flows import own_card, personal_data, reply
from okibi.flows.ipv_request import Draft, place
from okibi.flows.visitor import Visitor, of_device
from okibi.journal.services import SYSTEM
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.signing import sign
from okibi.portal.files import owner_of
from okibi.portal.gate import COOKIE
from okibi.schemes.services import ensure_loaded
from okibi.tickets.models import Attachment, Ticket
from okibi.updates import services as updates
from okibi.updates.services import Whose
from okibi.updates.terms import HostWish, Wish, checked
from okibi.uploads import services as uploads
from tests.cast import Cast, make_cast

SECRET = "s" * 43
SUBJECT = "Тайна Анны: не печатает счета"


def device_of(person: Person | None = None) -> Device:
    return devices.create_device(
        secret=SECRET, kind=DeviceKind.BROWSER, enrolled_by=EnrolledBy.EMAIL, name="Firefox, Windows", person=person
    )


def client_of(device: Device, **options: bool) -> Client:
    client = Client(**options)
    client.cookies[COOKIE] = devices.token_of(device.public_id, SECRET)
    return client


@dataclass
class House:
    """The cast with a device for each, and Anna's request with an answer and a file."""

    cast: Cast
    darya: Person  # administrator of Anna's organisation
    clients: dict[str, Client]
    visitors: dict[str, Visitor]
    ticket: Ticket
    anna_device: Device
    rows: dict[str, object]  # what addresses name

    @property
    def anna(self) -> Client:
        return self.clients["anna"]


def darya_of(organisation: Organisation) -> Person:
    person = Person.objects.create(name="Дарья Ким", organisation=organisation)
    add_email(person.pk, "darya@example.org", actor=SYSTEM)
    return set_organisation_admin(person.pk, on=True, actor=SYSTEM)


@pytest.fixture
def house(db) -> House:
    ensure_loaded()
    cast = make_cast()
    darya = darya_of(cast.ryabina)
    set_organisation_admin(cast.kirill.pk, on=True, actor=SYSTEM)
    cast.kirill.refresh_from_db()
    email = cast.anna.emails.get()
    verify_email(email.pk)
    phone = add_phone(cast.anna.pk, "+7 900 000-00-17", actor=SYSTEM)
    people = {"unproved": None, "anna": cast.anna, "colleague": cast.boris, "admin": darya, "other admin": cast.kirill}
    rows = {name: device_of(person) for name, person in people.items()}
    gone = device_of(cast.anna)
    clients = {"nobody": Client(), **{name: client_of(row) for name, row in rows.items()}, "revoked": client_of(gone)}
    devices.revoke(gone.public_id, SYSTEM)
    clients["staff"] = Client()
    clients["staff"].force_login(cast.oleg)
    visitors = {name: of_device(row) for name, row in rows.items()}
    stored = StoredFile("тайна.txt", "text/plain", blobs.put(b"log").sha256)
    ticket = place(visitors["anna"], "1", Draft(SUBJECT, kind="incident", product="desktop", files=(stored,)))
    reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    invited = devices.invite(cast.ryabina.pk, SYSTEM, email="new@example.org")
    messenger = MessengerIdentity.objects.create(network="max", user_id="900017", person=cast.anna, first_seen_at=now())
    last = now().date() + timedelta(days=365)
    wish = Wish(["desktop"], [HostWish("Тайная касса")], last, "Europe/Moscow")
    terms = checked(wish, ["desktop"], now())
    agreement = updates.propose(Whose(cast.anna, cast.ryabina), terms, cast.vera)
    named = {
        "agreement_id": agreement.pk,
        "number": ticket.number,
        "attachment_id": Attachment.objects.get(message__ticket=ticket).pk,
        "email_id": email.pk,
        "phone_id": phone.pk,
        "identity_id": messenger.pk,
        "person_id": cast.anna.pk,
        "device": rows["anna"].public_id,
        "invitation_id": invited.invitation.pk,
        "code": invited.code,
        "signed": sign(own_card.CONFIRM, [cast.anna.pk, "anna.second@example.org"]),
        "upload_id": uploads.begin(owner_of(visitors["anna"]), 3, name="тайна.txt", type_="text/plain").public_id,
        "chore_id": personal_data.begin(visitors["anna"]).pk,
    }
    return House(cast, darya, clients, visitors, ticket, rows["anna"], named)
