"""The ``okibi`` command: what it answers to slips, and what it must not load."""

import subprocess
import sys
from pathlib import Path

import pytest

from okibi.kernel.errors import ConfigurationError, InputError, OkibiError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops.cli import COMMANDS, code_of
from okibi.ops.tests.conftest import clean_environment, command

SAID = Sentence(ru="так", en="so")


def test_a_wrong_setting_ends_with_78_and_is_named_with_the_remedy() -> None:
    answer = command("doctor", OKIBI_PORT="eighty")
    assert answer.returncode == 78
    assert "OKIBI_PORT: 'eighty' is not a whole number" in answer.stdout.decode()
    answer = command("up", OKIBI_PORT="eighty")
    assert (answer.returncode, answer.stderr.decode()) == (78, "okibi: OKIBI_PORT: 'eighty' is not a whole number\n")


def test_a_scheme_that_can_not_be_read_stops_the_start_before_anything_is_made(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("format = 1\n")
    for file, said in ((tmp_path / "none.toml", "can't be read"), (wrong, "line 1, vendor: ")):
        answer = command("up", "--data", str(tmp_path / "data"), OKIBI_POLICY=str(file))
        assert (answer.returncode, (tmp_path / "data").exists()) == (78, False)
        assert answer.stderr.decode().startswith(f"okibi: OKIBI_POLICY: {file}: ")
        assert said in answer.stderr.decode()


def test_a_database_of_ones_own_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    answer = command("up", "--data", str(tmp_path), DATABASE_URL="postgresql://okibi:geheim@127.0.0.1:1/desk")
    assert answer.returncode == 75
    assert answer.stderr.decode().startswith("okibi: DATABASE_URL: the database desk @ 127.0.0.1 can't be opened (")
    assert "geheim" not in answer.stderr.decode()
    assert "Traceback" not in answer.stderr.decode()


def test_the_remedy_is_told_in_the_language_of_the_terminal() -> None:
    answer = command("up", OKIBI_PORT="восемь", LANG="ru_RU.UTF-8")
    assert answer.stderr.decode() == "okibi: OKIBI_PORT: «восемь» — не целое число из одних цифр\n"


def test_an_unknown_command_is_misuse_and_shows_those_there_are() -> None:
    answer = command("uo")
    assert answer.returncode == 2
    assert all(name in answer.stderr.decode() for name in COMMANDS)


def test_an_unknown_option_is_misuse() -> None:
    assert command("doctor", "--jsno").returncode == 2


@pytest.mark.parametrize("name", ["term", "platform", "policy", "mail"])
def test_light_commands_load_no_django_application(name: str) -> None:
    program = (
        "import sys; from okibi.ops.cli import main\n"
        f"try: main([{name!r}, '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m in ('django.db', 'django.apps', 'django.conf', 'psycopg')))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=clean_environment()
    )
    assert answer.stdout.splitlines()[-1] == "[]"


CODES = {
    "a wrong setting": (ConfigurationError(SAID), 78),
    "a foreign server that failed": (OutsideError(SAID), 75),
    "anything else on purpose": (InputError(SAID), 1),
}


@pytest.mark.parametrize(("error", "code"), CODES.values(), ids=CODES.keys())
def test_exit_codes(error: OkibiError, code: int) -> None:
    assert code_of(error) == code


def test_a_database_that_is_away_is_told_in_one_line() -> None:
    answer = command(
        *("admin", "create", "--email", "anna@example.org", "--name", "Anna", "--password-stdin"),
        stdin=b"correct horse battery\n",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )
    assert answer.returncode == 75
    assert answer.stderr.decode().startswith("okibi: the database does not answer")
    assert "Traceback" not in answer.stderr.decode()


def test_a_mail_that_cannot_be_stored_is_to_be_tried_again() -> None:
    answer = command("mail", "pipe", stdin=b"Subject: x\n\nx", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert (answer.returncode, answer.stdout) == (75, b"")
    assert b"not stored, try again" in answer.stderr


def test_a_slip_in_the_folders_name_swallows_no_mail(tmp_path: Path) -> None:
    answer = command("mail", "pipe", "--data", str(tmp_path / "slip"), stdin=b"Subject: x\n\nx")
    assert (answer.returncode, answer.stdout) == (75, b"")
    assert "there is no product in" in answer.stderr.decode()
    assert not (tmp_path / "slip").exists()


def test_a_slip_in_the_folders_name_is_no_backup_of_nothing(tmp_path: Path) -> None:
    answer = command("backup", str(tmp_path / "all.tar"), "--data", str(tmp_path / "slip"))
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert "nothing to save" in answer.stderr.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("mail", "ru", "en"),
    [
        pytest.param(b"", "на входе ничего нет", "nothing on the input", id="no mail at all"),
        pytest.param(b" \r\n\n", "на входе ничего нет", "nothing on the input", id="blank lines"),
        pytest.param(b"Subject: x\n\n" + b"x" * (60 << 20), "больше 60 МБ", "over 60 MB", id="over 60 MB"),
    ],
)
def test_a_mail_that_will_never_be_taken_goes_back_to_its_sender(mail: bytes, ru: str, en: str, language: str) -> None:
    answer = command("mail", "pipe", stdin=mail, OKIBI_LANG=language)
    assert (answer.returncode, answer.stdout) == (65, b"")
    assert {"ru": ru, "en": en}[language] in answer.stderr.decode()
    assert "\n" not in answer.stderr.decode().strip()


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    program = f"{sys.executable} -m okibi.ops policy show | true"
    answer = subprocess.run(
        ["bash", "-c", f"{program}; echo ${{PIPESTATUS[0]}}"], capture_output=True, check=True, env=clean_environment()
    )
    assert (answer.stdout, answer.stderr) == (b"0\n", b"")
