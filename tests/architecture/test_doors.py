"""The doors: nobody comes in unasked, nothing that is shown leads nowhere, nothing that is sent breaks them."""

import ast
import logging
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from okibi.accounts.models import Staff
from okibi.accounts.roles import Role
from okibi.channels.models import Inbound
from okibi.customers.models import EmailAddress, Licence, Organisation, Person, PhoneNumber, Trial
from okibi.flows import links
from okibi.flows.demo.load import load
from okibi.kernel.clock import now
from okibi.tickets.models import Message, Ticket
from tests.architecture.doors import Address, addresses

DOORS = [Path(__file__).resolve().parents[2] / "src/okibi" / door for door in ("website", "console", "portal")]
REFUSED = {302, 401, 403, 404, 405, 412}  # 412: resumable uploads ask for their protocol first
EACH = 2  # pages of one kind that are walked
PAGES = 250
AWAY = ("mailto:", "tel:", "#", "javascript:", "data:", "cid:")
OURS = "http://testserver"


def door_modules() -> list[Path]:
    return [path for door in DOORS for path in sorted(door.rglob("*.py")) if "tests" not in path.parts]


def test_a_door_asks_rooms_not_rows():
    """Doors read by selectors and write by flows or services."""
    asking = [
        f"{path}:{node.lineno}"
        for path in door_modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
    ]
    assert not asking


# ---------------------------------------------------------------- nobody comes in unasked


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_who_is_not_signed_in_sees_no_page_of_the_console(method):
    let_in = []
    found = addresses("console/")
    assert len(found) > 50
    for address in found:
        answer = getattr(Client(), method)(address.path())
        to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))
        if not to_sign_in and answer.status_code not in (401, 403):
            let_in.append(f"{method} {address.route}: {answer.status_code}")
    assert not let_in


@pytest.mark.django_db
def test_a_part_of_a_page_asks_who_is_not_signed_in_to_sign_in():
    """An htmx answer would put the sign-in page into the middle of the old one."""
    for address in addresses("console/"):
        answer = Client().get(address.path(), headers={"HX-Request": "true"})
        assert answer.status_code in (401, 403), address.route


@pytest.mark.django_db
def test_a_disabled_member_of_staff_is_nobody():
    staff = Staff.objects.create(email="gone@desk.example.org", name="Олег Лесин", roles=list(Role.values))
    client = Client()
    client.force_login(staff)
    assert client.get(reverse("console-queue", args=["all"])).status_code == 200
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    for address in addresses("console/"):
        answer = client.get(address.path())
        assert answer.status_code in (302, 401, 403), address.route


def test_letters_lead_to_addresses_that_the_doors_have():
    """Flows stand below the doors and spell addresses themselves."""
    ticket = Ticket(number="26-001042", token="a-token")
    for made, name in (
        (links.where_is(ticket), "website-where"),
        (links.say_who(ticket), "website-who"),
        (links.in_console(ticket), "console-ticket"),
        (links.in_portal(ticket.number), "portal-request"),
        (links.sign_in("signed"), "portal-link"),
        (links.accept_invitation("ABCD"), "portal-invitation"),
        (links.confirm_address("signed"), "portal-address-confirm"),
        (links.article("slug"), "website-article"),
    ):
        assert resolve(urlsplit(made).path).url_name == name


# ---------------------------------------------------------------- nothing that is shown leads nowhere


class Links(HTMLParser):
    """What a reader can open on a page, and what the page itself fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        names = {"a": ("href", "hx-get"), "img": ("src",), "iframe": ("src",)}.get(tag, ("hx-get",))
        self.found += [said[name] for name in names if said.get(name)]


@pytest.fixture
def demo(capsys, caplog):
    """The week of the demo, and a mail that nobody could read."""
    caplog.set_level(logging.CRITICAL)
    load()
    Inbound.objects.filter(pk=Inbound.objects.latest("pk").pk).update(state="unreadable", error="UnreadableError")
    capsys.readouterr()


def one(model, **where):
    row = model.objects.filter(**where).order_by("pk").first()
    return row.pk if row else 1


def known_rows() -> dict[str, object]:
    ticket = Ticket.objects.filter(assignee__isnull=True).order_by("pk").first() or Ticket.objects.first()
    person = Person.objects.order_by("pk").first()
    return {
        "NumberConverter:number": ticket.number,
        "IntConverter:number": 2026,
        "message_id": one(Message, ticket=ticket),
        "inbound_id": one(Inbound, state="unreadable"),
        "staff_id": one(Staff),
        "person_id": person.pk,
        "other_id": one(Person, pk__gt=person.pk),
        "organisation_id": one(Organisation),
        "licence_id": one(Licence),
        "trial_id": one(Trial),
        "email_id": one(EmailAddress),
        "phone_id": one(PhoneNumber),
    }


def signed_in(role: str) -> Client:
    staff = Staff.objects.create(email=f"only-{role}@desk.example.org", name="Павел Громов", roles=[role])
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    return client


def fits(address: Address, known: dict[str, object]) -> dict[str, object]:
    """The rows for one address; a bare ``pk`` means what the address begins with."""
    nouns = {"people": "person_id", "licences": "licence_id", "trials": "trial_id", "organisations": "organisation_id"}
    of_route = next((known[key] for noun, key in nouns.items() if f"/{noun}/" in f"/{address.route}"), 1)
    return {"pk": of_route, "id": of_route, **known}


def walk(client: Client, start: list[str]) -> tuple[list[str], set[str]]:
    """Follow every link of ours from there; gives what went wrong and the names of the addresses that were seen."""
    waiting = [(path, "the door itself") for path in start]
    times: dict[str, int] = {}
    seen: set[str] = set()
    wrong = []
    while waiting and len(seen) < PAGES:
        path, where = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            name = resolve(urlsplit(path).path).view_name
        except Resolver404:
            wrong.append(f"{path} on {where}: no such address")
            continue
        times[name] = times.get(name, 0) + 1
        if times[name] > EACH:
            continue
        answer = client.get(path)
        if answer.status_code not in (200, 302):
            wrong.append(f"{path} on {where}: {answer.status_code}")
        if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
            waiting += [(link, path) for link in _inner(answer.content.decode(), path)]
    return wrong, set(times)


def _inner(page: str, path: str) -> list[str]:
    found = []
    for link in Links(page).found:
        whole = urlsplit(urljoin(OURS + path, link))
        skipped = link.startswith(AWAY) or whole.path.startswith(("/static/", "/console/events", "/accounts/logout"))
        if not skipped and f"{whole.scheme}://{whole.netloc}" == OURS:
            found.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    return found


# Who sees most and who sees least in every run, the two between them in the long one.
EACH_ROLE = [
    pytest.param(role, marks=() if role in {Role.ADMIN, Role.SPECIALIST} else pytest.mark.long) for role in Role.values
]


@pytest.mark.django_db
@pytest.mark.parametrize("role", EACH_ROLE)
def test_every_link_that_a_role_is_shown_opens(demo, role):
    wrong, seen = walk(signed_in(role), [reverse("console-home"), reverse("console-queue", args=["all"])])
    assert not wrong, "\n".join(wrong)
    assert {"console-ticket", "console-queue", "console-unreadable", "console-system", "console-policy"} <= seen


@pytest.mark.django_db
def test_every_link_of_the_public_site_opens(demo):
    wrong, seen = walk(
        Client(raise_request_exception=False), ["/", links.where_is(Ticket.objects.first()).partition("8000")[2]]
    )
    assert not wrong, "\n".join(wrong)
    assert {"website-front", "website-scheme", "website-scheme-pdf", "website-request", "website-where"} <= seen


# ---------------------------------------------------------------- nothing that is sent breaks them


def why(answer) -> str:
    """What a broken page raised."""
    return f": {answer.exc_info[1]!r}" if getattr(answer, "exc_info", None) else ""


@pytest.mark.django_db
@pytest.mark.parametrize("role", EACH_ROLE)
def test_no_page_breaks_for_any_role(demo, role):
    client, known = signed_in(role), known_rows()
    broken = []
    for address in addresses("console/"):
        answer = client.get(address.path(fits(address, known)))
        if answer.status_code not in {200, *REFUSED}:
            broken.append(
                f"{address.route}: {answer.status_code} {answer.exc_info if answer.status_code > 499 else ''}"
            )
    assert not broken, "\n".join(broken)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_there_is_not_found(method):
    staff = Staff.objects.create(email="all@desk.example.org", name="Павел Громов", roles=list(Role.values))
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    broken = []
    for address in addresses("console/"):
        answer = getattr(client, method)(address.path())
        if answer.status_code >= 500:
            broken.append(f"{address.route}{why(answer)}")
    assert not broken, "\n".join(broken)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({}, marks=pytest.mark.long),
        {"text": "\0", "name": "x" * 5000, "pk": "-1", "staff": "nobody", "kind": "none"},
    ],
)
def test_no_act_breaks_on_an_empty_or_a_senseless_form(demo, sent):
    known = known_rows()
    staff = Staff.objects.create(email="all@desk.example.org", name="Павел Громов", roles=list(Role.values))
    broken = []
    for address in addresses():
        if address.route.startswith(("accounts/", "i18n/")):
            continue
        client = Client(raise_request_exception=False)
        client.force_login(staff)
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(address.path(fits(address, known)), sent, headers=headers)
            if answer.status_code >= 500:
                broken.append(f"{address.route}{why(answer)}")
    assert not broken, "\n".join(broken)


@pytest.mark.django_db
def test_a_forged_link_opens_nothing():
    for address in addresses():
        if "signed" in address.parameters:
            answer = Client(raise_request_exception=False).get(address.path())
            assert answer.status_code in (403, 404, 410), address.route
            assert not re.search(r"\b\d\d-\d{6}\b", answer.content.decode())


@pytest.mark.django_db
def test_an_act_without_the_token_of_the_page_is_refused():
    """A foreign page can't act in somebody's name."""
    staff = Staff.objects.create(email="oleg@desk.example.org", name="Олег Лесин", roles=list(Role.values))
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    before = now()
    for address in addresses("console/"):
        answer = client.post(address.path(), {})
        assert answer.status_code in (403, 405), address.route
    assert not Message.objects.filter(at__gte=before).exists()
