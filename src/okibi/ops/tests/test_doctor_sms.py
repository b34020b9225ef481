"""What ``okibi doctor`` says of GSM gateways."""

from pathlib import Path

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
