"""Download pages: what is there for whom, files whole and in part, each fetch on record, trials once."""

import hashlib
import re
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okibi.channels.models import Outbound
from okibi.customers import services as cards
from okibi.customers.models import Licence, Organisation, Person, Trial
from okibi.customers.services import Holder
from okibi.flows import trial as trials
from okibi.flows.licences import create_trial
from okibi.flows.trial import Wish
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.kernel.signing import sign
from okibi.releases import services as releases
from okibi.releases.downloads import counts
from okibi.releases.models import Download, ProductLine, Release
from okibi.releases.tests.test_releases import GLEB, read_file
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 4
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def release(cast):
    del cast
    old = published("4.2.0", b"MZ old")
    Release.objects.filter(pk=old.pk).update(published_at=now() - timedelta(days=400))
    return published("4.3.0", CONTENT)


def published(version: str, content: bytes) -> Release:
    wanted = releases.Planned("desktop", version, notes_ru=f"Новое в {version}.", notes_en=f"New in {version}.")
    release = releases.draft(wanted, GLEB)
    releases.add_artefact(release.pk, read_file(content), GLEB)
    releases.check(release.pk, GLEB)
    return releases.publish(release.pk, GLEB)


def line(**fields):
    return ProductLine.objects.update_or_create(product="desktop", defaults=fields)[0]


def give_number(client, number, fresh=True):
    page = client.get("/download/desktop/").content.decode()
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("form_id", "opened")}
    if fresh:  # opened long enough ago for a person
        fields["opened"] = sign("site-form", [fields["form_id"], now().timestamp() - 5])
    return client.post("/download/desktop/", {**fields, "number": number, "website": ""})


def links(client, address="/download/desktop/"):
    page = client.get(address).content.decode()
    return [each.replace("&amp;", "&") for each in re.findall(r'href="(/download/desktop/\d+/[^"]+)"', page)]


def file_address(release):
    artefact = release.artefacts.get()
    return f"/download/desktop/{artefact.pk}/{artefact.name}"


def test_the_page_is_made_from_the_registry_and_the_scheme(client, release):
    page = client.get("/download/desktop/").content.decode()
    assert "Версия 4.3.0" in page
    assert "Новое в 4.3.0." in page
    assert "Версия 4.2.0" in page
    assert DIGEST in page
    assert ".NET Framework" in page
    assert links(client) == []
    assert "Войдите в личный кабинет или назовите номер лицензии." in page


def test_the_list_and_the_page_take_few_queries(client, release):
    client.get("/download/desktop/")
    for address, most in {"/download/": 4, "/download/desktop/": 5}.items():
        with CaptureQueriesContext(connection) as made:
            assert client.get(address).status_code == 200
        assert len(made) <= most, [each["sql"][:100] for each in made]


@pytest.mark.parametrize("change", [{"ring": "pilot"}, {"channel": "beta"}, {"state": "halted"}, {"state": "draft"}])
def test_what_is_not_for_everybody_is_not_there(client, release, change):
    address = file_address(release)
    line(free=True)
    Release.objects.filter(pk=release.pk).update(**change)
    assert "4.3.0" not in client.get("/download/desktop/").content.decode()
    assert client.get(address).status_code == 404


def test_a_product_without_versions_has_no_page(client, cast):
    assert client.get("/download/desktop/").status_code == 404
    assert client.get("/download/").status_code == 200


def test_what_is_free_is_fetched_by_anybody_and_counted(client, release):
    line(free=True)
    (address, _older) = links(client)
    answer = client.get(address)
    assert answer.getvalue() == CONTENT
    assert answer["ETag"] == f'"{DIGEST}"'
    assert counts(release.pk) == {"free": 1}


RANGES = {
    "the beginning": ("bytes=0-99", 206, CONTENT[:100], 1),
    "the middle": ("bytes=100-199", 206, CONTENT[100:200], 0),
    "from somewhere on": ("bytes=1000-", 206, CONTENT[1000:], 0),
    "the end": ("bytes=-24", 206, CONTENT[-24:], 0),
    "more than there is": ("bytes=1000-9999", 206, CONTENT[1000:], 0),
    "beyond the end": ("bytes=5000-", 416, b"", 0),
    "two at once": ("bytes=0-1,4-5", 200, CONTENT, 1),
    "nonsense": ("lines=1-2", 200, CONTENT, 1),
}


@pytest.mark.parametrize(("asked", "status", "body", "counted"), RANGES.values(), ids=RANGES)
def test_a_part_of_a_file(client, release, asked, status, body, counted):
    line(free=True)
    answer = client.get(file_address(release), headers={"Range": asked})
    assert (answer.status_code, answer.getvalue()) == (status, body)
    assert Download.objects.count() == counted


def test_what_did_not_change_is_not_sent_again_and_head_counts_nothing(client, release):
    line(free=True)
    address = file_address(release)
    assert client.get(address, headers={"If-None-Match": f'"{DIGEST}"'}).status_code == 304
    assert client.head(address)["Content-Length"] == str(len(CONTENT))
    changed = client.get(address, headers={"Range": "bytes=5-9", "If-Range": '"other"'})
    assert changed.status_code == 200
    assert counts(release.pk) == {"free": 1}


def test_the_proxy_sends_large_files_where_there_is_one(client, cast, settings):
    settings.OKIBI_FILES_BY_PROXY = "/_files/"
    content = b"MZ" + bytes(300 * 1024)
    release = published("4.3.0", content)
    line(free=True)
    digest = hashlib.sha256(content).hexdigest()
    answer = client.get(file_address(release))
    assert answer["X-Accel-Redirect"] == f"/_files/{digest[:2]}/{digest[2:4]}/{digest}"
    assert answer.content == b""
    assert counts(release.pk) == {"free": 1}


def test_a_licence_number_opens_what_it_covers(client, release):
    opened = give_number(client, " л-2026-0418 ")
    assert opened.status_code == 302
    found = links(client, opened["Location"])
    assert len(found) == 2
    assert client.get(found[0]).getvalue() == CONTENT
    assert Download.objects.get().number == "Л-2026-0418"


def test_maintenance_that_ended_leaves_the_versions_before(client, release):
    Licence.objects.filter(number="Л-2026-0418").update(maintenance_until=date.today() - timedelta(days=30))
    found = links(client, give_number(client, "Л-2026-0418")["Location"])
    assert len(found) == 1
    assert client.get(found[0]).getvalue() == b"MZ old"
    assert "сопровождения" in client.get(give_number(client, "Л-2026-0418")["Location"]).content.decode()


def test_a_key_is_judged_anew_at_every_fetch(client, release):
    found = links(client, give_number(client, "Л-2026-0418")["Location"])
    Licence.objects.filter(number="Л-2026-0418").update(revoked_on=date.today() - timedelta(days=1))
    answer = client.get(found[0])
    assert answer.status_code == 403
    assert CONTENT not in answer.content
    assert not Download.objects.exists()


@pytest.mark.parametrize("number", ["Л-0000-0000", "1' or 1=1", "0"])
def test_a_number_that_nobody_has_opens_nothing(client, release, number):
    answer = give_number(client, number)
    assert answer.status_code == 422
    assert "с таким номером нет" in answer.content.decode()


def test_guessing_numbers_ends_soon(client, release):
    answers = [give_number(client, f"Л-2026-{number:04}").status_code for number in range(12)]
    assert answers[0] == 422
    answer = give_number(client, "Л-2026-0418")
    assert answer.status_code == 422
    assert "отсюда пришло слишком много" in answer.content.decode()


@pytest.mark.parametrize(
    "key",
    ["", "nonsense", sign("where", ["number", "Л-2026-0418"]), sign("download", 7)],
    ids=["empty", "nonsense", "of another page", "not a key's"],  # what is signed has its moment in it
)
def test_a_key_that_is_none_opens_nothing(client, release, key):
    assert client.get(file_address(release), {"key": key}).status_code == 403


def wish(address="petr@example.net", organisation="ООО «Ель»", name="Пётр Елин"):
    return Wish("desktop", name, organisation, address, "ru")


def confirmed(asked: Wish):
    trials.ask(asked, f"{asked.address} {Outbound.objects.count()}")
    letter = Outbound.objects.filter(recipient=asked.address, key__startswith="trial:").order_by("-id").first()
    return re.search(r"/download/trial/(\S+)/", letter.text)[1]


def test_a_trial_is_given_when_the_address_is_confirmed(client, release):
    line(trial_days=30)
    signed = confirmed(wish())
    assert client.get(f"/download/trial/{signed}/").status_code == 200
    assert not Trial.objects.exists()  # a scanner opened the link
    page = client.post(f"/download/trial/{signed}/").content.decode()
    given = Trial.objects.get()
    assert given.number in page
    assert (given.organisation.name, given.source) == ("ООО «Ель»", "site")
    assert (given.valid_until - given.valid_from).days == 30
    address = re.search(r'href="(/download/desktop/\?[^"]+)"', page)[1].replace("&amp;", "&")
    (current,) = links(client, address)  # the version before is not the trial build
    assert client.get(current).getvalue() == CONTENT
    assert counts(release.pk) == {"trial": 1}
    client.post(f"/download/trial/{signed}/")
    assert Trial.objects.count() == 1
    assert Outbound.objects.filter(key__startswith="trial_given:").count() == 1


def test_one_trial_for_an_organisation(release):
    line(trial_days=30)
    trials.give(confirmed(wish()))
    with pytest.raises(ConflictError):
        trials.give(confirmed(wish("another@example.net", "ель, ООО")))
    assert Trial.objects.count() == 1
    assert Organisation.objects.filter(name_key__contains="ель").count() == 1


# who had a trial → who asks for another one, and whether they get it
AGAIN = {
    "a tag behind the name": ("petr@example.net", "petr+2@example.net", False),
    "dots that count for nothing": ("petr.elin@gmail.com", "p.etrelin@googlemail.com", False),
    "capital letters": ("petr@gmail.com", "PETR@Gmail.com", True),  # the same address: the same trial once more
    "a colleague who names no organisation": ("petr@el.example.net", "ivan@el.example.net", False),
    "another person of a mail service": ("petr@mail.ru", "ivan@mail.ru", True),
    "another domain": ("petr@example.net", "petr@example.com", True),
}


@pytest.mark.parametrize("organisation", ["", "ООО «Ель»"], ids=["for themselves", "for an organisation"])
@pytest.mark.parametrize(("first", "second", "given"), AGAIN.values(), ids=AGAIN)
def test_one_mailbox_is_one_person_and_one_domain_one_organisation(release, first, second, given, organisation):
    line(trial_days=30)
    trials.give(confirmed(wish(first, organisation)))
    with nullcontext() if given else pytest.raises(ConflictError):
        trials.give(confirmed(wish(second, "")))


def test_a_network_gets_no_trials_without_end(client, release):
    line(trial_days=30)
    statuses = []
    for number in range(11):
        signed = confirmed(wish(f"petr{number}@{number}.example.net", ""))
        statuses.append(client.post(f"/download/trial/{signed}/").status_code)
    assert statuses == [200] * 10 + [429]


def test_the_desk_may_give_a_trial_to_whom_the_site_does_not(release):
    line(trial_days=30)
    trials.give(confirmed(wish()))
    colleague = cards.create_person(name="Иван Елин", actor=GLEB)
    cards.add_email(colleague.pk, "ivan@example.net", actor=GLEB)
    today = date.today()
    create_trial(
        holder=Holder(person_id=colleague.pk), product="desktop", valid_from=today, valid_until=today, actor=GLEB,
        source=Trial.Source.OTHER,
    )  # fmt: skip
    assert trials.give(confirmed(wish("ivan@example.net", ""))).person_id == colleague.pk


def test_whoever_only_names_a_customer_speaks_for_themselves(release):
    line(trial_days=30)
    given = trials.give(confirmed(wish("stranger@example.net", "Рябина ООО")))
    assert given.organisation is None
    assert Person.objects.get(pk=given.person_id).organisation_claimed


def test_a_trial_that_is_over_is_not_given_again_but_the_desk_may_lengthen_it(release):
    line(trial_days=30)
    given = trials.give(confirmed(wish()))
    Trial.objects.filter(pk=given.pk).update(
        valid_from=date.today() - timedelta(days=60), valid_until=date.today() - timedelta(days=30)
    )
    with pytest.raises(ConflictError):
        trials.give(confirmed(wish()))
    Trial.objects.filter(pk=given.pk).update(valid_until=date.today() + timedelta(days=10))
    assert trials.give(confirmed(wish())).pk == given.pk


def test_no_days_no_trial(client, release):
    assert client.get("/download/desktop/trial/").status_code == 404


def test_the_form_answers_the_same_for_a_customer_and_a_stranger(client, release):
    line(trial_days=30)
    answers = []
    for address in ("anna@example.org", "petr@example.net"):
        page = client.get("/download/desktop/trial/").content.decode()
        form_id = re.search(r'name="form_id" value="([^"]+)"', page)[1]
        opened = sign("site-form", [form_id, now().timestamp() - 5])
        fields = {"form_id": form_id, "opened": opened, "name": "Кто-то", "organisation": "", "address": address}
        answer = client.post("/download/desktop/trial/", {**fields, "website": ""})
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1] == (302, "/download/desktop/trial/?asked=1")
    assert Outbound.objects.filter(key__startswith="trial:").count() == 2
