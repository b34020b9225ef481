"""SMS by an API key: both clients, and ``okibi-sms`` as it is typed."""

import asyncio
import json

import pytest

from clients.sdk.tests.conftest import QUICK
from clients.sdk.tests.fake_sms import KEY, Office, serve
from okibi_sdk import InvalidError, NotFoundError, NotSignedInError
from okibi_sdk.sms import AsyncSmsClient, How, NewSms, SmsClient, SmsState
from okibi_sdk.sms.command import main

ANNA, BORIS = "+79000000017", "+79000000018"


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def server(office):
    with serve(office) as address:
        yield address


@pytest.fixture
def client(server):
    with SmsClient(server, KEY, language="ru", patience=QUICK) as client:
        yield client


@pytest.fixture
def typed(server, capsys, monkeypatch):
    def run(*arguments, language="ru", key=KEY):
        monkeypatch.setenv("OKIBI_LANG", language)
        monkeypatch.setenv("OKIBI_SERVER", server)
        monkeypatch.setenv("OKIBI_SMS_KEY", key)
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_one_is_sent_followed_and_taken_back(client):
    sent = client.send(NewSms(ANNA, "Заказ готов", reference="order-17"), How("high", at_once=True))
    assert (sent.state, sent.reference, sent.created_at.utcoffset().total_seconds()) == (
        SmsState.QUEUED,
        "order-17",
        10800,
    )
    assert client.get(sent.id) == sent
    assert client.cancel(sent.id).state is SmsState.CANCELLED


def test_a_lost_answer_is_asked_for_again_and_nothing_is_sent_twice(client, office):
    office.swallow = 2
    client.send(NewSms(ANNA, "Код 4711"))
    assert (len(office.rows), len({key for _, key in office.calls}), len(office.calls)) == (1, 1, 3)


def test_each_line_of_a_batch_has_its_own_answer(client):
    batch = client.send_batch([NewSms(ANNA), NewSms("900"), NewSms(BORIS, "Вам")], text="Всем")
    assert (batch.accepted, batch.refused) == (2, 1)
    assert [each.problem.code if each.problem else each.sms.to for each in batch.items] == [ANNA, "sms.number", BORIS]


def test_every_sms_is_walked_page_by_page(client):
    client.send_batch([NewSms(ANNA, "а")] * 230)
    assert [each.id for each in client.find_all()] == list(range(230, 0, -1))
    assert len(client.find(limit=7).items) == 7


def test_problems_are_types_with_the_servers_code(client, server):
    with pytest.raises(InvalidError) as caught:
        client.send(NewSms("900", "а"))
    assert caught.value.code == "sms.number"
    with pytest.raises(NotFoundError):
        client.get(99)
    with SmsClient(server, "okk_wrong", patience=QUICK) as wrong, pytest.raises(NotSignedInError):
        wrong.lines()


def test_lines_segments_and_what_came_in(client):
    found = client.lines()
    assert (found.connected, found.lines[0].left_today, found.lines[0].left_month) == (True, 88, None)
    assert client.segments("№").forced_by == ("№",)
    assert client.incoming().items[0] == client.get_incoming(7)


def test_the_same_for_asyncio(server):
    async def story():
        async with AsyncSmsClient(server, KEY, patience=QUICK) as client:
            await client.send_batch([NewSms(ANNA, "а")] * 3)
            sent = await client.send(NewSms(BORIS, "б"))
            return sent.id, [each.id async for each in client.find_all()], (await client.lines()).connected

    assert asyncio.run(story()) == (4, [4, 3, 2, 1], True)


# ---------------------------------------------------------------- okibi-sms


def test_sending_and_following_at_a_terminal(typed):
    code, out, _ = typed("send", ANNA, "Заказ готов", "--reference", "order-17")
    assert (code, out) == (0, "      1  +79000000017  в очереди, частей: 1  order-17\n")
    assert typed("status", "1", language="en")[1] == "      1  +79000000017  queued, segments: 1  order-17\n"
    assert typed("cancel", "1")[1].startswith("      1  +79000000017  снята с очереди")
    assert [each["state"] for each in json.loads(typed("list", "--json")[1])] == ["cancelled"]
    assert typed("list", "--state", "failed")[1] == ""


@pytest.mark.parametrize("mark", [";", ","])
def test_a_file_is_sent_once_however_often_it_is_run(typed, office, tmp_path, mark):
    file = tmp_path / "people.csv"
    rows = [["to", "text", "reference"], [ANNA, "Вам письмо", "a"], ["900", "", ""], [BORIS, "", "b"]]
    file.write_text("\ufeff" + "\n".join(mark.join(row) for row in rows), encoding="utf-8")
    for _ in range(2):
        code, out, _ = typed("batch", str(file), "--text", "Всем")
        assert (code, out.splitlines()[0]) == (4, "Принято: 2 (частей: 2), не принято: 1")
        assert out.splitlines()[1] == "      3  900: Нужен мобильный номер."
    assert len(office.rows) == 2


def test_a_long_file_goes_by_pieces_and_tells_one_sum(typed, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text("to\n" + "\n".join([ANNA] * 1200), encoding="utf-8")
    code, out, _ = typed("batch", str(file), "--text", "Всем", "--json")
    told = json.loads(out)
    assert (code, told["accepted"], told["items"][-1]["index"]) == (0, 1200, 1199)


@pytest.mark.parametrize(
    ("arguments", "key", "code", "said"),
    [
        (["send", "900", "а"], KEY, 1, "okibi-sms: Нужен мобильный номер."),
        (["status", "9"], KEY, 1, "okibi-sms: Такого нет."),
        (["lines"], "okk_wrong", 1, "okibi-sms: Ключ не подходит."),
        (["lines"], "", 2, "okibi-sms: Нет ключа API: задайте OKIBI_SMS_KEY или --key-file."),
        (["send", ANNA, "а", "--not-before", "завтра"], KEY, 2, "okibi-sms: Это не момент по ISO 8601: завтра"),
        (["lines", "--server", "http://127.0.0.1:9"], KEY, 3, "okibi-sms: Нет связи с сервером поддержки."),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_an_exit_code(typed, arguments, key, code, said):
    ended, _, told = typed(*arguments, key=key)
    assert (ended, told.splitlines()[0]) == (code, said)


def test_files_without_numbers_are_refused(typed, tmp_path):
    file = tmp_path / "people.csv"
    for text, said in (("phone\n900", "нет столбца «to»"), ("to\n", "нет ни одной строки")):
        file.write_text(text, encoding="utf-8")
        code, _, told = typed("batch", str(file))
        assert code == 2
        assert said in told


def test_lines_and_segments_for_a_reader(typed):
    out = typed("lines")[1]
    assert "office/goip1" in out
    assert "осталось сегодня 88" in out
    assert "Лимит ключа на сегодня: 3 из 100 частей" in out
    assert typed("segments", "№", language="en")[1] == "segments: 2, ucs2\nbecause of: №\nshorter: N\n"
