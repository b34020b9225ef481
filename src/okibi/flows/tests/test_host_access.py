"""Hosts without an updater: the login that is kept, the key that is confirmed, the way that is tried in time."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from okibi.channels.models import Outbound
from okibi.environments.models import Device
from okibi.flows import host_access, update_agreement
from okibi.flows.update_wake import NoWayError
from okibi.journal.models import Entry
from okibi.journal.selectors import of_subject
from okibi.journal.services import Actor
from okibi.kernel import clock
from okibi.kernel.errors import InputError
from okibi.policy.agreement_states import AgreementState
from okibi.updates import vault
from okibi.updates.kinds import Way
from okibi.updates.models import Agreement, Batch, Host, Run
from okibi.updates.recipe import Install, Recipe, RecipeError, checked
from okibi.updates.remote.values import Login
from okibi.updates.tests.fleet import OLEG, Fleet, shipped
from okibi.updates.vault import ClosedError
from tests.simulators.ssh import SshHost

pytestmark = pytest.mark.django_db
RECIPE = Recipe("desktop", Install.ARCHIVE, "/opt/program", "echo Program 4.2.0")
NIGHTS = {day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}  # in Moscow: 19 to 3 UTC


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with SshHost(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def fleet(settings) -> Fleet:
    settings.OKIBI_UPDATES_WAKE_INSIDE = True
    return Fleet()


@pytest.fixture
def host(fleet, server):
    return Host.objects.create(
        agreement=fleet.agreement, name="Сервер", way="ssh", address="127.0.0.1", port=server.port
    )


@pytest.fixture
def ready(host):
    """All was said; nothing was tried."""
    host_access.keep_login(host.pk, "okibi", "right", "", OLEG)
    host_access.keep_recipe(host.pk, RECIPE, OLEG)
    return host


def fresh(host) -> Host:
    return Host.objects.select_related("agreement", "device").get(pk=host.pk)


def test_a_login_is_kept_sealed_and_never_on_record(host):
    host_access.keep_login(host.pk, " okibi ", "Тайна-7-right", "", OLEG)
    row = fresh(host)
    assert (row.login, row.kept_by, row.kept_at is not None) == ("okibi", "Олег Лесин", True)
    assert "Тайна".encode() not in bytes(row.secret)
    assert vault.for_test(row, clock.now()) == Login("okibi", "Тайна-7-right")
    assert [entry.code for entry in of_subject("agreement", host.agreement_id)] == ["agreement.login_kept"]
    assert "Тайна" not in json.dumps(list(Entry.objects.values_list("data", flat=True)), ensure_ascii=False)


WRONG = {
    "no name": ({"name": " "}, "login"),
    "neither": ({"password": ""}, "password"),
    "both": ({"key": "x"}, "password"),
    "no key": ({"password": "", "key": "-----BEGIN nothing-----"}, "key"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_login_that_can_not_be(host, case):
    change, field = WRONG[case]
    given = {"name": "okibi", "password": "right", "key": "", **change}
    with pytest.raises(InputError) as error:
        host_access.keep_login(host.pk, given["name"], given["password"], given["key"], OLEG)
    assert error.value.data["field"] == field
    assert fresh(host).secret is None


ENDS = {
    "withdrawn": lambda agreement, cast: update_agreement.withdraw_by_desk(agreement.pk, cast.oleg),
    "expired": lambda agreement, cast: (
        Agreement.objects.update(valid_until=clock.now()),
        update_agreement.expire_due(),
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_the_login_goes_with_the_agreement(ready, fleet, case):
    ENDS[case](fleet.agreement, fleet.cast)
    row = fresh(ready)
    assert (row.secret, row.login, row.kept_at, row.kept_by) == (None, "", None, "")
    with pytest.raises(ClosedError):
        vault.for_test(row, clock.now())


def test_outside_the_agreement_it_stays_closed_whatever_the_row_says(ready):
    Agreement.objects.update(state=AgreementState.PROPOSED.value)
    with pytest.raises(ClosedError):
        vault.for_test(fresh(ready), clock.now())
    with pytest.raises(NoWayError):
        host_access.try_way(ready.pk, OLEG)
    with pytest.raises(NoWayError):
        host_access.keep_login(ready.pk, "okibi", "right", "", OLEG)


def test_it_is_forgotten_by_hand(ready):
    host_access.forget_login(ready.pk, OLEG)
    assert fresh(ready).secret is None
    assert of_subject("agreement", ready.agreement_id)[-1].code == "agreement.login_forgotten"


RECIPES = {
    "another product": ({"product": "server"}, "product"),
    "what the way can't": ({"install": Install.MSI}, "install"),
    "the root": ({"folder": "/"}, "folder"),
    "not a whole path": ({"folder": "opt/program"}, "folder"),
    "up and away": ({"folder": "/opt/../etc"}, "folder"),
    "no version": ({"version": ""}, "version"),
    "a script without a command": ({"install": Install.SCRIPT}, "command"),
    "two lines": ({"stop": "a\nb"}, "stop"),
    "no time": ({"limit": 0}, "limit"),
    "what lies outside": ({"keep": ("../x",)}, "keep"),
}


@pytest.mark.parametrize("case", RECIPES)
def test_what_can_not_be_installed_so(case):
    change, field = RECIPES[case]
    given = {"product": "desktop", "install": Install.ARCHIVE, "folder": "/opt/p", "version": "p -v", **change}
    with pytest.raises(RecipeError) as error:
        checked(Recipe(**given), Way.SSH, ["desktop"])
    assert error.value.field == field


def test_the_first_test_shows_the_key_and_signs_in_nowhere(ready, server):
    server.tried.clear()
    tried = host_access.try_way(ready.pk, OLEG)
    row = fresh(ready)
    assert (tried.code, row.shown, row.fingerprint, server.tried) == ("key_new", server.pin, "", [])
    assert [line["ok"] for line in row.last_test["lines"]] == [True, True, False]


def test_after_the_key_is_confirmed_the_test_finds_what_runs_there(ready, server, fleet):
    host_access.try_way(ready.pk, OLEG)
    with pytest.raises(NoWayError):
        host_access.confirm_key(ready.pk, "ssh-rsa SHA256:other", OLEG)
    host_access.confirm_key(ready.pk, server.pin, OLEG)
    tried = host_access.try_way(ready.pk, OLEG)
    row = fresh(ready)
    assert (tried.code, row.last_test["ok"]) == ("reached", True)
    device = row.device
    assert (device.kind, device.enrolled_by, device.product, device.version) == ("server", "access", "desktop", "4.2.0")
    assert (device.organisation, device.report["system"]["family"]) == (fleet.cast.ryabina, "linux")
    codes = [entry.code for entry in of_subject("agreement", ready.agreement_id)]
    assert codes[-3:] == ["update.tested", "agreement.key_confirmed", "update.tested"]
    again = Host.objects.create(
        agreement=fleet.agree(), name="Сервер", way="ssh", address="127.0.0.1", port=server.port,
        fingerprint=server.pin,
    )  # fmt: skip
    host_access.keep_login(again.pk, "okibi", "right", "", OLEG)
    host_access.keep_recipe(again.pk, RECIPE, OLEG)
    host_access.try_way(again.pk, OLEG)
    assert fresh(again).device == device
    assert Device.objects.count() == 1


def test_a_changed_key_is_kept_for_a_person(ready):
    Host.objects.update(fingerprint="ecdsa-sha2-nistp256 SHA256:before")
    assert host_access.try_way(ready.pk, OLEG).code == "key_changed"
    assert fresh(ready).shown
    assert "agreement.key_changed" in [entry.code for entry in of_subject("agreement", ready.agreement_id)]


def test_a_wrong_password_is_said(ready, server):
    Host.objects.update(fingerprint=server.pin)
    host_access.keep_login(ready.pk, "okibi", "wrong", "", Actor("staff", 1, "Олег"))
    assert host_access.try_way(ready.pk, OLEG).code == "login_refused"


def test_a_closed_way_is_told_before_the_hours(ready, fleet):
    """Four hours before, once; whoever proposed the access and the leading specialists get a letter."""
    device = fleet.device()
    Host.objects.update(device=device, fingerprint="ecdsa-sha2-nistp256 SHA256:before", port=9)
    host_access.keep_login(ready.pk, "okibi", "right", "", OLEG)
    release = shipped("4.3.0")
    batch = Batch.objects.create(release=release, created_at=clock.now(), created_by="Олег Лесин")
    Run.objects.create(
        batch=batch, agreement=fleet.agreement, host=fresh(ready), device=device, release=release,
        created_at=clock.now(),
    )  # fmt: skip
    Agreement.objects.update(windows=NIGHTS)
    day = clock.now() + timedelta(days=1)
    with clock.at(datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)):
        assert host_access.try_before_hours() == 0
    with clock.at(datetime(day.year, day.month, day.day, 15, 30, tzinfo=UTC)):
        assert host_access.try_before_hours() == 1
    with clock.at(datetime(day.year, day.month, day.day, 16, 30, tzinfo=UTC)):
        assert host_access.try_before_hours() == 0
    (letter,) = Outbound.objects.filter(key__startswith="host_closed:")
    assert "порт закрыт" in letter.text
    assert "22:00" in letter.text
    assert f"/console/updates/host/{ready.pk}/" in letter.text
