"""What ``okibi doctor`` says of the voice mail."""

import socket
from pathlib import Path

import pytest

from okibi.ops.tests.test_doctor import findings


def free_udp() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_is_off_and_says_nothing(place: Path) -> None:
    _, said = findings(place)
    assert "voice mail" not in said


def test_it_is_well(place: Path) -> None:
    port = free_udp()
    code, said = findings(place, OKIBI_SIP_INLET=f"127.0.0.1:{port}")
    assert (code, said["voice mail"]) == (0, f"ok: sip:127.0.0.1:{port}, RTP 16384–16447")
    assert "OKIBI_SIP_TRUNKS" not in said  # nobody but this machine reaches it


def test_a_taken_port_is_told_before_the_product_starts(place: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        code, said = findings(place, OKIBI_SIP_INLET=f"127.0.0.1:{other.getsockname()[1]}")
    assert (code, "is taken by another program" in said["voice mail"]) == (1, True)


def test_a_port_that_everybody_reaches_is_noticed(place: Path) -> None:
    settings = {"OKIBI_SIP_INLET": f"0.0.0.0:{free_udp()}", "OKIBI_SIP_ADVERTISED": "192.0.2.10"}
    code, said = findings(place, **settings)
    assert (code, said["OKIBI_SIP_TRUNKS"].startswith("notice: not set")) == (0, True)
    _, said = findings(place, **settings, OKIBI_SIP_TRUNKS="192.0.2.7")
    assert "OKIBI_SIP_TRUNKS" not in said


@pytest.mark.parametrize(("settings", "subject", "told"), [
    ({"OKIBI_SIP_INLET": "pbx.example.org:5060"}, "voice mail", "is no IPv4 address with a port"),
    ({"OKIBI_SIP_TRUNKS": "pbx.example.org"}, "voice mail", "is no IPv4 address or network"),
    ({"OKIBI_SIP_GREETINGS": "/nowhere"}, "OKIBI_SIP_GREETINGS", "there is no folder of greetings"),
])  # fmt: skip
def test_a_wrong_setting_is_told(place: Path, settings: dict[str, str], subject: str, told: str) -> None:
    code, said = findings(place, **{"OKIBI_SIP_INLET": f"127.0.0.1:{free_udp()}", **settings})
    assert (code, told in said[subject]) == (1, True)


def test_a_recording_that_can_not_be_played_is_told(place: Path) -> None:
    (place / "greetings/ru").mkdir(parents=True)
    (place / "greetings/ru/hello.wav").write_bytes(b"no sound")
    settings = {"OKIBI_SIP_INLET": f"127.0.0.1:{free_udp()}", "OKIBI_SIP_GREETINGS": str(place / "greetings")}
    code, said = findings(place, **settings)
    assert (code, "can't be played" in said["OKIBI_SIP_GREETINGS"]) == (1, True)
