"""What a program can rely on: answers as values, problems as types, and no write made twice."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.sdk.tests.conftest import QUICK
from clients.sdk.tests.fake_server import CODE, LICENCE, TOKEN, times
from okibi_sdk import (
    AsyncClient,
    BytesSource,
    Client,
    Draft,
    FileSource,
    InvalidError,
    NoConnectionError,
    NotFoundError,
    NotSignedInError,
    Patience,
    ServerFaultError,
    TooManyError,
    UnexpectedAnswerError,
    Wish,
)
from okibi_sdk.core.session import retry_after
from okibi_sdk.core.wire import Answer

DRAFT = Draft("Не печатает счета, ошибка E-17", "incident", product="desktop", version="5.2")


def answering(status, document=None, *, client=Client, text=None, **headers):
    """A client whose every call gets this answer."""

    def answer(_request):
        if text is not None:
            return httpx.Response(status, text=text, headers={"content-type": "text/html", **headers})
        kind = "application/problem+json" if status >= 400 else "application/json"
        return httpx.Response(status, json=document, headers={"content-type": kind, **headers})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return client("http://desk.example.org", TOKEN, language="ru", patience=QUICK, http=http)


# ---------------------------------------------------------------- the whole way


def test_from_enrolment_to_the_end_of_a_request(server, desk, tmp_path):
    with Client(server, language="ru", patience=QUICK) as client:
        begun = client.enrol(Wish(licence=LICENCE, email="anna@example.org", device="Склад"))
        assert (begun.state, begun.token) == ("awaiting_confirmation", "")
        with pytest.raises(InvalidError, match="Код не подходит"):
            client.confirm(begun, "000000")
        client.token = client.confirm(begun, f" {CODE} ").token
        assert client.device().id == "dabcdefghijk"

        assert client.verdict(DRAFT).lines[0].text == "По лицензии."
        (tmp_path / "журнал.txt").write_bytes(b"E-17\n" * 100_000)
        upload = client.upload(FileSource(tmp_path / "журнал.txt"))
        placed = client.place(DRAFT, uploads=[upload])
        assert placed.number == "26-000001"
        assert placed.due_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
        assert desk.requests[0]["version"] == "5.2"

        said = client.say(placed.number, "И накладные тоже")
        assert said.number == placed.number
        texts = [each.text for each in client.messages(placed.number)]
        assert texts == [DRAFT.text, "И накладные тоже"]
        assert client.messages(placed.number)[0].attachments[0].name == "журнал.txt"
        client.read(placed.number, said.message_id)
        assert client.works(placed.number).state == "closed"
        assert client.reopen(placed.number, "Снова не печатает").state == "open"
        assert client.similar("не печат")[0].slug == "printing"
        client.sign_out()
        with pytest.raises(NotSignedInError):
            client.requests()


def test_the_async_client_is_the_same_table(server, desk):
    async def story():
        async with AsyncClient(server, TOKEN, language="ru", patience=QUICK) as client:
            placed = await client.place(DRAFT)
            listed = [each.number async for each in client.all_requests()]
            return placed.number, listed, await client.messages(placed.number)

    number, listed, messages = asyncio.run(story())
    assert listed == [number]
    assert messages[0].text == DRAFT.text
    mine = {name for name in dir(Client) if not name.startswith("_")}
    assert mine == {name for name in dir(AsyncClient) if not name.startswith("_")}


def test_all_requests_turns_the_pages(client, desk):
    for _ in range(230):
        desk.requests.append({"number": f"26-{len(desk.requests):06}", "state": "new"})
    assert len(list(client.all_requests())) == 230
    assert sum(path == "/requests" for _, path, _ in desk.seen) == 3


# ---------------------------------------------------------------- problems are types


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, NotSignedInError),
        (404, NotFoundError),
        (410, NotFoundError),
        (413, InvalidError),
        (422, InvalidError),
        (429, TooManyError),
        (503, ServerFaultError),
    ],
)
def test_a_problem_document_is_raised_with_its_code_and_sentence(status, kind):
    fields = [{"field": "text", "detail": "Пусто"}]
    document = {"status": status, "code": "some_code", "title": "Нет", "detail": "Так нельзя.", "errors": fields}
    with pytest.raises(kind) as caught:
        answering(status, document).request("26-000001")
    assert (caught.value.code, str(caught.value)) == ("some_code", "Так нельзя.")
    assert caught.value.errors[0].field == "text"


@pytest.mark.parametrize(
    "client",
    [
        answering(404, text="<html>a proxy's page</html>"),
        answering(200, text="<html>Welcome to our hotel</html>"),
        answering(200, ["no object"]),
        answering(200, {"number": "26-000001"}),
        answering(200, {"number": "26-000001", "state": "new", "due_at": "tomorrow"}),
        answering(200, {"number": "26-000001", "state": "new", "due_at": "2026-11-24T20:00:00"}),
    ],
    ids=["404 of a proxy", "hotel", "a list", "no state", "no moment", "no offset"],
)
def test_what_is_not_this_api_is_told_as_such(client):
    with pytest.raises(UnexpectedAnswerError):
        client.request("26-000001")


def test_a_newer_server_may_tell_more():
    document = {"number": "26-000001", "state": "resting", "colour": "blue", "unread": None}
    assert answering(200, document).request("26-000001").state == "resting"


def test_no_connection_is_a_sentence_with_a_remedy():
    with pytest.raises(NoConnectionError) as caught:
        Client("http://127.0.0.1:9", TOKEN, language="ru", patience=QUICK).policy()
    assert str(caught.value) == "Нет связи с сервером поддержки."
    assert caught.value.remedy == "Проверьте соединение и повторите."


# ---------------------------------------------------------------- repeating


@pytest.mark.parametrize("fault", ["swallow", "refuse", "answer 503", "answer 500", "answer 429 0"])
def test_a_write_whose_answer_was_lost_is_repeated_with_its_key_and_made_once(client, desk, fault):
    desk.faults.append(times(3, fault, "POST", "/requests"))
    assert client.place(DRAFT).number == "26-000001"
    assert len(desk.requests) == 1
    keys = {headers["idempotency-key"] for method, _, headers in desk.seen if method == "POST"}
    assert len(keys) == 1
    client.place(DRAFT)
    assert len(desk.requests) == 2  # another call is another request


def test_every_write_has_a_key(client, desk):
    placed = client.place(DRAFT)
    client.push_environment({"cpu_mhz": 2400})
    client.read(placed.number, 1)
    client.update_device(name="Склад")
    client.sign_out()
    assert all("idempotency-key" in headers for method, _, headers in desk.seen if method != "GET")


def test_retry_after_is_obeyed_and_one_too_long_is_told(client, desk):
    waits = []
    client.sleep = waits.append
    desk.faults.append(times(1, "answer 429 7"))
    client.policy()
    assert waits == [7]
    desk.faults.append(times(1, "answer 503 3600"))
    with pytest.raises(ServerFaultError) as caught:
        client.policy()
    assert caught.value.retry_after == 3600
    assert waits == [7]


def test_what_is_wrong_in_itself_is_not_repeated(client, desk):
    with pytest.raises(NotFoundError):
        client.request("26-999999")
    assert len(desk.seen) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Fri, 20 Nov 2026 09:42:00 GMT", 60),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(said, seconds):
    moment = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
    assert retry_after(Answer(503, {"retry-after": said}), moment) == seconds


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_but_never_over_the_longest(failed, chance):
    patience = Patience(first=0.5, longest=20)
    wait = patience.delay(failed, chance)
    assert 0.25 <= wait <= 20
    assert wait <= patience.delay(failed + 1, chance)


# ---------------------------------------------------------------- the token stays at home


def test_the_token_is_in_no_representation():
    client = Client("http://127.0.0.1:9", TOKEN)
    assert TOKEN not in repr(client.session)
    assert TOKEN not in repr(client.__dict__)


def test_a_location_on_another_host_gets_no_token(server, desk, tmp_path):
    asked = []

    def answer(request):
        asked.append(request.url.host)
        if request.method == "POST":
            return httpx.Response(201, headers={"Location": "https://evil.example.org/api/v1/uploads/u1"})
        return httpx.Response(204, headers={"Upload-Offset": "3"})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = Client("http://desk.example.org", TOKEN, http=http)
    assert client.upload(BytesSource(b"abc", "a.txt")) == "u1"
    assert asked == ["desk.example.org"] * 2
