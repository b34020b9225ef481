"""What an agreement can't say is refused with the name of the field (scheme.md §3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okibi.updates.kinds import Way
from okibi.updates.terms import MOST_HOSTS, HostWish, TermsError, Wish, checked

AT = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # half past midnight on the 24th in Moscow
TODAY = date(2026, 11, 24)
PRODUCTS = ["desktop", "server"]
WISH = Wish(["server", "desktop"], (HostWish(" Касса  1 "),), date(2027, 11, 23), "Europe/Moscow")


def ssh(address="srv.example.org", port=None):
    return {"hosts": (HostWish("ПК", None, Way.SSH, address, port),)}


WRONG = {
    "nothing to update": ({"products": []}, "products"),
    "a product that people install by hand": ({"products": ["mobile"]}, "products"),
    "no computer": ({"hosts": ()}, "hosts"),
    "too many": ({"hosts": tuple(HostWish(str(number)) for number in range(MOST_HOSTS + 1))}, "hosts"),
    "one without a name": ({"hosts": (HostWish("ПК"), HostWish("  "))}, "hosts.1.name"),
    "two of one name": ({"hosts": (HostWish("ПК"), HostWish("пк"))}, "hosts.1.name"),
    "no address to reach it at": (ssh(""), "hosts.0.address"),
    "our own address": (ssh("127.0.0.1"), "hosts.0.address"),
    "our own address by IPv6": (ssh("[::1]"), "hosts.0.address"),
    "our own name": (ssh("LOCALHOST."), "hosts.0.address"),
    "an address of the cloud's metadata": (ssh("169.254.169.254"), "hosts.0.address"),
    "an address that is none": (ssh("a b;c"), "hosts.0.address"),
    "a port that is none": (ssh(port=70000), "hosts.0.port"),
    "hours that are none": ({"windows": {"mon": ["ночью"]}}, "windows.mon"),
    "a zone that nobody knows": ({"zone": "Moon/Crater"}, "zone"),
    "yesterday": ({"last_day": TODAY - timedelta(days=1)}, "last_day"),
    "in four years": ({"last_day": TODAY + timedelta(days=4 * 366)}, "last_day"),
}


@pytest.mark.parametrize(("change", "field"), WRONG.values(), ids=WRONG)
def test_terms_that_can_not_be_are_refused_with_their_field(change, field):
    with pytest.raises(TermsError) as caught:
        checked(replace(WISH, **change), PRODUCTS, AT)
    assert caught.value.field == field


def test_the_last_day_belongs_to_it_on_the_customers_clock():
    assert checked(WISH, PRODUCTS, AT).until == datetime(2027, 11, 24, tzinfo=ZoneInfo("Europe/Moscow"))
    assert checked(replace(WISH, last_day=TODAY), PRODUCTS, AT).until > AT


def test_names_are_tidied_and_products_stand_in_the_schemes_order():
    terms = checked(WISH, PRODUCTS, AT)
    assert (terms.products, terms.hosts[0].name) == (("desktop", "server"), "Касса 1")


def test_a_computer_that_asks_by_itself_keeps_no_address():
    hosts = (HostWish("ПК", None, Way.POLL, "srv.example.org", 22),)
    (host,) = checked(replace(WISH, hosts=hosts), PRODUCTS, AT).hosts
    assert (host.address, host.port) == ("", None)


PORTS = {Way.WAKE: 8471, Way.SSH: 22, Way.WINRM: 5986}


@pytest.mark.parametrize(("way", "port"), PORTS.items(), ids=[way.value for way in PORTS])
def test_a_port_that_is_left_out_is_the_usual_one(way, port):
    hosts = (HostWish("ПК", None, way, "2001:db8::7"),)
    assert checked(replace(WISH, hosts=hosts), PRODUCTS, AT).hosts[0].port == port
