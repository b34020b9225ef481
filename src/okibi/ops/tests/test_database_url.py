"""Database addresses: read as libpq reads them, written so that they read back the same."""

import pytest

from okibi.ops.database_url import BadDatabaseUrlError, DatabaseAddress, parse_database_url

ADDRESSES = {
    "a host, a port and a password with signs": (
        "postgresql://anna:p%40ss%2Fw@db.example.org:5433/desk?sslmode=require",
        DatabaseAddress("desk", "anna", "p@ss/w", "db.example.org", "5433", {"sslmode": "require"}),
    ),
    "a socket folder as the host": (
        "postgresql://anna:x@%2Fvar%2Frun%2Fpg:5432/desk",
        DatabaseAddress("desk", "anna", "x", "/var/run/pg", "5432"),
    ),
    "a socket folder as an option": (
        "postgres:///desk?host=/var/run/pg",
        DatabaseAddress("desk", "", "", "/var/run/pg", ""),
    ),
    "an address of six": ("postgresql://a:b@[::1]:5432/desk", DatabaseAddress("desk", "a", "b", "::1", "5432")),
    "only a name": ("postgresql:///desk", DatabaseAddress("desk", "", "", "", "")),
}


@pytest.mark.parametrize(("url", "address"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_read_and_written(url: str, address: DatabaseAddress) -> None:
    assert parse_database_url(url) == address
    assert parse_database_url(address.as_url()) == address


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in repr(parse_database_url("postgresql://a:geheim@h/d"))


@pytest.mark.parametrize("url", ["", "desk", "mysql://h/d", "postgresql://h:port/d", "postgresql://h"])
def test_other_texts_are_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrlError):
        parse_database_url(url)
