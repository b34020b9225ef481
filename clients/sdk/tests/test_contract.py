"""The contract's own examples through the SDK: every answer is read to its last field, every request is made so."""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from clients.sdk.tests.conftest import QUICK
from clients.sdk.tests.fake_server import TOKEN
from okibi_sdk import Client, Draft, Enrolment, Page, Policy, ProblemError, Wish
from okibi_sdk.models import draft_of
from okibi_sdk.sms import How, NewSms, SmsClient

CONTRACT = Path(__file__).resolve().parents[3] / "contract"
OTHERS = {"createLicence", "listTickets", "getUpload", "eventsTicket"}  # of browsers and the vendor's own systems

DRAFT = {each.name for each in fields(Draft)}
BODY = {"text": "а", "code": "1", "environment": {}, "up_to": 1, "score": 5, "name": "Склад"}


def wish(body):
    device = body["device"]
    given = {name: body[name] for name in ("licence", "trial", "invitation", "email", "name") if name in body}
    told = {name: device[name] for name in ("kind", "product", "version", "environment") if name in device}
    return Wish(**given, **told, device=device.get("name", ""))


def drafted(body):
    return draft_of({name: value for name, value in body.items() if name in DRAFT})


CALLS = {
    "getPolicy": lambda client, body: client.policy(),
    "previewVerdict": lambda client, body: client.verdict(
        draft_of({name: value for name, value in body.items() if name in DRAFT})
    ),
    "beginEnrolment": lambda client, body: client.enrol(wish(body)),
    "getEnrolment": lambda client, body: client.enrolment_state(Enrolment("e", "", "s")),
    "confirmEnrolment": lambda client, body: client.confirm(Enrolment("e", "", "s"), body["code"]),
    "getDevice": lambda client, body: client.device(),
    "getUpdate": lambda client, body: client.newer_version(),
    "listAgreements": lambda client, body: client.agreements(),
    "getAgreement": lambda client, body: client.agreement(7),
    "answerAgreement": lambda client, body: client.answer_agreement(7, yes=body.get("yes", True)),
    "withdrawAgreement": lambda client, body: client.withdraw_agreement(7, body.get("reason", "")),
    "changeDevice": lambda client, body: client.update_device(**body),
    "reportEnvironment": lambda client, body: client.push_environment(
        body["environment"], product=body.get("product", ""), version=body.get("version", "")
    ),
    "listRequests": lambda client, body: client.requests(),
    "placeRequest": lambda client, body: client.place(drafted(body), uploads=body.get("uploads", [])),
    "getRequest": lambda client, body: client.request("26-000001"),
    "listMessages": lambda client, body: Page(client.messages("26-000001")),
    "say": lambda client, body: client.say("26-000001", body["text"], uploads=body.get("uploads", [])),
    "markRead": lambda client, body: client.read("26-000001", body["up_to"]),
    "withdraw": lambda client, body: client.withdraw("26-000001", body.get("text", "")),
    "reopen": lambda client, body: client.reopen("26-000001", body["text"]),
    "works": lambda client, body: client.works("26-000001"),
    "getArticle": lambda client, body: client.article("e-17"),
    "rate": lambda client, body: client.rate("26-000001", body["score"], body.get("text", "")),
}


def how(body):
    """When it leaves, as a body says it; None where it says nothing."""
    told = {each.name: body[each.name] for each in fields(How) if each.name in body}
    return How(**told) if told else None


def new(body):
    return NewSms(body["to"], body.get("text", ""), body.get("reference", ""))


SMS = {
    "sendSms": lambda client, body: client.send(new({"to": "1", **body}), how(body)),
    "sendSmsBatch": lambda client, body: client.send_batch(
        [new(each) for each in body.get("messages", [])], how(body), text=body.get("text", "")
    ),
    "getSms": lambda client, body: client.get(17),
    "listSms": lambda client, body: client.find(state="delivered", limit=1),
    "cancelSms": lambda client, body: client.cancel(17),
    "measureSms": lambda client, body: client.segments(body["text"]),
    "listSmsLines": lambda client, body: client.lines(),
    "getSmsIn": lambda client, body: client.get_incoming(4),
    "listSmsIn": lambda client, body: client.incoming(),
}  # by a key of the vendor's own systems


def made_by(operation, http, language="ru"):
    """Whoever makes this call, and the call."""
    kind, calls = (SmsClient, SMS) if operation in SMS else (Client, CALLS)
    return kind("http://desk.example.org", TOKEN, language=language, patience=QUICK, http=http), calls[operation]


def examples():
    for path in sorted((CONTRACT / "examples").glob("*.json")):
        example = json.loads(path.read_text(encoding="utf-8"))
        if example["operation"] not in OTHERS:
            yield pytest.param(example, id=path.stem)


def heard(example):
    """The SDK's call with the example's answer: its result, and the requests that it made."""
    made = []

    def answer(request):
        made.append(request)
        kind = "application/problem+json" if example["status"] >= 400 else "application/json"
        body = None if example.get("response") is None else json.dumps(example["response"]).encode()
        return httpx.Response(example["status"], content=body, headers={"content-type": kind})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    language = (example.get("request") or {}).get("language", "ru")
    client, call = made_by(example["operation"], http, language)
    return call(client, example.get("request") or BODY), made


def same(value, document):
    """Whether a value says all that the document says."""
    if isinstance(value, Page):
        return same(value.items, document["items"])
    if is_dataclass(value):
        known = {each.name for each in fields(value)}
        return set(document) <= known and all(same(getattr(value, name), document[name]) for name in document)
    if isinstance(value, tuple):
        return len(value) == len(document) and all(map(same, value, document))
    if isinstance(value, datetime):
        return value == datetime.fromisoformat(document)
    return value == document or (document is None and not value) or str(value) == str(document)


@pytest.mark.parametrize("example", list(examples()))
def test_an_example_is_read_to_its_last_field_and_asked_as_the_contract_says(example):
    if example["status"] >= 400:
        with pytest.raises(ProblemError) as caught:
            heard(example)
        assert caught.value.code == example["response"]["code"]
        assert str(caught.value) == example["response"]["detail"]
        told = [{"field": each.field, "detail": each.detail} for each in caught.value.errors]
        assert told == example["response"].get("errors", [])
        return
    value, made = heard(example)
    if "request" in example:
        sent = json.loads(made[0].content)
        assert {name: sent[name] for name in example["request"]} == example["request"]
        assert set(sent) - set(example["request"]) <= {"language"}
    if isinstance(value, Policy):
        assert value.document == example["response"]
    elif example["operation"] == "say":
        assert (value.number, value.message_id) == (example["response"]["number"], example["response"]["id"])
    elif example.get("response") is not None:
        assert same(value, example["response"])


def test_every_address_that_the_sdk_calls_stands_in_the_contract():
    document = json.loads((CONTRACT / "openapi.json").read_text(encoding="utf-8"))
    described = {
        each["operationId"]: (method.upper(), re.sub(r"{\w+}", "[^/]+", path))
        for path, methods in document["paths"].items()
        for method, each in methods.items()
        if isinstance(each, dict) and "operationId" in each
    }
    bodies = {"beginEnrolment": {"device": {}}, "placeRequest": {"text": "а"}, "previewVerdict": {"text": "а"}}
    for operation in (*CALLS, *SMS):
        made = []

        def answer(request, made=made):
            made.append(request)
            return httpx.Response(404, json={"code": "x"}, headers={"content-type": "application/problem+json"})

        client, call = made_by(operation, httpx.Client(transport=httpx.MockTransport(answer)))
        given = {"name": "Склад"} if operation == "changeDevice" else bodies.get(operation, BODY)
        with pytest.raises(ProblemError):
            call(client, given)
        method, path = described[operation]
        assert made[0].method == method
        assert re.fullmatch(path, made[0].url.path), operation
    assert Draft("а").as_json() == {"text": "а"}
