"""Every error is a problem document with a stable code, a status and a sentence in the caller's language."""

import base64
import re

import pytest

from okibi.api import limits
from okibi.api.api import api
from okibi.api.openapi import document
from okibi.api.problems import KINDS, MEDIA_TYPE, preferred
from okibi.kernel.rates import Rate

pytestmark = pytest.mark.django_db


def problem(answer, status: int, code: str) -> dict:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE), answer.content
    found = answer.json()
    assert (found["status"], found["code"], found["type"]) == (status, code, f"/api/problems/{code}")
    assert found["title"]
    assert found["detail"]
    return found


def test_each_says_itself_in_two_languages(nobody):
    english = problem(nobody.get("/nothing"), 404, "not_found")
    nobody.language = "ru-RU,en;q=0.5"
    russian = problem(nobody.get("/nothing"), 404, "not_found")
    assert re.search("[а-я]", russian["detail"])
    assert not re.search("[а-я]", english["detail"])


@pytest.mark.parametrize("path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/requests", "/api/v1/requests/", "/api/x\n"])
def test_an_address_that_there_is_not(nobody, path):
    problem(nobody.get(path), 404, "not_found")


def test_a_method_that_the_address_does_not_know(anna):
    answer = anna.call("DELETE", "/requests")
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_what_an_address_can_do(nobody):
    answer = nobody.call("OPTIONS", "/requests")
    assert answer.status_code == 204
    assert {"GET", "POST", "OPTIONS"} <= {each.strip() for each in answer.headers["Allow"].split(",")}


def test_no_token_a_wrong_one_and_another_kind(nobody, anna, system):
    for header in ("", "Bearer okd_wrong", "Basic YTpi", "Bearer", "Bearer okk_xxxxxxxxxxxx_yyyy"):
        answer = nobody.get("/requests", Authorization=header)
        problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    problem(system.get("/requests"), 403, "forbidden")
    problem(anna.get("/tickets"), 403, "forbidden")


def test_a_body_that_is_no_json_of_another_type_or_too_large(anna, client):
    headers = {"Authorization": f"Bearer {anna.token}", "Idempotency-Key": "k"}
    answer = client.generic("POST", "/api/v1/requests", "{", "application/json", headers=headers)
    problem(answer, 400, "bad_request")
    answer = client.generic("POST", "/api/v1/requests", "text=a", "application/x-www-form-urlencoded", headers=headers)
    problem(answer, 415, "unsupported_media_type")
    answer = client.generic("POST", "/api/v1/requests", " " * 600_000, "application/json", headers=headers)
    problem(answer, 413, "too_large")


def test_each_wrong_field_is_named(anna):
    found = problem(anna.post("/requests/26-000001/rating", {"score": 9, "text": 5}), 422, "invalid")
    assert {each["field"] for each in found["errors"]} == {"score", "text"}
    assert all(each["detail"] for each in found["errors"])
    found = problem(anna.post("/requests", {"kind": "incident"}), 422, "invalid")
    assert [each["field"] for each in found["errors"]] == ["text"]


def test_a_room_says_its_own_code(anna):
    found = problem(anna.post("/requests", {"text": "Не печатает", "kind": "nonsense"}), 422, "unknown_kind")
    assert found["errors"] == [{"field": "kind", "detail": found["detail"]}]


def test_too_many_calls_are_told_when_to_come_back(anna, monkeypatch):
    monkeypatch.setattr(limits, "KNOWN", Rate("api", 2, 60))
    told = [anna.get("/device") for _ in range(3)]
    assert [each.status_code for each in told] == [200, 200, 429]
    assert [each.headers["RateLimit-Remaining"] for each in told] == ["1", "0", "0"]
    problem(told[2], 429, "too_many_requests")
    assert 0 < int(told[2].headers["Retry-After"]) <= 60
    assert told[2].headers["RateLimit-Limit"] == "2"


def test_guessing_tokens_is_counted_by_the_network(nobody, monkeypatch):
    monkeypatch.setattr(limits, "UNKNOWN", Rate("api-open", 3, 60))
    told = [nobody.get("/device", Authorization=f"Bearer okd_d{number:011}_x").status_code for number in range(5)]
    assert told == [401, 401, 401, 429, 429]


def test_every_kind_has_both_languages():
    for code, kind in KINDS.items():
        assert re.fullmatch("[a-z_]+", code)
        assert re.search("[а-я]", kind.title.ru)
        assert not re.search("[а-я]", kind.title.en)


WRITES = {
    "a change of the device": ("PATCH", "/device"),
    "a report": ("PUT", "/device/environment"),
    "signing out": ("DELETE", "/device"),
    "a read mark": ("POST", "/requests/26-000001/read"),
    "an upload": ("POST", "/uploads"),
    "a piece": ("PATCH", "/uploads/u00"),
}


@pytest.mark.parametrize("case", WRITES)
def test_a_malformed_key_is_refused_by_every_write(anna, case):
    method, path = WRITES[case]
    problem(anna.call(method, path, {}, Idempotency_Key="two words"), 400, "idempotency_key_malformed")


def test_every_write_says_in_the_contract_that_it_takes_a_key():
    silent = [
        f"{method} {path}"
        for path, operations in document(api)["paths"].items()
        for method, operation in operations.items()
        if method in {"post", "put", "patch", "delete"}
        and "Idempotency-Key" not in {each["name"] for each in operation["parameters"]}
    ]
    assert silent == []


def test_a_cursor_of_nonsense_is_refused_by_every_list(anna, system):
    for caller, path in ((anna, "/requests"), (anna, "/requests/26-000001/messages"), (system, "/licences")):
        answer = caller.get(f"{path}?cursor=nonsense")
        assert answer.status_code == 422, path
        assert answer.headers["Content-Type"] == "application/problem+json"


ACCEPTED = {"": "ru", "de, en;q=0.5": "en", "en-US,en;q=0.9,ru;q=0.8": "en", "ru;q=0.3, en;q=0.2": "ru", "fr": "ru"}


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_the_language_is_the_one_that_stands_higher(accepted):
    assert preferred(accepted) == ACCEPTED[accepted]


def _cursor(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


HOSTILE = {
    "half a surrogate pair": '["\\ud800",1]',
    "a NUL": '["a\\u0000",1]',
    "an id beyond all ids": f'["a",{"9" * 40}]',
    "an id below all ids": '["a",-1]',
    "a truth": '["a",true]',
    "an object": '{"a":1,"b":2}',
    "brackets": "[" * 300,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_cursor_is_none(system, case):
    for path in ("/customers/organisations", "/customers/people", "/licences", "/trials", "/tickets"):
        found = problem(system.get(f"{path}?cursor={_cursor(HOSTILE[case])}"), 422, "input")
        assert [each["field"] for each in found["errors"]] == ["cursor"]


def test_numbers_that_are_none_break_nothing(anna):
    reported = anna.call("PUT", "/device/environment", raw='{"environment": {"cpu_mhz": 1e999, "memory_mb": 4096}}')
    assert reported.status_code == 200
    assert anna.get("/device").json()["environment"] == {"cpu_mhz": None, "memory_mb": 4096}
    for word in ("NaN", "Infinity", "-Infinity"):
        problem(anna.call("PUT", "/device/environment", raw=f'{{"environment": {{"a": {word}}}}}'), 400, "bad_request")


@pytest.mark.parametrize("value", [True, "5", 1.5])
def test_a_number_is_no_text_and_no_truth(anna, value):
    found = problem(anna.post("/requests/26-000001/read", {"up_to": value}), 422, "invalid")
    assert [each["field"] for each in found["errors"]] == ["up_to"]


def test_head_goes_wherever_get_goes(anna, placed):
    placed()
    for path in ("/requests", "/device", "/policy"):
        whole, head = anna.get(path), anna.call("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == whole.headers["ETag"]
    assert anna.call("HEAD", "/requests/26-999999").status_code == 404
    assert anna.call("HEAD", "/verdicts").status_code == 405
    assert "HEAD" in anna.call("OPTIONS", "/requests").headers["Allow"]


def test_what_changed_meanwhile_is_not_overwritten(anna):
    etag = anna.get("/device").headers["ETag"]
    assert anna.call("PATCH", "/device", {"name": "Касса"}, If_Match=etag).status_code == 200
    problem(anna.call("PATCH", "/device", {"name": "Склад"}, If_Match=etag), 412, "etag_mismatch")
    assert anna.get("/device").json()["name"] == "Касса"
    assert anna.call("PATCH", "/device", {"name": "Склад"}, If_Match="*").status_code == 200
    problem(anna.get("/device", If_Match='"another"'), 412, "etag_mismatch")
    problem(anna.call("DELETE", "/device", If_Match=f"W/{etag}"), 412, "etag_mismatch")


def test_nothing_has_no_media_type(anna):
    for answer in (anna.call("OPTIONS", "/requests"), anna.call("OPTIONS", "/uploads")):
        assert (answer.status_code, answer.headers.get("Content-Type")) == (204, None)
