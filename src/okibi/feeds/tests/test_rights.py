"""Who is offered and given what is not free: by number, by device, by link; and until when (docs/adr/0018)."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from okibi.customers.dates import today
from okibi.customers.models import Trial
from okibi.environments.models import DeviceKind, EnrolledBy
from okibi.environments.services import create_device, token_of
from okibi.feeds.asking import WRONG
from okibi.kernel import clock
from okibi.kernel.clock import now
from okibi.releases.models import ProductLine

FEEDS = (
    "desktop/latest.json",
    "desktop/autoupdater.xml",
    "desktop/appcast.xml",
    "desktop/appcast.xml.signature",
    "desktop/releases.stable.json",
    "winget/packageManifests/OKIBI.Desktop",
)
SECRET = "s" * 43


@pytest.fixture
def sold(shipped):
    """Two versions of a product that is not free: 4.1.0 of three months ago, 4.2.0 of today."""
    with clock.at(now() - timedelta(days=90)):
        shipped("4.1.0")
    shipped("4.2.0")
    ProductLine.objects.update(free=False)


@pytest.fixture
def device(licence):
    made = create_device(
        secret=SECRET,
        kind=DeviceKind.DESKTOP,
        enrolled_by=EnrolledBy.LICENCE,
        organisation=licence.organisation,
        licence_number=licence.number,
    )
    return token_of(made.public_id, SECRET)


def basic(name):
    return "Basic " + base64.b64encode(f"{name}:".encode()).decode()


def version(answer):
    assert answer.status_code == 200, answer.content
    update = json.loads(answer.content)["update"]
    return update and update["version"]


@pytest.mark.parametrize("feed", FEEDS)
def test_who_shows_nothing_is_asked_for_a_key(sold, get, feed):
    answer = get(feed)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.headers["Cache-Control"] == "no-store"
    assert get(feed, authorization=basic("26-999999")).status_code == 403


WAYS = {
    "in the query": lambda number: (f"desktop/latest.json?version=4.0&key={number}", {}),
    "in the path": lambda number: (f"with/{number}/desktop/latest.json?version=4.0", {}),
    "as Basic's user": lambda number: ("desktop/latest.json?version=4.0", {"authorization": basic(number)}),
    "as a bearer": lambda number: ("desktop/latest.json?version=4.0", {"authorization": f"Bearer {number}"}),
}


@pytest.mark.parametrize("said", WAYS)
def test_a_licence_s_number_opens_the_feed(sold, get, licence, said):
    address, headers = WAYS[said](licence.number)
    answer = get(address, **headers)
    assert version(answer) == "4.2.0"
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("for_all", "asked", "most"),
    [(True, "install=d-7", 2), (False, "install=d-7&key=26-000107", 4), (True, "version=4.2.0&channel=beta", 2)],
)
def test_an_update_check_costs_few_statements(sold, get, licence, django_assert_max_num_queries, for_all, asked, most):
    ProductLine.objects.update(free=for_all)
    with django_assert_max_num_queries(most):
        assert get(f"desktop/latest.json?{asked}").status_code == 200


def test_a_device_s_token_opens_it_too(sold, get, device):
    assert version(get("desktop/latest.json?version=4.0", authorization=f"Bearer {device}")) == "4.2.0"
    assert get("desktop/latest.json", authorization=f"Bearer {device[:-1]}x").status_code == 403


def rights():
    month, year = timedelta(days=30), timedelta(days=365)
    return {
        "maintenance goes on": ({}, "4.2.0"),
        "maintenance without an end": ({"maintenance_until": None}, "4.2.0"),
        "maintenance ended between the versions": ({"maintenance_until": today() - month}, "4.1.0"),
        "maintenance ended before both": ({"maintenance_until": today() - year}, None),
        "the licence ended": ({"valid_until": today() - month}, 403),
        "the licence was revoked": ({"revoked_on": today()}, 403),
        "the licence is of another product": ({"products": ["server"]}, 403),
    }


@pytest.mark.parametrize("said", rights())
def test_a_licence_covers_what_came_out_while_it_was_maintained(sold, get, licence, said):
    changes, expected = rights()[said]
    for name, value in changes.items():
        setattr(licence, name, value)
    licence.save()
    answer = get(f"desktop/latest.json?version=4.0&key={licence.number}")
    if expected == 403:
        assert answer.status_code == 403
    else:
        assert version(answer) == expected


def test_a_trial_covers_its_product_while_it_lasts(sold, get, licence):
    Trial.objects.create(
        number="T-7",
        organisation=licence.organisation,
        product="desktop",
        valid_from=today(),
        valid_until=today() + timedelta(days=10),
    )
    assert version(get("desktop/latest.json?version=4.0&key=T-7")) == "4.2.0"
    with clock.at(now() + timedelta(days=12)):
        assert get("desktop/latest.json?key=T-7").status_code == 403


def test_the_link_in_a_feed_opens_its_file_for_a_week_and_no_other(sold, get, licence):
    answer = get(f"desktop/latest.json?version=4.0&key={licence.number}")
    (file,) = json.loads(answer.content)["update"]["files"]
    address = urlsplit(file["url"])
    path, link = address.path.removeprefix("/updates/"), address.query
    given = get(f"{path}?{link}")
    assert (given.status_code, b"".join(given.streaming_content)) == (200, b"4.2.0")
    assert "private" in given.headers["Cache-Control"]
    assert get(path).status_code == 401
    assert get(f"{path}?{link[:-1]}").status_code == 401
    older = json.loads(get("desktop/latest.json?version=4.0&key=" + licence.number).content)
    assert older["update"]["files"][0]["url"] == file["url"]  # the same all day: a feed can be signed
    with clock.at(now() + timedelta(days=9)):
        assert get(f"{path}?{link}").status_code == 401


def test_a_target_is_for_who_is_entitled_and_its_metadata_for_all(sold, get, licence):
    answer = get(f"desktop/latest.json?version=4.0&key={licence.number}")
    (file,) = json.loads(answer.content)["update"]["files"]
    target = f"tuf/targets/desktop/4.2.0/{file['sha256']}.Setup.exe"
    assert get(target).status_code == 401
    assert get(target, authorization=basic(licence.number)).status_code == 200
    assert get(f"with/{licence.number}/{target}").status_code == 200
    licence.maintenance_until = today() - timedelta(days=30)
    licence.save()
    assert get(target, authorization=basic(licence.number)).status_code == 403


def test_numbers_can_t_be_found_by_trying(sold, get):
    told = [get(f"desktop/latest.json?key=26-{number}").status_code for number in range(WRONG.count + 2)]
    assert told == [403] * WRONG.count + [429, 429]
    assert get("desktop/latest.json").status_code == 401  # who shows nothing guesses nothing


def test_who_tried_too_many_numbers_is_not_told_that_one_is_right(sold, get, licence, device):
    for number in range(WRONG.count):
        get(f"desktop/latest.json?key=26-{number}")
    assert get(f"desktop/latest.json?version=4.0&key={licence.number}").status_code == 429
    assert get("desktop/latest.json?version=4.0", authorization=f"Bearer {device}").status_code == 200  # no guess
    with clock.at(now() + timedelta(hours=1, minutes=1)):
        assert get(f"desktop/latest.json?version=4.0&key={licence.number}").status_code == 200


HOSTILE = {
    "a user's name with a NUL": ("desktop/latest.json", {"authorization": "Basic AAA6"}, 401),
    "a file that climbs": ("desktop/files/4.2.0/..%2f..%2fsecrets", {}, 404),
    "a number with a NUL": ("desktop/latest.json?key=%00", {}, 400),
    "a path with a NUL": ("with/%00/desktop/latest.json", {}, 400),
    "a version with a NUL": ("desktop/notes/%00", {}, 400),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_no_database_stores_is_asked_of_none(sold, get, case):
    address, headers, status = HOSTILE[case]
    assert get(address, **headers).status_code == status


def test_a_question_that_is_too_deep_finds_nothing(sold, client):
    answer = client.post("/updates/winget/manifestSearch", "[" * 60_000, content_type="application/json")
    assert answer.status_code == 204


def test_a_licence_that_ended_is_no_guess(sold, get, licence):
    licence.valid_until = today() - timedelta(days=2)
    licence.save()
    told = {get(f"desktop/latest.json?key={licence.number}").status_code for _ in range(WRONG.count + 2)}
    assert told == {403}
