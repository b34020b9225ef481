"""Brakes: so many acts of one key in a stretch of time, and a moment at which the next one may come."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory

from okibi.kernel.clock import now
from okibi.website.limits import Limit, first_refusal, network_of

pytestmark = pytest.mark.django_db
THREE = Limit("test", 3, timedelta(hours=1))
NOON = "2026-11-20T09:00:00Z"


def test_the_fourth_act_within_the_stretch_waits_until_the_first_is_forgotten():
    with time_machine.travel(NOON, tick=False) as clock:
        first = now()
        for _ in range(3):
            assert THREE.take("anna@example.org") is None
            clock.shift(600)
        assert THREE.take("anna@example.org") == first + timedelta(hours=1)
        clock.move_to(first + timedelta(minutes=61))
        assert THREE.take("anna@example.org") is None
        assert THREE.take("anna@example.org") == first + timedelta(minutes=70)


def test_letter_case_and_blanks_make_no_other_key_but_another_address_does():
    for spelling in ("anna@example.org", "ANNA@example.org", " anna@example.org "):
        assert THREE.take(spelling) is None
    assert THREE.take("Anna@Example.org") is not None
    assert THREE.take("boris@example.org") is None


def test_of_several_limits_the_latest_moment_counts():
    long = Limit("long", 1, timedelta(hours=5))
    with time_machine.travel(NOON, tick=False):
        assert first_refusal((THREE, "a"), (long, "a")) is None
        assert first_refusal((THREE, "a"), (long, "a")) == now() + timedelta(hours=5)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "network"),
    [
        (0, "203.0.113.9", "198.51.100.1", "198.51.100.1"),  # nobody asked this header to be believed
        (1, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "127.0.0.1", "203.0.113.9"),  # the left one is what a stranger wrote
        (2, "10.9.9.9, 203.0.113.9, 192.0.2.1", "127.0.0.1", "203.0.113.9"),
        (1, "", "198.51.100.1", "198.51.100.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_who_asks_is_told_by_our_own_proxies_only(settings, proxies, forwarded, peer, network):
    settings.OKIBI_TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert network_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)) == network
