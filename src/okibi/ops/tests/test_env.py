"""Settings: said in the environment or a file, refused with their name and the remedy."""

from pathlib import Path

import pytest

from okibi.ops.env import SettingsError
from okibi.ops.settings_table import TABLE, load

WRONG = {
    "a port that is no number": ("OKIBI_PORT", "eighty", "not a whole number"),
    "a port beyond the last": ("OKIBI_PORT", "70000", "out of range"),
    "a port of nought": ("OKIBI_SMTP_INLET_PORT", "0", "out of range"),
    "a flag that is neither yes nor no": ("OKIBI_SMTP_INLET_ENABLED", "maybe", "neither yes nor no"),
    "a choice that there is not": ("OKIBI_IMAP_TLS", "ssl", "there are: tls, starttls, none"),
    "a public address without a scheme": ("OKIBI_PUBLIC_URL", "support.example.org", "https://"),
    "a sender without a domain": ("OKIBI_MAIL_FROM", "support@", "not an e-mail address"),
    "a database of another kind": ("DATABASE_URL", "mysql://u:p@h/d", "not a PostgreSQL address"),
    "a database without a name": ("DATABASE_URL", "postgresql://u:p@h", "name is missing"),
    "a key that is easily guessed": ("OKIBI_SECRET_KEY", "short", "at least 32 characters"),
    "a site without its scheme": ("OKIBI_API_ORIGINS", "https://a.example.org b", "https://app.example.org"),
    "an address of the desk that is none": ("OKIBI_MAIL_ADDRESSES", "help@example.org, desk", "help@example.org"),
    "a domain with a space": ("OKIBI_MAIL_DOMAIN", "example org", "like example.org"),
    "a mail server with a scheme": ("OKIBI_SMTP_OUT_HOST", "http://smtp.example.org", "like smtp.example.org"),
    "a mailbox server with a path": ("OKIBI_IMAP_HOST", "imap.example.org/box", "like imap.example.org"),
    "a way with fetched mail that there is not": ("OKIBI_IMAP_AFTER", "delete", "seen, leave, move:Folder"),
    "a folder to move mail to that has no name": ("OKIBI_IMAP_AFTER", "move:", "seen, leave, move:Folder"),
    "too few threads": ("OKIBI_WEB_THREADS", "1", "out of range"),
}


@pytest.mark.parametrize(("name", "value", "remedy"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_is_named_with_its_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({name: value, "OKIBI_DATA": "/nowhere"})
    assert refused.value.problems[0].name == name
    assert remedy in refused.value.sentence.en
    assert refused.value.sentence.ru.startswith(f"{name}: ")


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"OKIBI_PORT": "x", "OKIBI_IMAP_TLS": "y", "OKIBI_DATA": "/nowhere"})
    assert [problem.name for problem in refused.value.problems] == ["OKIBI_PORT", "OKIBI_IMAP_TLS"]


RIGHT = {
    "a server by its address": ("OKIBI_SMTP_OUT_HOST", "::1"),
    "a server by a Russian name": ("OKIBI_IMAP_HOST", "почта.окиби.рф"),
    "a folder with spaces": ("OKIBI_IMAP_AFTER", "move:Разобрано в службе"),
    "addresses by commas": ("OKIBI_MAIL_ADDRESSES", "help@example.org, desk@example.org"),
    "a site with a port": ("OKIBI_API_ORIGINS", "http://localhost:5173"),
}


@pytest.mark.parametrize(("name", "value"), RIGHT.values(), ids=RIGHT.keys())
def test_what_is_written_otherwise_but_right_is_taken(name: str, value: str) -> None:
    assert load({name: value, "OKIBI_DATA": "/nowhere"}).text(name) == value


def test_a_refusal_never_shows_a_secret() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"DATABASE_URL": "mysql://u:geheim@h/d", "OKIBI_DATA": "/nowhere"})
    assert "geheim" not in str(refused.value)


def test_nothing_said_means_defaults_and_an_empty_value_means_nothing_said(tmp_path: Path) -> None:
    env = load({"OKIBI_DATA": str(tmp_path), "OKIBI_IMAP_HOST": "", "OKIBI_PORT": ""})
    assert (env.text("OKIBI_SMTP_OUT_HOST"), env.is_set("OKIBI_IMAP_HOST")) == ("", False)
    assert (env.number("OKIBI_PORT"), env.is_set("OKIBI_PORT")) == (8000, False)
    assert env.data == tmp_path


FILES = {
    "okibi.env": 'OKIBI_PORT=8100\n# words\nexport OKIBI_IMAP_FOLDER="Входящие письма"\nOKIBI_IMAP_PASSWORD_FILE=@\n',
    "okibi.toml": 'OKIBI_PORT = 8100\nOKIBI_IMAP_FOLDER = "Входящие письма"\nOKIBI_IMAP_PASSWORD_FILE = "@"\n',
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_the_environment_does_not(name: str, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim\n")
    (tmp_path / name).write_text(FILES[name].replace("@", str(tmp_path / "password")))
    env = load({"OKIBI_DATA": str(tmp_path), "OKIBI_CONFIG": str(tmp_path / name), "OKIBI_IMAP_USER": "anna"})
    assert (env.number("OKIBI_PORT"), env.text("OKIBI_IMAP_FOLDER")) == (8100, "Входящие письма")
    assert (env.text("OKIBI_IMAP_PASSWORD"), env.text("OKIBI_IMAP_USER")) == ("geheim", "anna")
    assert load({"OKIBI_CONFIG": str(tmp_path / name), "OKIBI_PORT": "8200"}).number("OKIBI_PORT") == 8200


def test_the_file_in_the_data_folder_is_read_unasked(tmp_path: Path) -> None:
    (tmp_path / "okibi.env").write_text("OKIBI_PORT=8101\n")
    assert load({"OKIBI_DATA": str(tmp_path)}).number("OKIBI_PORT") == 8101


BAD_FILES = {
    "a slip of the pen is answered with the likely name": ("OKIBI_PROT=1\n", "did you mean OKIBI_PORT"),
    "a line that says nothing is named by its number": ("OKIBI_PORT=1\nnonsense\n", "line 2"),
}


@pytest.mark.parametrize(("text", "said"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_wrong_file_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "okibi.env").write_text(text)
    with pytest.raises(SettingsError) as refused:
        load({"OKIBI_DATA": str(tmp_path)})
    assert said in refused.value.sentence.en


def test_a_named_file_that_is_missing_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"OKIBI_CONFIG": "/nowhere/okibi.env"})
    assert refused.value.problems[0].name == "OKIBI_CONFIG"


def test_every_setting_is_explained_in_both_languages_and_its_default_is_valid() -> None:
    for setting in TABLE.values():
        assert setting.help.ru.endswith((".", "!")), setting.name
        assert setting.help.en.endswith((".", "!")), setting.name
    load({setting.name: setting.default for setting in TABLE.values()})
