"""A customer never sees another's anything: every address of the portal against everybody who may knock."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from okibi.portal.tests.conftest import SUBJECT
from tests.architecture.doors import addresses

VISITORS = ("nobody", "unproved", "anna", "colleague", "admin", "other admin", "revoked", "staff")
IN = "sign-in"  # asked to sign in

# What everybody gets:   nobody unproved anna colleague admin other revoked staff
ANYBODY = (200, 200, 200, 200, 200, 200, 200, 200)
NO_LINK = (
    404,
    302,
    302,
    302,
    302,
    302,
    404,
    404,
)  # a letter's link opens nothing where nobody asked for it; who is in stays
NO_CODE = (IN, 302, 302, 302, 302, 302, IN, IN)  # no sign-in of this browser waits for a code
ENTRANCE = (200, 302, 302, 302, 302, 302, 200, 200)  # who is in goes on to the requests
LEAVING = (IN,) * 8
SIGNED_IN = (IN, 200, 200, 200, 200, 200, IN, IN)
PERSON = (IN, 404, 200, 200, 200, 200, IN, IN)
SENT_BY_PERSON = (IN, 404, 302, 302, 302, 302, IN, IN)
SEEN = (IN, 404, 200, 404, 200, 404, IN, IN)  # Anna's request: hers, and her administrator's to look at
MINE = (IN, 404, 200, 404, 404, 404, IN, IN)
ACT = (IN, 404, 302, 404, 404, 404, IN, IN)
QUIET_ACT = (IN, 404, 204, 404, 404, 404, IN, IN)
ADMIN = (IN, 404, 404, 404, 200, 200, IN, IN)  # each administrator their own organisation's
BOTH_ACT = (IN, 404, 302, 404, 302, 404, IN, IN)  # hers, and her administrator's
OURS = (IN, 404, 404, 404, 200, 404, IN, IN)
ADMIN_ACT = (IN, 404, 404, 404, 302, 404, IN, IN)
INVITING = (IN, 404, 404, 404, 302, 302, IN, IN)

KEY = {"form_id": "5f0e3c76-7a54-4a3a-9c7e-2f1d1c0b7a11"}
TABLE = {
    ("GET", "portal-requests"): (SIGNED_IN, {}),
    ("GET", "portal-sign-in"): (ENTRANCE, {}),
    ("GET", "portal-code"): (NO_CODE, {}),
    ("GET", "portal-link"): (NO_LINK, {}),
    ("POST", "portal-link"): (NO_LINK, {}),
    ("GET", "portal-invitation"): (ANYBODY, {}),
    ("POST", "portal-sign-out"): (LEAVING, {}),
    ("GET", "portal-new"): (SIGNED_IN, {}),
    ("POST", "portal-new"): ((IN, 302, 302, 302, 302, 302, IN, IN), {**KEY, "kind": "question", "text": "Как?"}),
    ("POST", "portal-preview"): (SIGNED_IN, {"text": "Как?"}),
    ("POST", "portal-similar"): (SIGNED_IN, {"text": SUBJECT}),
    ("GET", "portal-request"): (SEEN, {}),
    ("GET", "portal-live"): (SEEN, {}),
    ("POST", "portal-say"): (ACT, {**KEY, "text": "Ещё"}),
    ("POST", "portal-works"): (ACT, {}),
    ("POST", "portal-withdraw"): (ACT, {}),
    ("POST", "portal-reopen"): (ACT, {**KEY, "text": "Снова"}),
    ("POST", "portal-rate"): (ACT, {"score": "5"}),
    ("POST", "portal-typing"): (QUIET_ACT, {}),
    ("GET", "portal-file"): (SEEN, {}),
    ("POST", "portal-uploads"): ((IN, 412, 412, 412, 412, 412, IN, IN), {}),
    ("GET", "portal-upload"): (MINE, {}),
    ("POST", "portal-upload"): ((IN, 405, 405, 405, 405, 405, IN, IN), {}),
    ("GET", "portal-updates"): (PERSON, {}),
    ("GET", "portal-update"): (SEEN, {}),
    ("POST", "portal-update-act"): (BOTH_ACT, {"act": "confirm"}),
    ("GET", "portal-versions"): (SIGNED_IN, {}),
    ("GET", "portal-card"): (PERSON, {}),
    ("POST", "portal-card"): (SENT_BY_PERSON, {"name": "Имя", "language": "ru"}),
    ("POST", "portal-address-add"): (SENT_BY_PERSON, {"address": "more@example.org"}),
    ("GET", "portal-address-confirm"): (MINE, {}),
    ("POST", "portal-address-confirm"): (ACT, {}),
    ("POST", "portal-address"): (ACT, {"on": "1"}),
    ("POST", "portal-number-add"): (SENT_BY_PERSON, {"phone": "+7 900 000-00-44"}),
    ("POST", "portal-number"): (ACT, {}),
    ("POST", "portal-messenger"): (ACT, {"messenger_code": "000000"}),
    ("POST", "portal-device"): (ACT, {}),
    ("POST", "portal-data-take"): (PERSON, {}),
    ("GET", "portal-data"): (MINE, {}),
    ("GET", "portal-erasure"): (PERSON, {}),
    ("POST", "portal-erasure"): (SENT_BY_PERSON, {"sure": "1"}),
    ("GET", "portal-organisation"): (ADMIN, {}),
    ("GET", "portal-people"): (ADMIN, {}),
    ("GET", "portal-person"): (OURS, {}),
    ("POST", "portal-person-mailing"): (ADMIN_ACT, {"on": "1"}),
    ("POST", "portal-person-admin"): (ADMIN_ACT, {"act": "on"}),
    ("POST", "portal-person-data"): (OURS, {}),
    ("GET", "portal-person-erasure"): (OURS, {}),
    ("POST", "portal-person-erasure"): (ADMIN_ACT, {"sure": "1"}),
    ("GET", "portal-holdings"): (ADMIN, {}),
    ("GET", "portal-organisation-devices"): (ADMIN, {}),
    ("POST", "portal-organisation-device"): (ADMIN_ACT, {}),
    ("GET", "portal-invitations"): (ADMIN, {}),
    ("POST", "portal-invitations"): (INVITING, {"address": "invited@example.org"}),
    ("POST", "portal-invitation-revoke"): (ADMIN_ACT, {}),
}
SECRETS = (
    SUBJECT,
    "тайна.txt",
    "Тайная касса",
    "anna@example.org",
    "anna.second@example.org",
    "Рябина",
    "Л-2026-0418",
    "Анна Вольская",
)
PUBLIC = {"portal-invitation"}  # its holder reads whose invitation it is
OF_RYABINA = {"anna", "colleague", "admin"}


def portal_addresses():
    return addresses("portal/")


def test_every_address_has_its_row():
    """A new page without a row in the table fails here."""
    assert {address.name for address in portal_addresses()} == {name for _method, name in TABLE}


def asked(client: Client, method: str, path: str, data: dict[str, str]):
    answer = client.get(path) if method == "GET" else client.post(path, data)
    text = answer.getvalue().decode(errors="ignore") if answer.streaming else answer.content.decode(errors="ignore")
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(reverse("portal-sign-in"))
    return (IN if to_sign_in else answer.status_code), text


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_who_gets_what(house, method, name):
    expected, data = TABLE[method, name]
    path = next(address for address in portal_addresses() if address.name == name).path(house.rows)
    got, told = [], []
    for visitor in VISITORS:
        with transaction.atomic():  # each finds the house as it was
            status, text = asked(house.clients[visitor], method, path, data)
            transaction.set_rollback(True)
        got.append(status)
        if visitor not in OF_RYABINA and name not in PUBLIC:
            told += [f"{visitor} reads {word}" for word in SECRETS if word in text]
    assert dict(zip(VISITORS, got, strict=True)) == dict(zip(VISITORS, expected, strict=True))
    assert told == []


@pytest.mark.parametrize("visitor", ["anna", "colleague"])
def test_who_is_no_administrator_learns_nothing_of_colleagues(house, visitor):
    client = house.clients[visitor]
    pages = [client.get(reverse(name)).content.decode() for name in ("portal-requests", "portal-card", "portal-new")]
    others = {"anna": ("boris@example.org", "Дарья"), "colleague": ("anna@example.org", SUBJECT, "Дарья")}[visitor]
    assert not [word for word in others for page in pages if word in page]


def test_a_claim_by_licence_number_shows_nothing_of_the_organisation(house):
    house.darya.organisation_claimed = True
    house.darya.save()
    assert house.clients["admin"].get(reverse("portal-organisation")).status_code == 404
    assert house.clients["admin"].get(reverse("portal-request", args=[house.ticket.number])).status_code == 404


def test_an_act_without_the_token_of_the_page_is_refused(house):
    for method, name in TABLE:
        if method == "POST":
            strict = Client(enforce_csrf_checks=True)
            strict.cookies = house.anna.cookies
            path = next(address for address in portal_addresses() if address.name == name).path(house.rows)
            assert strict.post(path, {}).status_code == 403, name


def test_pages_are_kept_by_nobody(house):
    for name in ("portal-requests", "portal-card", "portal-new"):
        answer = house.anna.get(reverse(name))
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_part_of_a_page_says_that_the_session_is_over(house):
    path = reverse("portal-live", args=[house.ticket.number])
    assert house.clients["revoked"].get(path, headers={"HX-Request": "true"}).status_code == 401
