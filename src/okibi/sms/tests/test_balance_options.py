"""The price of a segment and how operators are asked for money, as the file of gateways says them."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from okibi.sms.options import read
from okibi.sms.tests import gateways

FILE = gateways.FILE.format(port=44444, tick="0.05", sending="{sending}") + gateways.LINE.format(
    number=1, more="{more}"
)


def found(sending="", more=""):
    return read(FILE.replace("{sending}", sending).replace("{more}", more), Path(), private=True)


def test_what_is_not_said_is_not_there():
    options, problems = found()
    assert (options.price, options.gateways[0].lines[0].balance, problems) == (None, None, ())


@pytest.mark.parametrize(("written", "price"), [("2.50", "2.50"), ("3", "3"), ("2,5", "2.5")])
def test_the_price_of_a_segment(written, price):
    assert found(sending=f'[sending]\nprice = "{written}"')[0].price == Decimal(price)


def test_how_an_operator_is_asked():
    more = 'balance = "*100#"\nbalance_pattern = "Счёт (-?[0-9.]+)"\nbalance_low = 50\nbalance_hours = 6'
    balance = found(more=more)[0].gateways[0].lines[0].balance
    assert (balance.code, balance.low, balance.every) == ("*100#", 50, timedelta(hours=6))
    assert balance.amount_in("Бонусы 7, Счёт 12.30 р.") == Decimal("12.30")
    assert balance.amount_in("Бонусы 7") is None


@pytest.mark.parametrize(
    ("sending", "more", "where", "said"),
    [
        ('[sending]\nprice = "дорого"', "", "price", "цену части"),
        ("", 'balance = "100"', "balance", "код USSD"),
        ("", 'balance = "*100#"\nbalance_pattern = "Счёт"', "balance_pattern", "с одной скобкой"),
        ("", 'balance = "*100#"\nbalance_pattern = "("', "balance_pattern", "с одной скобкой"),
        ("", 'balance = "*100#"\nbalance_low = -1', "balance_low", "0"),
        ("", "balance_low = 5", "balance_low", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place(sending, more, where, said):
    _, (problem, *_) = found(sending, more)
    assert problem.where.endswith(where)
    assert said in problem.sentence.ru
