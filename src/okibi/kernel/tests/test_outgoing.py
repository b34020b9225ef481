"""Where data of ours may go when a person typed the address in."""

import pytest

from okibi.kernel import outgoing
from okibi.kernel.errors import InputError, OutsideError
from tests.simulators.receiver import Receiver

REFUSED = {
    "not an address": ("example.org/hook", outgoing.NOT_AN_ADDRESS),
    "another protocol": ("ftp://example.org/", outgoing.NOT_AN_ADDRESS),
    "a file": ("file:///etc/passwd", outgoing.NOT_AN_ADDRESS),
    "no name": ("https:///path", outgoing.NOT_AN_ADDRESS),
    "a port that is none": ("https://example.org:99999/", outgoing.NOT_AN_ADDRESS),
    "port 0": ("https://example.org:0/", outgoing.NOT_AN_ADDRESS),
    "a line end inside": ("https://example.org/\r\nHost: other", outgoing.NOT_AN_ADDRESS),
    "a password": ("https://user:secret@example.org/", outgoing.NO_LOGIN),
    "in the clear": ("http://example.org/", outgoing.ONLY_HTTPS),
    "this machine": ("https://127.0.0.1/", outgoing.INSIDE),
    "this machine, IPv6": ("https://[::1]/", outgoing.INSIDE),
    "this machine, wrapped": ("https://[::ffff:127.0.0.1]/", outgoing.INSIDE),
    "this machine, behind NAT64": ("https://[64:ff9b::7f00:1]/", outgoing.INSIDE),
    "this machine, by 6to4": ("https://[2002:7f00:1::]/", outgoing.INSIDE),
    "the cloud's metadata": ("https://169.254.169.254/latest/", outgoing.INSIDE),
    "a private network": ("https://10.0.0.5/", outgoing.INSIDE),
    "nowhere": ("https://0.0.0.0/", outgoing.INSIDE),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_an_address_is_refused_with_its_reason(sentence: str) -> None:
    url, why = REFUSED[sentence]
    with pytest.raises(InputError) as refused:
        outgoing.checked(url)
    assert refused.value.sentence == why


def test_a_public_name_by_https_may_be_told() -> None:
    assert outgoing.checked("https://hooks.example.org:8443/a?b=c").port == 8443


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433"])
def test_a_name_that_resolves_to_this_machine_is_refused_when_sent(name: str) -> None:
    with pytest.raises(InputError) as refused:
        outgoing.post(f"https://{name}/", b"{}", {}, timeout=2)
    assert refused.value.sentence == outgoing.INSIDE


def test_what_the_operator_allowed_is_told_and_redirects_are_not_followed() -> None:
    with Receiver() as receiver:
        receiver.answers.extend([200, 302])
        first = outgoing.post(receiver.url + "/a?b=c", b"{}", {"X-One": "1"}, inside=True)
        second = outgoing.post(receiver.url + "/d", b"{}", {}, inside=True)
        assert (first.status, second.status, second.location) == (200, 302, receiver.url + "/elsewhere")
        assert [call.path for call in receiver.calls] == ["/a?b=c", "/d"]
        assert receiver.calls[0].headers["X-One"] == "1"


def test_nobody_there_is_an_outside_error_that_may_pass() -> None:
    with Receiver() as receiver:
        url = receiver.url
    with pytest.raises(OutsideError) as failed:
        outgoing.post(url, b"{}", {}, timeout=2, inside=True)
    assert not failed.value.permanent
