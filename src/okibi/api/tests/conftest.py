"""Callers of the API: a device of Anna's, one that nobody proved, systems with keys, and nobody."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from okibi.accounts.api_keys import create_key
from okibi.accounts.scopes import Scope
from okibi.customers.models import Person
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.environments.models import Device
from okibi.environments.services import create_device, token_of
from okibi.journal.services import SYSTEM
from tests.cast import Cast, make_cast

API = "/api/v1"


@dataclass
class Caller:
    """Somebody with a token; answers are Django's, with ``problem`` for what went wrong."""

    token: str = ""
    language: str = "en"
    device: Device | None = None

    def call(self, method: str, path: str, body: Any = None, raw: str = "", **headers: str) -> Any:
        sent = {"Accept-Language": self.language, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST":
            sent.setdefault("Idempotency-Key", uuid4().hex)
        sent = {name: value for name, value in sent.items() if value}
        data = json.dumps(body) if body is not None else raw
        where = path if path.startswith("/api") else API + path
        kind = "application/json" if data else ""
        return Client(raise_request_exception=False).generic(method, where, data, kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)


def enrolled(person=None, organisation=None, **fields: Any) -> Caller:
    secret = f"{uuid4().hex}{uuid4().hex}"[:43]
    device = create_device(
        secret=secret,
        kind=DeviceKind.DESKTOP,
        enrolled_by=EnrolledBy.EMAIL if person else EnrolledBy.NONE,
        name=fields.pop("name", "Рабочий компьютер"),
        person=person,
        organisation=organisation,
        **fields,
    )
    return Caller(token_of(device.public_id, secret), device=device)


def with_scopes(*scopes: str) -> Caller:
    return Caller(create_key("Магазин", scopes, SYSTEM)[1])


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def anna(cast: Cast) -> Caller:
    return enrolled(cast.anna, cast.ryabina)


@pytest.fixture
def boris(cast: Cast) -> Caller:
    return enrolled(cast.boris, cast.ryabina)


@pytest.fixture
def head(cast: Cast) -> Caller:
    """The administrator of Anna's organisation."""
    person = Person.objects.create(name="Глеб Рябинин", organisation=cast.ryabina, organisation_admin=True)
    return enrolled(person, cast.ryabina)


@pytest.fixture
def another_head(cast: Cast) -> Caller:
    """The administrator of another organisation."""
    person = Person.objects.create(name="Кедров Пётр", organisation=cast.kedr, organisation_admin=True)
    return enrolled(person, cast.kedr)


@pytest.fixture
def kirill(cast: Cast) -> Caller:
    return enrolled(cast.kirill, cast.kedr)


@pytest.fixture
def unproved(db) -> Caller:
    return enrolled()


@pytest.fixture
def nobody() -> Caller:
    return Caller()


@pytest.fixture
def system(db) -> Caller:
    return with_scopes(*Scope.values)


@pytest.fixture
def placed(anna: Caller) -> Callable[..., dict[str, Any]]:
    """Anna places a request; gives it as the API answered."""

    def place(text: str = "Программа закрывается при печати, ошибка 17", **fields: Any) -> dict[str, Any]:
        answer = anna.post("/requests", {"text": text, "kind": "incident", "product": "desktop", **fields})
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found

    return place
