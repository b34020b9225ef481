"""GoIP's datagrams, byte by byte. Samples: the vendor's PDF and source, real firmware output (node-goip)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.sms.gateways.goip import packets
from okibi.sms.gateways.goip.driver import news_of
from okibi.sms.gateways.goip.line import fate_of
from okibi.sms.gateways.goip.packets import Answer, Event, read
from okibi.sms.gateways.numbers import notation
from okibi.sms.gateways.port import Refused, Sent

KEEPALIVE = (
    b"req:27;id:goip1;pass:pw;num:;signal:29;gsm_status:LOGIN;voip_status:LOGOUT;voip_state:IDLE;remain_time:-1;"
    b"imei:867495023958030;imsi:260060172091324;iccid:89480611000720913242;pro:POL;idle:11;disable_status:0;"
    b"SMS_LOGIN:N;SMB_LOGIN:;CELLINFO:LAC:7E5,CELL ID:5E5B;CGATT:Y;"
)


def test_a_keepalive_of_real_firmware():
    event = read(KEEPALIVE)
    assert (event.verb, event.id, event.line, event.password) == ("req", "27", "goip1", "pw")
    news = news_of(event.fields, has_network=True)
    assert (news.signal, news.operator, news.number, news.imsi) == (29, "POL", None, "260060172091324")
    assert news.facts["CELLINFO"] == "LAC:7E5,CELL ID:5E5B"


@pytest.mark.parametrize("key", ["pass", "password"])
def test_both_words_for_a_password(key):
    assert read(f"RECEIVE:1;id:a;{key}:secret;srcnum:900;msg:x".encode()).password == "secret"


@pytest.mark.parametrize(
    "text", ["just a test", "Не Работает; код: E-17", "первая\nвторая;msg:третья", "", "; :", " пробелы "]
)
def test_a_received_text_is_whole(text):
    event = read(f"RECEIVE:-1270197307;id:goip1;password:p;srcnum:+79000000017;msg:{text}".encode())
    assert (event.id, event.fields["msg"], event.fields["srcnum"]) == ("-1270197307", text, "+79000000017")


def test_what_stands_in_for_nothing_is_nothing():
    assert read(b"req:1;id:a;pass:p;num:(null);imsi:<NULL>;").fields["num"] == ""


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"PASSWORD 11\n", Answer("PASSWORD", "11")),
        (b"OK 11 1 32\n", Answer("OK", "11", "1 32")),
        ("USSD 111 Баланс: 57.20 р.".encode(), Answer("USSD", "111", "Баланс: 57.20 р.")),
        (b"ERROR 11 GSM_LOGOUT\n", Answer("ERROR", "11", "GSM_LOGOUT")),
    ],
)
def test_words_of_a_session(data, answer):
    assert read(data) == answer


@given(st.binary(max_size=200))
def test_any_bytes_are_a_packet_or_none(data):
    assert read(data) is None or isinstance(read(data), Event | Answer)


def test_the_length_of_a_text_is_in_bytes():
    raw = packets.message(11, "Заявка №1042 решена")
    assert raw == "MSG 11 33 Заявка №1042 решена\n".encode()
    assert int(raw.split()[2]) == len("Заявка №1042 решена".encode())


@pytest.mark.parametrize("number", ["+7900\nMSG", "7900;x", "", "+7" + "9" * 20, "MTS"])
def test_nothing_but_a_number_gets_into_a_command(number):
    with pytest.raises(ValueError, match="no number"):
        packets.send(1, 1, number)


def test_a_password_is_one_line_and_a_ussd_code_has_no_newline():
    assert packets.password(1, "a\r\nb") == b"PASSWORD 1 ab\n"
    assert packets.ussd(111, "pw", "*100#") == b"USSD 111 pw *100#"
    with pytest.raises(ValueError, match="no USSD code"):
        packets.ussd(1, "pw", "*100#\n")


@pytest.mark.parametrize(("form", "sent"), [("+7", "+79000000017"), ("7", "79000000017"), ("8", "89000000017")])
def test_a_number_is_written_as_the_lines_operator_wants(form, sent):
    assert notation("+79000000017", form) == sent
    assert notation("+375291234567", form) == "+375291234567"


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Answer("OK", "11", "11 32"), Sent("32")),
        (Answer("OK", "11", "11"), Sent("")),  # old firmware
        (Answer("ERROR", "11", "11 errorstatus:38"), Refused("CMS 38: network out of order")),
        (Answer("ERROR", "11", "11 errorstatus:1"), Refused("CMS 1: unassigned number", permanent=True)),
        (Answer("ERROR", "11", "GSM_LOGOUT"), None),
        (Answer("OK", "11", "12 32"), None),  # of another SMS
        (Answer("WAIT", "11", "11"), None),
    ],
)
def test_what_the_last_word_says(answer, fate):
    assert fate_of(answer, 11) == fate
