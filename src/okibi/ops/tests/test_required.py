"""What must stand before anything is started: one clear line instead of a worker that fails for ever."""

import pytest

from okibi.kernel.errors import ConfigurationError
from okibi.ops import required
from okibi.ops.env import Environment
from okibi.ops.settings_table import TABLE

HOST = {"OKIBI_IMAP_HOST": "imap.example.org"}
MISSING = {
    "neither a user nor a password": (HOST, ["OKIBI_IMAP_USER", "OKIBI_IMAP_PASSWORD"]),
    "no password": ({**HOST, "OKIBI_IMAP_USER": "support"}, ["OKIBI_IMAP_PASSWORD"]),
    "no user": ({**HOST, "OKIBI_IMAP_PASSWORD": "x"}, ["OKIBI_IMAP_USER"]),
}
ENOUGH = {
    "no mail is fetched": {},
    "a user and a password": {**HOST, "OKIBI_IMAP_USER": "support", "OKIBI_IMAP_PASSWORD": "x"},
}


def environment(values):
    return Environment(TABLE, values, {}, None)


@pytest.mark.parametrize(("values", "named"), MISSING.values(), ids=MISSING)
def test_a_start_is_refused_in_one_line_that_names_what_is_missing(values, named):
    with pytest.raises(ConfigurationError) as refused:
        required.mail(environment(values))
    said = refused.value.sentence
    assert "\n" not in said.ru + said.en
    for name in named:
        assert name in said.ru
        assert name in said.en
    for name in {"OKIBI_IMAP_USER", "OKIBI_IMAP_PASSWORD"} - set(named):
        assert name not in said.ru


@pytest.mark.parametrize("values", ENOUGH.values(), ids=ENOUGH)
def test_what_is_enough_starts(values):
    required.mail(environment(values))
