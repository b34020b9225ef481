"""A sealed secret opens for its purpose, at its place, under the installation's key; and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.kernel.sealing import SealError, seal, unseal


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again_and_does_not_show(content, bound):
    sealed = seal("login", bound, content)
    assert unseal("login", bound, sealed) == content
    assert len(content) < 8 or content not in sealed


def test_the_same_secret_is_never_sealed_alike():
    assert seal("login", "1", b"secret") != seal("login", "1", b"secret")


CASES = {
    "another purpose": lambda sealed: ("other", "1", sealed),
    "another row": lambda sealed: ("login", "2", sealed),
    "a changed byte": lambda sealed: ("login", "1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
    "another form": lambda sealed: ("login", "1", b"\x09" + sealed[1:]),
    "nothing": lambda _: ("login", "1", b""),
    "cut off": lambda sealed: ("login", "1", sealed[:9]),
}


@pytest.mark.parametrize("case", CASES)
def test_it_does_not_open(case):
    with pytest.raises(SealError):
        unseal(*CASES[case](seal("login", "1", b"secret")))


def test_another_installation_can_not_read_it(settings):
    sealed = seal("login", "1", b"secret")
    settings.SECRET_KEY = "another"
    with pytest.raises(SealError):
        unseal("login", "1", sealed)
