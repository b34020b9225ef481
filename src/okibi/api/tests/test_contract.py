"""The contract holds: the server does what ``contract/openapi.json`` says, and the examples are what it answers."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    positive_data_acceptance,
    unsupported_method,
)

from okibi.accounts.scopes import Scope
from okibi.api import limits
from okibi.api.api import api
from okibi.api.openapi import document
from okibi.api.tests.conftest import enrolled, with_scopes
from okibi.config.wsgi import application
from okibi.kernel.rates import Rate

ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = sorted((ROOT / "contract/examples").glob("*.json"))
OPEN_ENDED = "/api/v1/events$"  # a stream on the ASGI side: tested in test_live.py

# What a random but well-shaped request may not do (place one without words, extend a licence that there is not) is told
# by 404, 409 and 422; every caller is tried on every address in test_vendor.py.
NOT_ASKED = [positive_data_acceptance, ignored_auth, unsupported_method, missing_required_header]

CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 409, 411, 412, 413, 415, 422, 423, 460]
            }
        },
        "generation": {"allow-extra-parameters": False},
    }
)


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)
schema = schema.exclude(path_regex=OPEN_ENDED)


@pytest.fixture
def patient(monkeypatch):
    """The brakes are tested elsewhere; the handler must leave the test's own connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    for name in ("KNOWN", "UNKNOWN", "ENROLLING", "CREATING", "SENDING"):
        monkeypatch.setattr(limits, name, Rate(name, 100_000, 60))
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def tokens(cast) -> dict[str, str]:
    return {"DeviceToken": enrolled(cast.anna, cast.ryabina).token, "ApiKey": with_scopes(*Scope.values).token}


@pytest.mark.django_db
@schema.parametrize()
@hypothesis_settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_server_keeps_the_contract(case, patient, tokens):
    security = [name for each in case.operation.definition.raw.get("security", []) for name in each]
    token = next((tokens[name] for name in security if name in tokens), "")
    headers = {"Authorization": f"Bearer {token}"} if token else {"Authorization": "Enrolment nonsense"}
    case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED)


def test_the_document_is_openapi_3_1_and_every_operation_is_told_once():
    found = document(api)
    assert found["openapi"] == "3.1.0"
    names = [each["operationId"] for methods in found["paths"].values() for name, each in methods.items()
             if name in ("get", "post", "put", "patch", "delete")]  # fmt: skip
    assert len(names) == len(set(names)) > 40


def test_the_kept_document_is_the_servers():
    kept = json.loads((ROOT / "contract/openapi.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(document(api))), "run: script/okibi docs"


# ---------------------------------------------------------------- examples, read by clients' tests too


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_of_the_described_shape(path):
    """``{"operation", "request"?, "status", "response"}``; the shapes are those of the contract."""
    example = json.loads(path.read_text(encoding="utf-8"))
    found = document(api)
    operation = next(
        each for methods in found["paths"].values() for each in methods.values()
        if isinstance(each, dict) and each.get("operationId") == example["operation"]
    )  # fmt: skip
    if "request" in example:
        _check(found, operation["requestBody"]["content"]["application/json"]["schema"], example["request"])
    answer = operation["responses"][str(example["status"])]
    if example["status"] == 204:
        assert example.get("response") is None
        return
    [(_, content)] = answer["content"].items()
    _check(found, content["schema"], example["response"])


def _check(found, shape, value):
    whole = {**shape, "components": found["components"], "$schema": "https://json-schema.org/draft/2020-12/schema"}
    jsonschema_rs.validator_for(whole).validate(value)


def test_there_are_examples_of_what_clients_need():
    operations = {json.loads(path.read_text(encoding="utf-8"))["operation"] for path in EXAMPLES}
    needed = "getPolicy previewVerdict beginEnrolment confirmEnrolment getDevice placeRequest getRequest listRequests"
    sms = "sendSms sendSmsBatch getSms listSms cancelSms measureSms listSmsLines getSmsIn listSmsIn"
    assert operations >= {*needed.split(), *sms.split(), "listMessages", "say", "getUpload", "eventsTicket"}
