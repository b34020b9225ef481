"""Why an SMS did not go, in both languages."""

import pytest

from okibi.sms.gateways.android.words import refusal
from okibi.sms.gateways.goip.errors import error_of
from okibi.sms.gateways.http import HttpAnswer
from okibi.sms.gateways.kannel.driver import fate_of
from okibi.sms.gateways.reasons import explained
from okibi.sms.gateways.smpp.statuses import said


@pytest.mark.parametrize(
    ("error", "ru"),
    [
        (said(0x0B), "SMPP 0x0000000B: неверный номер получателя"),
        (error_of("errorstatus:38")[0], "CMS 38: сеть не работает"),
        ("TP-Status 70", "TP-Status 70: срок доставки вышел"),
        (refusal("RESULT_ERROR_RADIO_OFF").error, "Android: связь на телефоне выключена"),
        (fate_of(HttpAnswer(403, b"Authorization failed for sendsms"), "").error, "Kannel: имя или пароль не приняты"),
        ("segment 2 of 3: no answer to submit_sm", "часть 2 из 3: центр сообщений не ответил"),
        ("the gateway does not answer: ConnectionRefusedError", "шлюз не отвечает"),
        (said(0x7777), "SMPP 0x00007777: an error of this message centre"),  # nobody knows it: as it came
        ("anything else", "anything else"),
        ("", ""),
    ],
)
def test_a_stored_reason_is_said_in_russian(error, ru):
    assert explained(error).ru == ru
    assert bool(explained(error).en) is bool(error)
