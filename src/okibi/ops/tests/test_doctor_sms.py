"""What ``okibi doctor`` says of GSM gateways."""

from pathlib import Path

import pytest

from okibi.ops.tests.test_doctor import findings
from okibi.sms.tests.gateways import write


def test_gateways_are_told_one_by_one(place: Path) -> None:
    file = write(place / "gateways.toml", count=3)
    code, said = findings(place, OKIBI_SMS=file)
    assert (code, said["goip/office"]) == (0, "ok: office, in at 127.0.0.1:44444, lines: 3")


def test_an_open_port_that_anybody_may_speak_to_is_noticed(place: Path) -> None:
    file = Path(write(place / "gateways.toml"))
    file.write_text(file.read_text().replace("127.0.0.1", "0.0.0.0"))
    code, said = findings(place, OKIBI_SMS=str(file))
    assert (code, said["goip/office"].startswith("notice: ")) == (0, True)


def test_every_mistake_is_told_with_its_line_and_a_missing_file_too(place: Path) -> None:
    file = write(place / "gateways.toml", more="limit = 5")
    code, said = findings(place, OKIBI_SMS=file)
    assert (code, "limit" in said["sms"]) == (1, True)
    code, said = findings(place, OKIBI_SMS=str(place / "none.toml"))
    assert (code, said["OKIBI_SMS"].startswith("wrong: there is no ")) == (1, True)


OTHERS = {
    "smpp": ('address = "{0}"\npassword = "p"', "esme"),
    "kannel": (
        'sendsms = "{0}"\nusername = "u"\npassword = "p"\ntoken = "t"\ncallback = "https://desk.example.org"', "goip1"
    ),
    "android": ('address = "{0}"\npassword = "p"', "sim1"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "address", "state", "told"),
    [
        ("smpp", "127.0.0.1:2775", "ok", "lines: 1"),
        ("smpp", "smsc.example.org:2775", "notice", "password and texts cross a foreign network in the clear"),
        ("kannel", "http://192.168.1.5:13013/x", "ok", "pushes to /hooks/sms/office"),
        ("kannel", "https://kannel.example.org/x", "ok", "speaks to https://kannel.example.org/x"),
        ("android", "http://10.0.0.7:8080", "notice", "no callback: there will be no delivery reports; no signing_key"),
    ],
)
def test_gateways_that_we_speak_to_are_told_with_what_is_missing(
    place: Path, kind: str, address: str, state: str, told: str
) -> None:
    keys, line = OTHERS[kind]
    file = place / "gateways.toml"
    head = f'format = 1\n[[gateway]]\nkind = "{kind}"\nname = "office"\n{keys.format(address)}\n'
    file.write_text(f'{head}[[gateway.line]]\nname = "{line}"\n')
    file.chmod(0o600)
    code, found = findings(place, OKIBI_SMS=str(file))
    said = found[f"{kind}/office"]
    assert (code, said.partition(":")[0], told in said) == (0, state, True)
