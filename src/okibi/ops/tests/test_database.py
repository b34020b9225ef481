"""The database that tests and the product run on."""

import pytest
from django.core.cache import cache
from django.db import connection

from okibi.kernel import blobs


@pytest.mark.django_db
def test_text_is_utf8_and_letters_of_both_alphabets_have_a_case() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), lower('ЖЁLTY') FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == ("UTF8", "жёlty")


@pytest.mark.django_db
def test_the_server_listens_on_no_network_address() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)


@pytest.mark.django_db
def test_counts_in_the_cache_are_shared_between_processes_because_they_stand_in_the_database() -> None:
    cache.clear()  # tests of whole transactions leave theirs
    cache.set("attempts", 3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM okibi_cache")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_blobs_come_back_as_they_were() -> None:
    assert blobs.read(blobs.put(b"abc")) == b"abc"
    assert blobs.read(blobs.put(b"x" * 300_000)) == b"x" * 300_000
