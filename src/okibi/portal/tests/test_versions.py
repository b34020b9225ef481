"""The portal shows each visitor the versions that are theirs, and gives the files."""

import re
from datetime import date, timedelta

import pytest

from okibi.customers.models import Licence
from okibi.environments.services import create_device, token_of
from okibi.portal.gate import COOKIE
from okibi.releases.models import Download, Release
from okibi.releases.tests.test_releases import shipped
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def sign_in(client, person):
    device = create_device(
        secret="s" * 43, kind="desktop", enrolled_by="email", person=person, product="desktop", version="4.2.0"
    )
    client.cookies[COOKIE] = token_of(device.public_id, "s" * 43)
    return client


def test_a_customer_fetches_the_version_that_is_theirs(client, cast):
    release = shipped("4.3.0")
    page = sign_in(client, cast.anna).get("/portal/versions/").content.decode()
    assert "Версия 4.3.0" in page
    assert "ОКИБИ Десктоп 4.2.0" in page
    address = re.search(r'href="(/download/desktop/\d+/[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.get(address).getvalue() == b"4.3.0"
    assert Download.objects.get().artefact.release_id == release.pk


def test_after_maintenance_the_version_before_is_offered_and_why(client, cast):
    old = shipped("4.2.0")
    Release.objects.filter(pk=old.pk).update(published_at=old.published_at - timedelta(days=60))
    shipped("4.3.0")
    Licence.objects.filter(organisation=cast.ryabina).update(maintenance_until=date.today() - timedelta(days=30))
    page = sign_in(client, cast.anna).get("/portal/versions/").content.decode()
    assert "Версия 4.2.0" in page
    assert "Уже вышла версия 4.3.0." in page
    assert "сопровождения" in page


def test_who_has_no_right_reads_why_and_a_stranger_signs_in_first(client, cast):
    shipped("4.3.0")
    assert client.get("/portal/versions/").status_code == 302
    page = sign_in(client, cast.kirill).get("/portal/versions/").content.decode()
    assert "Ни лицензии, ни пробной версии" in page
    assert "/download/desktop/?key=" in page
