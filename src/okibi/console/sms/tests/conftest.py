"""Oleg leads and administers, Vera is a specialist; a gateway of two lines."""

import pytest

from okibi.sms.tests import gateways
from tests.two_of_the_desk import _desk, as_oleg, as_vera, oleg, vera

__all__ = ["_desk", "as_oleg", "as_vera", "oleg", "vera"]


@pytest.fixture(autouse=True)
def office(settings, tmp_path):
    def written(**more):
        settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", **more)

    written(sending='[sending]\nprice = "2.50"', more='balance = "*100#"\nbalance_low = 50\nday_limit = 100')
    return written
