"""The file of accounts: several numbers, secrets apart, every mistake with its line."""

import re
from pathlib import Path

import pytest

from okibi.channels.messenger.accounts import ChannelsFileError, load, read

GOOD = """format = 1

[[account]]
kind = "whatsapp"
name = "hotline"
title = "Горячая линия"
number = "+74950000000"
phone_number_id = "106540352242922"
token_file = "token"
app_secret_env = "OKIBI_TEST_APP_SECRET"
verify_token_file = "verify"

[[account]]
kind = "telegram"
name = "bot"
polling = true
token_file = "token"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "token").write_text("EAA-very-secret\n")
    (tmp_path / "verify").write_text("verify-me\n")
    monkeypatch.setenv("OKIBI_TEST_APP_SECRET", "app-secret")
    return tmp_path


def wrong(text, folder, *, private=False):
    return [(problem.line, problem.where, problem.sentence.en) for problem in read(text, folder, private=private)[1]]


def test_accounts_are_read_with_their_secrets_from_elsewhere(folder):
    (hotline, bot), problems = read(GOOD, folder, private=False)
    assert not problems
    assert (hotline.name, hotline.base_url, hotline.number) == (
        "hotline", "https://graph.facebook.com/v26.0", "+74950000000",
    )  # fmt: skip
    assert hotline.secrets == {"token": "EAA-very-secret", "app_secret": "app-secret", "verify_token": "verify-me"}
    assert bot.flags == {"polling"}
    assert "EAA" not in repr(hotline)


def test_no_file_means_no_accounts(tmp_path):
    assert load(tmp_path / "channels.toml") == ()


@pytest.mark.parametrize(
    ("change", "line", "where", "said"),
    [
        (("format = 1", "format = 2"), 1, "format", "must be from 1 to 1"),
        (('kind = "whatsapp"', 'kind = "icq"'), 4, "account[0].kind", "must be one of: whatsapp"),
        (('name = "hotline"', 'name = "Горячая"'), 5, "account[0].name", "lower-case"),
        (('"106540352242922"', '"abc"'), 8, "account[0].phone_number_id", "digits only"),
        (('token_file = "token"\napp', 'token_file = "gone"\napp'), 9, "account[0].token_file", "can't be read"),
        (("OKIBI_TEST_APP_SECRET", "OKIBI_TEST_NOTHING"), 10, "account[0].app_secret_env", "no variable"),
        (('verify_token_file = "verify"\n', ""), 3, "account[0]", "verify_token_file"),
        (('token_file = "token"\napp', 'token = "EAA"\napp'), 9, "account[0].token", "a secret in the file itself"),
        (("polling = true", "poling = true"), 16, "account[1].poling", "no such key"),
        (
            ('name = "bot"', 'name = "bot"\nbase_url = "http://bots.example.org"'),
            16,
            "account[1].base_url",
            "in the clear",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(folder, change, line, where, said):
    assert change[0] in GOOD
    found_line, found_where, found_said = wrong(GOOD.replace(*change, 1), folder)[0]
    assert (found_line, found_where) == (line, where), (found_line, found_where, found_said)
    assert said in found_said


def test_a_secret_may_stand_in_a_file_that_nobody_else_can_read(folder):
    text = GOOD.replace('token_file = "token"\napp', 'token = "EAA"\napp')
    path = folder / "channels.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    assert load(path)[0].secrets["token"] == "EAA"
    path.chmod(0o644)
    with pytest.raises(ChannelsFileError) as refused:
        load(path)
    assert re.search("chmod 600", refused.value.sentence.ru)
    assert "EAA" not in refused.value.sentence.ru


def test_an_account_twice_and_broken_toml_are_told(folder):
    twice = GOOD + GOOD.partition("[[account]]")[1] + GOOD.partition("[[account]]")[2].partition("\n[[")[0]
    assert any("such an account already" in said for _, _, said in wrong(twice, folder))
    assert wrong("format = \n", folder)[0][:2] == (1, "file")


def test_a_template_must_have_as_many_fields_as_parameters(folder):
    template = """
[[account.template]]
name = "news"
language = "ru"
title = { ru = "Новости", en = "News" }
body = "Заявка {{1}} и {{2}}"
parameters = ["number"]
"""
    first, second = GOOD.split('\n[[account]]\nkind = "telegram"')
    found = wrong(first + template + '\n[[account]]\nkind = "telegram"' + second, folder)
    assert [where for _, where, _ in found] == ["account[0].template[0].body"]


def test_the_example_in_the_guide_is_good(tmp_path):
    guide = Path(__file__).resolve().parents[5] / "docs/howto/connect-messengers.md"
    for text in re.findall(r"```toml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL):
        for name in re.findall(r'_file = "([^"]+)"', text):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("secret")
        assert not read(text, tmp_path, private=False)[1]
