"""SMS by key: one, a batch, what became of them, what came in; nobody sees another's."""

import pytest

from okibi.api.tests.conftest import with_scopes
from okibi.flows import sms_callbacks
from okibi.flows.sms_in import take
from okibi.journal.models import Entry
from okibi.kernel import clock
from okibi.policy.sms_words import Wish
from okibi.sms import inward, queue, services
from okibi.sms.gateways.port import Refused, Sent
from okibi.sms.models import KeySms, KeyUse, Sms
from okibi.sms.tests import gateways
from okibi.sms.tests.gateways import ANNA

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings, tmp_path):
    def written(**more):
        settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", **more)

    written()
    return written


@pytest.fixture
def server(office):
    return with_scopes("sms:send", "sms:read")


def sent(server, text="Код 4711", **more):
    answer = server.post("/sms", {"to": "8 900 000-00-17", "text": text, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_one_is_queued_found_by_its_reference_and_told_as_it_stands(server):
    made = sent(server, reference="order-17")
    assert (made["to"], made["state"], made["segments"], made["alphabet"]) == (ANNA, "queued", 1, "ucs2")
    line = gateways.alive()[0]
    queue.claim([line], 1, {})
    queue.settle(made["id"], line, Sent("7"))
    told = server.get(f"/sms/{made['id']}").json()
    assert (told["state"], told["line"]) == ("sent", "office/goip1")
    assert server.get("/sms?reference=order-17").json() == {"items": [told], "next": None}
    assert server.get("/sms?to=8-900-000-00-17&state=sent").json()["items"] == [told]
    assert server.get("/sms?state=failed").json()["items"] == []


def test_a_reference_is_one_sms_for_ever_and_a_key_of_the_call_for_a_week(server):
    first = sent(server, reference="order-17")
    assert sent(server, reference="order-17")["id"] == first["id"]
    other = server.post("/sms", {"to": ANNA, "text": "другое", "reference": "order-17"})
    assert (other.status_code, other.json()["code"]) == (409, "sms.reference_used")
    again = [server.post("/sms", {"to": ANNA, "text": "Код"}, Idempotency_Key="call-1") for _ in range(2)]
    assert again[0].json() == again[1].json()
    assert again[1].headers["Idempotency-Replayed"] == "true"
    assert Sms.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"to": "8 800 555-35-35", "text": "Код"}, 422, "sms.number"),
        ({"to": "900", "text": "Код"}, 422, "sms.number"),
        ({"to": ANNA, "text": " "}, 422, "sms.text"),
        ({"to": ANNA, "text": "я" * 671}, 422, "sms.text"),
        ({"to": ANNA, "text": "Код", "time_zone": "Mars/Base"}, 422, "sms.time_zone"),
        ({"to": ANNA, "text": "Код", "time_zone": "../etc/passwd"}, 422, "sms.time_zone"),
        ({"to": ANNA, "text": "Код", "priority": "first"}, 422, "invalid"),
        ({"to": ANNA}, 422, "invalid"),
    ],
)
def test_what_can_not_be_sent_is_told_by_a_stable_code(server, body, status, code):
    answer = server.post("/sms", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Sms.objects.exists()


def test_a_call_without_a_key_of_its_own_is_refused(server):
    answer = server.call("POST", "/sms", {"to": ANNA, "text": "Код"}, Idempotency_Key="")
    assert answer.json()["code"] == "idempotency_key_missing"


def test_each_line_of_a_batch_has_its_own_answer(server):
    services.wish("+79000000019", Wish.OUT, source="sms")
    lines = [
        {"to": ANNA, "reference": "a"},
        {"to": "900"},
        {"to": "+79000000018", "text": "Привет", "reference": "b"},
        {"to": "+79000000019"},
        {"to": ANNA, "reference": "a"},
    ]
    answer = server.post("/sms/batches", {"text": "Сервер остановится в 22:00", "messages": lines}).json()
    assert (answer["accepted"], answer["refused"], answer["segments"]) == (3, 2, 3)
    told = [each["problem"]["code"] if each["problem"] else each["sms"]["state"] for each in answer["items"]]
    assert told == ["queued", "sms.number", "queued", "blocked", "sms.reference_twice"]
    texts = list(Sms.objects.filter(source="api").order_by("id").values_list("text", flat=True))
    assert texts == ["Сервер остановится в 22:00", "Привет", "Сервер остановится в 22:00"]


def test_a_batch_costs_the_same_however_long_it_is(server, django_assert_max_num_queries):
    lines = [{"to": f"+7900000{number:04}"} for number in range(200)]
    with django_assert_max_num_queries(30):
        assert server.post("/sms/batches", {"text": "Обновление в 22:00", "messages": lines}).json()["accepted"] == 200


def test_what_was_in_a_batch_before_is_told_as_it_stands(server):
    lines = [{"to": ANNA, "reference": str(number)} for number in range(3)]
    first = server.post("/sms/batches", {"text": "Код", "messages": lines[:2]}).json()
    second = server.post("/sms/batches", {"text": "Код", "messages": lines}).json()
    assert [each["sms"]["id"] for each in second["items"][:2]] == [each["sms"]["id"] for each in first["items"]]
    assert (Sms.objects.count(), KeyUse.objects.get().segments) == (3, 3)


def test_a_keys_day_has_a_limit_in_segments_and_a_cancelled_one_gives_back(office, server):
    office(sending="[api]\nday_limit = 3")
    first = sent(server)
    lines = [{"to": ANNA, "text": "я" * 100}, {"to": ANNA, "text": "Код"}]
    items = server.post("/sms/batches", {"messages": lines}).json()["items"]
    assert [each["problem"] and each["problem"]["code"] for each in items] == [None, "sms.day_limit"]
    refused = server.post("/sms", {"to": ANNA, "text": "Код"})
    assert (refused.status_code, refused.json()["code"]) == (429, "sms.day_limit")
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert server.post(f"/sms/{first['id']}/cancel").json()["state"] == "cancelled"
    sent(server)
    lines = server.get("/sms/lines").json()
    assert (lines["used_today"], lines["day_limit"]) == (3, 3)


def test_one_key_may_have_a_limit_of_its_own(office, server):
    sent(server)
    name = KeySms.objects.get().owner
    office(sending=f'[api]\nday_limit = 100\n[[api.key]]\nid = "okk_{name}"\nday_limit = 1')
    assert server.post("/sms", {"to": ANNA, "text": "Код"}).json()["code"] == "sms.day_limit"


def test_what_is_queued_is_taken_back_and_what_a_line_has_is_not(server):
    first, second = sent(server), sent(server)
    for _ in range(2):
        assert server.post(f"/sms/{first['id']}/cancel").json()["state"] == "cancelled"
    queue.claim(gateways.alive()[:1], 1, {})
    answer = server.post(f"/sms/{second['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "sms.not_queued")


def test_nobody_sees_or_cancels_another_keys_sms(server):
    made = sent(server)
    other = with_scopes("sms:send", "sms:read")
    assert other.get("/sms").json()["items"] == []
    assert other.get(f"/sms/{made['id']}").status_code == 404
    assert other.post(f"/sms/{made['id']}/cancel").status_code == 404


def test_pages_are_walked_to_the_end(server):
    ids = [sent(server)["id"] for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        found = server.get(f"/sms?limit=2&cursor={cursor}").json()
        seen += [each["id"] for each in found["items"]]
        cursor = found["next"]
    assert seen == ids[::-1]
    assert server.get("/sms?cursor=nonsense").status_code == 422


def test_a_text_is_measured_and_nothing_is_sent(server):
    told = server.post("/sms/segments", {"text": "Order №17 " * 10}).json()
    assert (told["alphabet"], told["segments"], told["forced_by"], told["too_long"]) == ("ucs2", 2, ["№"], False)
    assert told["plain"] == "Order N17 " * 10
    assert not Sms.objects.exists()


def test_lines_tell_how_they_stand_and_nothing_of_their_cards(server):
    gateways.alive()
    told = server.get("/sms/lines").json()
    assert told["connected"] is True
    assert [(each["line"], each["is_alive"], each["signal_dbm"]) for each in told["lines"]] == [
        ("office/goip1", True, -73), ("office/goip2", True, -73),
    ]  # fmt: skip
    assert "25001" not in str(told)


# ---------------------------------------------------------------- callbacks: the journal tells webhooks


def entries():
    return [(each.code, each.data) for each in Entry.objects.filter(subject_kind__in=["sms", "sms_in"]).order_by("id")]


def test_each_change_of_state_is_told_once_without_number_and_text(server):
    ids = [sent(server, reference=name)["id"] for name in ("a", "b", "c")]
    line = gateways.alive()[0]
    for fate in (Sent("7"), Refused("CMS 1", permanent=True)):
        (claim,) = queue.claim([line], 1, {})
        queue.settle(claim.sms, line, fate)
    server.post(f"/sms/{ids[2]}/cancel")
    assert sms_callbacks.tell_keys() == 3
    assert sms_callbacks.tell_keys() == 0
    queue.delivered(line, "7", "", 0)
    assert sms_callbacks.tell_keys() == 1
    told = entries()
    assert [(code, data["reference"]) for code, data in told] == [
        ("sms.sent", "a"), ("sms.failed", "b"), ("sms.cancelled", "c"), ("sms.delivered", "a"),
    ]  # fmt: skip
    assert told[1][1]["error"] == "CMS 1"
    assert "9000000017" not in str(told)
    assert "Код" not in str(told)


def test_an_sms_that_came_in_is_told_and_read_by_the_key(server, django_capture_on_commit_callbacks):
    with clock.at(clock.now()):
        inward.store(gateways.alive()[0], "1", ANNA, "Не печатает")
        inward.take(take)
    ((code, data),) = entries()
    assert (code, data["line"]) == ("sms.received", "office/goip1")
    told = server.get(f"/sms/incoming/{data['sms']}").json()
    assert (told["number"], told["text"]) == (ANNA, "Не печатает")
    assert server.get("/sms/incoming").json()["items"] == [told]
    assert "Не печатает" not in str(data)
