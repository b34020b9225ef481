"""A device places a request and follows it to its end."""

from uuid import uuid4

import pytest

from okibi.flows.enrolment import revoke
from okibi.journal.services import SYSTEM
from okibi.kernel.models import IdempotentAnswer
from okibi.tickets.models import Ticket

pytestmark = pytest.mark.django_db
WINDOWS = {
    "system": {
        "family": "windows",
        "name": "Windows 10 Pro",
        "version": "10.0",
        "build": "19045",
        "architecture": "x64",
    },
    "dotnet": {"release": 528049},
    "cpu_mhz": 3200,
    "memory_mb": 8192,
    "disk_free_mb": 90000,
}


def test_the_answer_to_a_request_is_its_number_verdict_and_term(anna):
    answer = anna.post("/requests", {"text": "Не печатает", "kind": "incident", "product": "desktop",
                                     "environment": WINDOWS})  # fmt: skip
    assert answer.status_code == 201
    found = answer.json()
    assert answer.headers["Location"] == f"/api/v1/requests/{found['number']}"
    assert found["state"] == "new"
    assert found["verdict"]["covered"] is True
    assert {line["about"] for line in found["verdict"]["lines"]} >= {"entitlement", "os"}
    assert found["aim_at"].endswith("+03:00")
    assert found["aim_at"] < found["due_at"]
    assert found["steps"]
    assert all(step["text"] for step in found["steps"])


def test_the_answer_is_what_asking_again_gives(anna, unproved):
    for caller in (anna, unproved):
        placed = caller.post("/requests", {"text": "Не печатает", "subject": "Печать", "environment": WINDOWS}).json()
        assert caller.get(f"/requests/{placed['number']}").json() == placed


def test_a_request_costs_few_statements(anna, unproved, django_assert_num_queries):
    for caller, statements in ((anna, 13), (unproved, 9)):  # of them three begin and end what is undone together
        body = {"text": "Не печатает", "kind": "incident", "product": "desktop"}
        caller.post("/requests", body)
        with django_assert_num_queries(statements):
            caller.post("/requests", body)


def test_the_preview_says_what_the_request_will_say_and_keeps_nothing(anna, nobody):
    draft = {"text": "Не печатает", "kind": "incident", "product": "desktop", "environment": WINDOWS}
    preview = anna.post("/verdicts", draft).json()
    assert not Ticket.objects.exists()
    found = anna.post("/requests", draft).json()
    assert (preview["covered"], preview["kind"]) == (True, found["kind"])
    assert [line["about"] for line in preview["lines"]] == [line["about"] for line in found["verdict"]["lines"]]
    assert nobody.post("/verdicts", draft).json()["covered"] is not True


def test_the_same_key_places_one_request(anna):
    body, key = {"text": "Не печатает"}, uuid4().hex
    first, second = (anna.post("/requests", body, Idempotency_Key=key) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    assert Ticket.objects.count() == 1


def test_another_request_with_the_same_key_is_refused_and_none_at_all_too(anna):
    anna.post("/requests", {"text": "Не печатает"}, Idempotency_Key="k1")
    other = anna.post("/requests", {"text": "Не сканирует"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    without = anna.post("/requests", {"text": "Не печатает"}, Idempotency_Key="")
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_missing")


def test_keys_of_two_devices_are_apart(anna, boris):
    numbers = {each.post("/requests", {"text": "Не печатает"}, Idempotency_Key="k1").json()["number"]
               for each in (anna, boris)}  # fmt: skip
    assert len(numbers) == 2


def test_a_refused_request_leaves_its_key_free(anna):
    assert anna.post("/requests", {"text": "  "}, Idempotency_Key="k1").status_code == 422
    assert not IdempotentAnswer.objects.exists()
    assert anna.post("/requests", {"text": "Не печатает"}, Idempotency_Key="k1").status_code == 201


def test_the_list_is_cut_into_pages_that_miss_nothing(anna, placed):
    numbers = [placed(f"Ошибка {each}")["number"] for each in range(5)]
    seen, cursor = [], ""
    while True:
        page = anna.get(f"/requests?limit=2&cursor={cursor}").json()
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == numbers[::-1]


def test_a_list_costs_the_same_whatever_its_length(anna, placed, django_assert_max_num_queries):
    for number in range(7):
        placed(f"Ошибка {number}")
    with django_assert_max_num_queries(4):
        assert len(anna.get("/requests").json()["items"]) == 7


def test_what_did_not_change_is_not_sent_again(anna, placed):
    number = placed()["number"]
    first = anna.get(f"/requests/{number}")
    again = anna.get(f"/requests/{number}", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    anna.post(f"/requests/{number}/messages", {"text": "И сканирует плохо"})
    assert anna.get(f"/requests/{number}", If_None_Match=first.headers["ETag"]).status_code == 200


def test_a_conversation_goes_on_and_is_read_from_where_one_stopped(anna, placed):
    number = placed()["number"]
    said = anna.post(f"/requests/{number}/messages", {"text": "После обновления то же"})
    assert (said.status_code, said.json()["author"], said.json()["number"]) == (201, "me", number)
    everything = anna.get(f"/requests/{number}/messages?limit=1").json()
    assert len(everything["items"]) == 1
    rest = anna.get(f"/requests/{number}/messages?limit=100&cursor={everything['next']}").json()["items"]
    assert rest[-1]["text"] == "После обновления то же"
    newest = anna.get(f"/requests/{number}/messages?after={said.json()['id']}").json()
    assert newest == {"items": [], "next": None}
    assert anna.post(f"/requests/{number}/read", {"up_to": said.json()["id"]}).status_code == 204
    assert anna.post(f"/requests/{number}/typing").status_code == 204


def test_it_works_now_and_then_it_does_not(anna, placed):
    number = placed()["number"]
    closed = anna.post(f"/requests/{number}/works").json()
    assert closed["state"] == "closed"
    assert anna.post(f"/requests/{number}/works").status_code == 409
    again = anna.post(f"/requests/{number}/reopen", {"text": "Снова закрывается"})
    assert again.status_code == 200, again.content
    assert again.json()["state"] in {"new", "open"}


def test_a_request_is_taken_back_with_a_word(anna, placed):
    number = placed()["number"]
    gone = anna.post(f"/requests/{number}/withdraw", {"text": "Нашли сами"}).json()
    assert gone["state"] == "closed"
    said = [each["text"] for each in anna.get(f"/requests/{number}/messages").json()["items"]]
    assert "Нашли сами" in said


def test_nobody_sees_another_device_or_persons_request(anna, kirill, unproved, placed):
    number = placed()["number"]
    for other in (kirill, unproved):
        assert other.get("/requests").json()["items"] == []
        for path in (f"/requests/{number}", f"/requests/{number}/messages"):
            assert other.get(path).status_code == 404


def test_a_device_that_was_cut_off_opens_nothing(anna, placed):
    number = placed()["number"]
    revoke(anna.device.public_id, SYSTEM)
    assert anna.get(f"/requests/{number}").status_code == 401
    assert anna.post("/requests", {"text": "Не печатает"}).status_code == 401


def test_the_device_knows_itself_and_gives_its_token_back(anna):
    found = anna.get("/device").json()
    assert (found["id"], found["person"]["name"]) == (anna.device.public_id, "Анна Вольская")
    assert anna.call("PATCH", "/device", {"name": "Ноутбук", "language": "en"}).json()["name"] == "Ноутбук"
    verdict = anna.call("PUT", "/device/environment", {"product": "desktop", "version": "3.2", "environment": WINDOWS})
    assert verdict.status_code == 200, verdict.content
    assert {line["status"] for line in verdict.json()["lines"] if line["about"] == "os"} == {"met"}
    newer = anna.call("PUT", "/device/environment", {"product": "desktop", "version": "3.3"})
    assert newer.json()["lines"] == verdict.json()["lines"]  # the machine is as it was told before
    assert anna.get("/device").json()["version"] == "3.3"
    assert anna.call("DELETE", "/device").status_code == 204
    assert anna.get("/device").status_code == 401


def test_the_policy_is_open_to_everybody(nobody):
    found = nobody.get("/policy").json()
    assert {each["code"] for each in found["classes"]} >= {"incident", "suggestion"}
    assert [each["code"] for each in found["channels"] if each["preferred"]] == ["ipv"]
    assert found["working_now"] == (found["next_opening"] is None)


def test_strange_characters_and_numbers_break_nothing(anna, placed):
    number = placed("a\0b \ud83d\ude00")["number"]
    assert anna.get(f"/requests/{number}").status_code == 200
    paths = [
        "/requests/26-%00", "/requests?cursor=%FF", "/requests?q=%00", "/requests?limit=0", "/requests?cursor=!!",
        f"/requests/{number}/messages?after={2**63}", f"/files/{2**63 - 1}",
    ]  # fmt: skip
    for path in paths:
        assert anna.get(path).status_code in (200, 404, 422), path


def test_similar_ones_are_offered_to_who_may_see_them(anna, kirill, placed):
    placed()
    for caller in (anna, kirill):
        answer = caller.get("/similar?q=печать&product=desktop")
        assert (answer.status_code, answer.json()) == (200, {"items": []})  # nothing is answered yet
