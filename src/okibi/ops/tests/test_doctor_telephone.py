"""What ``okibi doctor`` says of exchanges."""

from pathlib import Path

from okibi.ops.tests.test_doctor import findings

MANGO = """format = 1
[[exchange]]
kind = "mango"
name = "main"
api_key_env = "MANGO_KEY"
api_salt_file = "salt"
"""
SEAT = """
[[exchange.seat]]
name = "101"
staff = "vera@desk.example.org"
"""
HTTPS = "https://desk.example.org"


def test_exchanges_are_told_one_by_one(place: Path) -> None:
    file = place / "telephone.toml"
    (place / "salt").write_text("mango-salt")
    given = {"OKIBI_TELEPHONE": str(file), "MANGO_KEY": "k", "OKIBI_PUBLIC_URL": HTTPS}
    file.write_text(MANGO + SEAT)
    code, said = findings(place, **given)
    assert (code, said["mango/main"]) == (0, f"ok: main, in at {HTTPS}/hooks/mango/main, telephones of staff: 1")
    file.write_text(MANGO)
    assert findings(place, **given)[1]["mango/main"].startswith("notice: main, in at")
    code, said = findings(place, OKIBI_TELEPHONE=str(file), MANGO_KEY="k")
    assert (code, "set OKIBI_PUBLIC_URL with https" in said["mango/main"]) == (0, True)


def test_a_secret_that_can_be_guessed_is_told(place: Path) -> None:
    file = place / "telephone.toml"
    told = 'format = 1\n[[exchange]]\nkind = "cti"\nname = "main"\ntoken_env = "TOKEN"\n'
    given = {"OKIBI_TELEPHONE": str(file), "OKIBI_PUBLIC_URL": HTTPS}
    file.write_text(told + SEAT)
    code, said = findings(place, **given, TOKEN="1234")
    assert (code, said["cti/main"]) == (
        0, "notice: token: shorter than 16 characters, such a secret can be guessed at the door",
    )  # fmt: skip
    assert findings(place, **given, TOKEN="1234567890abcdef")[1]["cti/main"].startswith("ok: ")


def test_every_mistake_is_told_with_its_line(place: Path) -> None:
    file = place / "telephone.toml"
    file.write_text(MANGO + SEAT.replace("vera@desk.example.org", "Vera"))
    code, said = findings(place, OKIBI_TELEPHONE=str(file))
    assert (code, said["telephone"].startswith("wrong: ")) == (1, True)
    assert "staff" in said["telephone"]


def test_a_file_that_is_not_there_is_told(place: Path) -> None:
    code, said = findings(place, OKIBI_TELEPHONE=str(place / "none.toml"))
    assert (code, said["OKIBI_TELEPHONE"].startswith("wrong: there is no ")) == (1, True)
