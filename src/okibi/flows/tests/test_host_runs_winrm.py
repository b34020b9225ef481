"""The same course on a Windows host by WinRM; what SSH shows of stops, hours and ends is not repeated here."""

import time

import pytest

from okibi.feeds.tests.conftest import Desk, read_file
from okibi.flows import host_access, host_runs, update_plan
from okibi.flows.update_plan import Wanted
from okibi.updates.models import Host, Run
from okibi.updates.recipe import Install, Recipe
from okibi.updates.tests.fleet import OLEG, Fleet, run_of
from tests.simulators.winrm import WinrmHost

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with WinrmHost(tmp_path_factory.mktemp("windows")) as server:
        yield server


@pytest.fixture
def host(server, settings, tmp_path, monkeypatch):
    settings.OKIBI_UPDATES_WAKE_INSIDE = True
    settings.OKIBI_DATA = str(tmp_path / "data")
    monkeypatch.setattr(host_runs, "LOOK", 0.05)
    server.version, server.outcome, server.driver_lives = "4.2.0", "ok", True
    server.begun.clear()
    host = Host.objects.create(
        agreement=Fleet().agreement, name="WIN", way="winrm", address="127.0.0.1", port=server.port
    )
    host_access.keep_login(host.pk, "WIN\\okibi", "right", "", OLEG)
    recipe = Recipe("desktop", Install.EXE, "C:\\Program", 'type "%OKIBI_FOLDER%\\VERSION"', arguments="/S")
    host_access.keep_recipe(host.pk, recipe, OLEG)
    assert host_access.try_way(host.pk, OLEG).code == "key_new"
    host_access.confirm_key(host.pk, server.pin, OLEG)
    assert host_access.try_way(host.pk, OLEG).code == "reached"
    desk = Desk().hold_ceremony()
    release = desk.publish("4.3.0", files=[read_file(b"MZ" + bytes(90_000), "Setup.exe")])
    update_plan.start(release.pk, Wanted([host.pk]), OLEG)
    return Host.objects.select_related("device").get(pk=host.pk)


def finished(host) -> Run:
    until = time.monotonic() + 60
    while (run := run_of(host)).ended_at is None and time.monotonic() < until:
        for run_id in host_runs.due():
            host_runs.advance(run_id, time.monotonic() + 5)
    return run


def test_the_whole_course(host, server):
    run = finished(host)
    assert (run.state, server.version, server.begun) == ("succeeded", "4.3.0", ["begun"])
    host.device.refresh_from_db()
    assert (host.device.version, host.device.report["system"]["family"]) == ("4.3.0", "windows")
    assert not list((server.home / ".okibi-updates").iterdir())


def test_what_went_back_is_told_so(host, server):
    server.outcome = "back install 1603"
    run = finished(host)
    assert (run.state, run.message["ru"]) == (
        "rolled_back", "Установщик закончил с кодом 1603; прежняя версия возвращена и работает.",
    )  # fmt: skip


class KilledError(BaseException):
    pass


@pytest.mark.parametrize("step", ["proceeding", "begun"])
def test_a_worker_that_dies_leaves_nothing_undone(host, server, step):
    def dies(at):
        if at == step:
            raise KilledError

    with pytest.raises(KilledError):
        host_runs.advance(run_of(host).pk, time.monotonic() + 20, dies)
    Run.objects.update(held_until=None)
    assert finished(host).state == "succeeded"
    assert server.begun == ["begun"]


def test_a_host_that_was_switched_off_is_brought_back(host, server):
    server.outcome, server.driver_lives = "", False
    run = finished(host)
    assert (run.state, server.begun) == ("rolled_back", ["begun", "restoring"])
    assert "оборвалась" in run.message["ru"]
