"""A session opens what it should, and nothing any more once it has ended."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from okibi.accounts.backend import StaffBackend
from okibi.accounts.models import Staff
from okibi.accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera():
    staff = Staff(email="vera@example.org", name="Vera Sinitsyna", roles=["specialist", "admin"], signature="В. С.")
    staff.set_password("a long enough one")
    staff.save()
    return staff


def kept(**held):
    session = SessionStore()
    session.update(held)
    session.save()
    return session.session_key


def test_what_was_kept_is_read_as_djangos_own_store_reads_it():
    key = kept(word="слово", number=7)
    assert SessionStore(key).load() == db.SessionStore(key).load() == {"word": "слово", "number": 7}


def expired(key):
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))


def ended(key):
    Session.objects.filter(session_key=key).delete()


def forged(key):
    Session.objects.filter(session_key=key).update(session_data="eyJ3b3JkIjoiMSJ9:1abc:nonsense")


@pytest.mark.parametrize("happens", [expired, ended, forged])
def test_a_session_that_is_over_or_was_tampered_with_holds_nothing(happens):
    key = kept(word="1")
    happens(key)
    assert SessionStore(key).load() == {}


@pytest.mark.parametrize("key", ["x" * 32, "x" * 5000, "with\0nothing", "'; --", "ключ"])
def test_a_key_that_never_was_is_forgotten(key):
    session = SessionStore(key)
    assert session.load() == {}
    assert session.session_key is None


def test_a_member_of_staff_is_read_as_they_are(vera):
    found = StaffBackend().get_user(str(vera.pk))
    assert {field.attname: getattr(found, field.attname) for field in Staff._meta.concrete_fields} == {
        field.attname: getattr(Staff.objects.get(), field.attname) for field in Staff._meta.concrete_fields
    }
    found.language = "en"
    found.save()
    assert Staff.objects.get().language == "en"


def made_inactive(staff):
    Staff.objects.filter(pk=staff.pk).update(is_active=False)


def given_another_password(staff):
    staff.set_password("another long enough")
    staff.save()


def forgotten_everywhere(_staff):
    Session.objects.all().delete()


@pytest.mark.parametrize("happens", [made_inactive, given_another_password, forgotten_everywhere])
def test_from_the_next_request_on_nobody_is_signed_in(vera, happens):
    client = Client()
    client.force_login(vera)
    assert client.get("/console/queue/mine/").status_code == 200
    happens(vera)
    assert client.get("/console/queue/mine/").status_code == 302


def test_a_page_asks_for_session_and_person_once_each(vera, django_assert_max_num_queries):
    client = Client()
    client.force_login(vera)
    with django_assert_max_num_queries(60) as asked:
        client.get("/console/queue/mine/")
    said = [query["sql"] for query in asked]
    assert sum("SELECT session_data" in each for each in said) == 1
    assert sum("FROM okibi_accounts_staff AS s WHERE s.id" in each for each in said) == 1
