"""The vendor's own systems: by key, each act by its scope; and who may do what, as a matrix."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okibi.accounts.scopes import Scope
from okibi.api.api import api
from okibi.api.openapi import document
from okibi.api.tests.conftest import Caller, with_scopes
from okibi.api.tests.test_uploads import Tus
from okibi.customers.models import Licence
from okibi.flows.enrolment import revoke
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db
HOLDINGS = {"products": ["desktop"], "valid_from": "2026-01-01", "valid_until": "2026-12-31"}


def test_a_licence_is_made_extended_and_revoked(system, cast):
    made = system.post("/licences", {"holder": {"organisation_id": cast.kedr.pk}, **HOLDINGS})
    assert made.status_code == 201, made.content
    licence = made.json()
    where = f"/licences/{licence['id']}"
    assert made.headers["Location"] == f"/api/v1{where}"
    assert system.post(f"{where}/extend", {"until": "2027-12-31"}).json()["valid_until"] == "2027-12-31"
    assert system.post(f"{where}/extend", {"until": "2027-01-31"}).status_code == 422
    assert system.post(f"{where}/revoke", {"reason": "не оплачена"}).json()["standing"] == "revoked"
    assert system.post(f"{where}/extend", {"until": "2029-12-31"}).json()["code"] == "customers.revoked"
    acts = Entry.objects.filter(subject_kind="licence", subject_id=licence["id"]).order_by("pk")
    assert [(each.code, each.actor_name) for each in acts] == [
        ("licence.created", "API: Магазин"), ("licence.extended", "API: Магазин"), ("licence.revoked", "API: Магазин"),
    ]  # fmt: skip


def test_a_new_licence_covers_what_waited(system, kirill, cast):
    asked = kirill.post("/requests", {"text": "Не печатает", "product": "desktop"}).json()
    assert asked["state"] == "uncovered"
    system.post("/licences", {"holder": {"organisation_id": cast.kedr.pk}, "products": ["desktop"],
                              "valid_from": "2026-01-01"})  # fmt: skip
    assert kirill.get(f"/requests/{asked['number']}").json()["state"] == "new"


def test_a_trial_is_made_and_listed(system, cast):
    made = system.post("/trials", {"holder": {"person_id": cast.anna.pk}, "product": "mobile",
                                   "valid_from": "2026-11-01", "valid_until": "2027-11-30"})  # fmt: skip
    assert made.status_code == 201, made.content
    assert [each["id"] for each in system.get("/trials").json()["items"]] == [made.json()["id"]]


def test_customers_are_made_and_found(system):
    made = system.post("/customers/organisations", {"name": "ООО «Сосна»", "inn": "7700000003"})
    assert made.status_code == 201, made.content
    card = {"name": "Игорь Ветров", "organisation_id": made.json()["id"], "emails": ["igor@example.org"],
            "phones": ["+7 900 000-00-31"]}  # fmt: skip
    person = system.post("/customers/people", card)
    assert person.status_code == 201, person.content
    assert system.get(f"/customers/people/{person.json()['id']}").json()["phones"] == ["+79000000031"]
    assert [each["name"] for each in system.get("/customers/people?q=igor@example.org").json()["items"]] == [
        "Игорь Ветров"
    ]
    again = system.post("/customers/people", card)
    assert (again.status_code, again.json()["code"]) == (409, "customers.address_taken")


def test_a_request_is_placed_for_a_person_once(system, cast):
    body = {"email": "anna@example.org", "text": "Не печатает", "product": "desktop", "kind": "incident"}
    first, second = (system.post("/tickets", body, Idempotency_Key="order-17") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    found = system.get("/tickets").json()["items"]
    assert [(each["number"], each["requester"]["name"]) for each in found] == [
        (first.json()["number"], "Анна Вольская")
    ]
    assert system.get(f"/tickets/{found[0]['number']}").json() == found[0]


def test_files_that_the_key_uploaded_go_with_the_request(system, anna):
    mine, foreign = (Tus(caller) for caller in (system, anna))
    where = mine.begin(b"trace 17", "trace.log")
    half = {"email": "anna@example.org", "text": "Не печатает", "uploads": [where.rpartition("/")[2]]}
    assert system.post("/tickets", half).json()["code"] == "uploads.not_whole"
    mine.patch(where, b"trace 17", 0)
    number = system.post("/tickets", half).json()["number"]
    (file,) = Attachment.objects.filter(message__ticket__number=number)
    assert (file.name, file.type, file.size) == ("trace.log", "text/plain", 8)
    theirs = foreign.begin(b"x")
    foreign.patch(theirs, b"x", 0)
    refused = system.post("/tickets", {**half, "uploads": [theirs.rpartition("/")[2]]})
    assert (refused.status_code, Ticket.objects.count()) == (404, 1)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-11-20T00:00:00Z", 200),
        ("0259-09-01T11:48:40.5-20:33", 200),  # no offset that the database knows
        ("0001-01-01T00:00:00+05:00", 422),  # no moment at all
        ("2026-11-20T00:00:00", 422),
    ],
)
def test_a_list_since_a_moment_is_asked_by_any_offset(system, moment, status):
    assert system.get("/tickets?" + urlencode({"placed_since": moment})).status_code == status


@pytest.mark.parametrize("path", ["/tickets", "/customers/people", "/customers/organisations", "/licences", "/trials"])
def test_a_list_costs_the_same_whatever_its_length(system, cast, placed, path):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert system.get(path).status_code == 200
        return len(queries)

    cost()  # the key's last use is noted
    placed()
    few = cost()
    for number in range(5):
        placed()
        Licence.objects.create(number=f"Л-{number}", organisation=cast.kedr, products=["desktop"],
                               valid_from="2026-01-01")  # fmt: skip
    assert cost() == few
    assert few <= 8


# ---------------------------------------------------------------- every address, every kind of caller

DEVICE_ROWS = {"number", "file_id", "upload_id"}


def operations():
    for path, methods in document(api)["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete") and path != "/api/v1/events":
                kinds = {name for each in operation.get("security", []) for name in each}
                open_ = {} in operation.get("security", [])
                yield pytest.param(method.upper(), path, kinds, open_, id=f"{method} {path}")


def filled(path: str, number: str, rows: dict[str, object]) -> str:
    for name, value in {"number": number, **rows}.items():
        path = path.replace("{" + name + "}", str(value))
    return path


@pytest.mark.parametrize(("method", "path", "kinds", "open_"), list(operations()))
def test_every_address_for_every_kind_of_caller(
    method, path, kinds, open_, anna, boris, head, another_head, kirill, unproved, nobody, placed, system
):
    """None: 401. Revoked: 401. A wrong kind of key or one without the scope: 403. Another's: 404, and never a word.

    The organisation's administrator reads a colleague's request; every act on it is 404.
    """
    number = placed("Секрет Анны: 417-ХК")["number"]
    rows = {"file_id": 1, "upload_id": "u1", "enrolment_id": "e1", "licence_id": 1, "trial_id": 1,
            "organisation_id": 1, "person_id": 1, "slug": "nothing", "sms_id": 1, "agreement_id": 1,
            "webhook_id": 1, "call_id": 1, "product": "desktop", "version": "4.2.0"}  # fmt: skip
    where = filled(path, number, rows)
    tus = {"Tus_Resumable": "1.0.0", "Upload_Length": "1", "Upload_Offset": "0"} if "/uploads" in path else {}

    def told(caller: Caller) -> int:
        answer = caller.call(method, where, None if method == "GET" or tus else {}, **tus)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if caller is nobody or caller.device not in (None, anna.device, head.device):
            assert "417-ХК" not in body.decode(errors="replace")
        return answer.status_code

    revoke(boris.device.public_id, SYSTEM)
    if "EnrolmentSecret" in kinds:
        assert told(nobody) == told(anna) == 401
        return
    assert told(replace(boris)) == 401
    if open_:
        assert told(nobody) not in (401, 403)
        return
    assert told(nobody) == 401
    if kinds == {"ApiKey"}:
        assert told(anna) == 403
        scopes = [scope for scope in Scope.values if told(with_scopes(scope)) != 403]
        assert len(scopes) == 1, scopes
    elif kinds == {"DeviceToken"}:
        assert told(system) == 403
        if DEVICE_ROWS & {part.strip("{}") for part in path.split("/")}:
            assert {told(kirill), told(unproved), told(another_head)} <= {404, 422}
        if "{number}" in path:
            assert told(head) in ({200} if method == "GET" else {404, 422})


def test_a_request_for_an_address_that_is_none_is_refused_by_its_field(system):
    told = system.post("/tickets", {"email": "anna at example", "text": "Не печатает"})
    assert (told.status_code, told.json()["code"]) == (422, "customers.address")
    assert [each["field"] for each in told.json()["errors"]] == ["email"]
    wordless = system.post("/tickets", {"email": "anna@example.org", "text": " "}).json()
    assert [each["field"] for each in wordless["errors"]] == ["text"]
