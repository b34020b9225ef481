"""The doors without a row behind them: nobody comes in unasked, nothing that is sent breaks them."""

import ast
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from okibi.accounts.models import Staff
from okibi.accounts.roles import Role
from okibi.flows import links
from okibi.kernel.clock import now
from okibi.tickets.models import Message, Ticket
from tests.architecture.doors import addresses, why

DOORS = [Path(__file__).resolve().parents[2] / "src/okibi" / door for door in ("website", "console", "portal")]


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
        (links.say_who(Ticket(number="26-001042", token="a-token", channel="sms")), "website-who-short"),
        (links.in_console(ticket), "console-ticket"),
        (links.in_portal(ticket.number), "portal-request"),
        (links.sign_in("signed"), "portal-link"),
        (links.accept_invitation("ABCD"), "portal-invitation"),
        (links.confirm_address("signed"), "portal-address-confirm"),
        (links.article("slug"), "website-article"),
    ):
        assert resolve(urlsplit(made).path).url_name == name


# ---------------------------------------------------------------- nothing that is sent breaks them


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
