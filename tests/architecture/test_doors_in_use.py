"""The doors with the demo's week behind them: nothing that is shown leads nowhere, nothing that is sent breaks them."""

import logging
from contextlib import redirect_stdout
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from okibi.accounts.models import Staff
from okibi.accounts.roles import Role
from okibi.calls.models import Call, CallTask
from okibi.channels.models import Inbound, Outbound
from okibi.customers.models import EmailAddress, Licence, Organisation, Person, PhoneNumber, Trial
from okibi.flows import links
from okibi.flows.demo.load import load
from okibi.mailings.models import Mailing
from okibi.releases.models import Artefact, Release
from okibi.schemes.models import SchemeVersion
from okibi.tickets.models import AnswerTemplate, Attachment, Message, Ticket
from okibi.updates.models import Agreement, Batch, Host, Run
from tests.architecture.doors import Address, addresses, why

REFUSED = {302, 401, 403, 404, 405, 412}  # 412: resumable uploads ask for their protocol first
EACH = 2  # pages of one kind that are walked
PAGES = 250
AWAY = ("mailto:", "tel:", "#", "javascript:", "data:", "cid:")
OURS = "http://testserver"
ONE_OF = {
    "agreement_id": Agreement, "artefact_id": Artefact, "attachment_id": Attachment, "batch_id": Batch, "call_id": Call,
    "file_id": Attachment, "host_id": Host, "mailing_id": Mailing, "release_id": Release, "run_id": Run,
    "outbound_id": Outbound, "task_id": CallTask, "template_id": AnswerTemplate, "version_id": SchemeVersion,
}  # fmt: skip

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


@pytest.fixture(scope="module")
def week(django_db_setup, django_db_blocker):
    """The week of the demo, and a mail that nobody could read: loaded once, every test's acts are undone."""
    whole = transaction.atomic()
    whole._from_testcase = True
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), redirect_stdout(StringIO()):
        whole.__enter__()
        load()
        Inbound.objects.filter(pk=Inbound.objects.latest("pk").pk).update(state="unreadable", error="UnreadableError")
    yield
    logging.disable(logging.NOTSET)
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def demo(week, db):
    """One test's turn at it."""


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
        **{parameter: one(model) for parameter, model in ONE_OF.items()},
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


@pytest.mark.parametrize("role", EACH_ROLE)
def test_every_link_that_a_role_is_shown_opens(demo, role):
    wrong, seen = walk(signed_in(role), [reverse("console-home"), reverse("console-queue", args=["all"])])
    assert not wrong, "\n".join(wrong)
    assert {"console-ticket", "console-queue", "console-unreadable", "console-system", "console-policy"} <= seen


def test_every_link_of_the_public_site_opens(demo):
    wrong, seen = walk(
        Client(raise_request_exception=False), ["/", links.where_is(Ticket.objects.first()).partition("8000")[2]]
    )
    assert not wrong, "\n".join(wrong)
    assert {"website-front", "website-scheme", "website-scheme-pdf", "website-request", "website-where"} <= seen


# ---------------------------------------------------------------- nothing that is sent breaks them


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
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    for address in addresses():
        if address.route.startswith(("accounts/", "i18n/")):
            continue
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(address.path(fits(address, known)), sent, headers=headers)
            if answer.status_code >= 500:
                broken.append(f"{address.route}{why(answer)}")
    assert not broken, "\n".join(broken)
    assert client.get(reverse("console-queue", args=["all"])).status_code == 200  # who sent it all is signed in still
