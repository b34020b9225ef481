"""What ``okibi doctor`` finds wrong, and its exit codes."""

import json
import socket
from pathlib import Path

import pytest

from okibi.ops.tests.conftest import command


def findings(place: Path, **environment: str) -> "tuple[int, dict[str, str]]":
    answer = command("doctor", "--json", "--data", str(place / "data"), **environment)
    said = json.loads(answer.stdout)
    assert said["ok"] is (answer.returncode == 0)
    return answer.returncode, {row["subject"]: f"{row['state']}: {row['en']}" for row in said["findings"]}


def test_a_fresh_place_is_well_and_nothing_is_made(place: Path) -> None:
    code, said = findings(place)
    assert (code, said["policy"].endswith("valid from 2020-01-01")) == (0, True)
    assert not (place / "data").exists()


def test_a_wrong_policy_is_told_with_its_line(place: Path) -> None:
    (place / "policy.toml").write_text("format = 2\n")
    code, said = findings(place, OKIBI_POLICY=str(place / "policy.toml"))
    assert (code, said["policy"].startswith("wrong: the policy file is refused: line 1, ")) == (1, True)


def test_a_policy_that_is_not_there_is_told(place: Path) -> None:
    code, said = findings(place, OKIBI_POLICY=str(place / "none.toml"))
    assert (code, "set OKIBI_POLICY" in said["policy"]) == (1, True)


def test_letters_without_a_sender_are_wrong(place: Path) -> None:
    code, said = findings(place, OKIBI_SMTP_OUT_HOST="mail.example.org")
    assert (code, said["OKIBI_MAIL_FROM"]) == (1, "wrong: set the sender's address of letters")


def test_a_misspelt_setting_is_noticed(place: Path) -> None:
    code, said = findings(place, OKIBI_DATTA="x")
    assert (code, said["OKIBI_DATTA"]) == (0, "notice: no such setting; a slip of the pen?")


@pytest.mark.parametrize("way", ["port", "file"])
def test_a_taken_lmtp_place_is_told_before_the_product_starts(place: Path, way: str) -> None:
    other = socket.socket(socket.AF_INET if way == "port" else socket.AF_UNIX)
    other.bind(("127.0.0.1", 0) if way == "port" else str(place / "lmtp.sock"))
    with other:
        other.listen()
        lmtp = f"127.0.0.1:{other.getsockname()[1]}" if way == "port" else str(place / "lmtp.sock")
        code, said = findings(place, OKIBI_LMTP_INLET=lmtp)
        assert (code, f"wrong: {lmtp} is taken by another program" in said["OKIBI_LMTP_INLET"]) == (1, True)
    code, said = findings(place, OKIBI_LMTP_INLET=lmtp)
    assert (code, said["incoming mail"]) == (0, f"ok: lmtp://{lmtp}")


TELEGRAM = 'format = 1\n[[account]]\nkind = "telegram"\nname = "bot"\ntoken_env = "BOT_TOKEN"\n'


def test_messengers_are_told_account_by_account_and_mistakes_with_their_line(place: Path) -> None:
    file = place / "channels.toml"
    file.write_text(TELEGRAM + "polling = true\n")
    code, said = findings(place, OKIBI_CHANNELS=str(file), BOT_TOKEN="42:t")
    assert (code, said["telegram/bot"]) == (0, "ok: bot, in by asking")
    file.write_text(TELEGRAM)
    code, said = findings(place, OKIBI_CHANNELS=str(file), BOT_TOKEN="42:t")
    assert (code, said["telegram/bot"].startswith("wrong: neither polling")) == (1, True)
    code, said = findings(place, OKIBI_CHANNELS=str(file))
    assert (code, "line 5, account[0].token_env: there is no variable BOT_TOKEN" in said["messengers"]) == (1, True)
