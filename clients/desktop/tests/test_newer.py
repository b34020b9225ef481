"""A newer version: offered by a calm bar, put off, fetched, checked."""

import os
from pathlib import Path

import pytest

from clients.desktop.tests.cast import button, click, running
from clients.desktop.tests.conftest import until
from clients.sdk.tests.fake_server import newer_version, times
from okibi_desktop.model import settings as kept
from okibi_desktop.model.names import free_place, safe_name
from okibi_desktop.model.newer import Fetch, machine

CONTENT = os.urandom(300_000)


@pytest.fixture
def application(qt, enrolled, server_desk, server, tmp_path):
    server_desk.newer = newer_version(server, CONTENT)
    server_desk.files["Setup.exe"] = CONTENT
    kept.save(enrolled / "desktop.json", kept.Settings(product="desktop", version="4.2.0"))
    with running(qt, enrolled) as application:
        application.main.newer.downloads = lambda: tmp_path / "fetched"
        application.main.come()
        application.newer.look()
        until(lambda: application.newer.offer)
        yield application


def asked_for(server_desk):
    return [path for _, path, _ in server_desk.seen if path == "/device/update"]


def test_it_is_offered_with_what_is_new_and_the_way_to_it(application):
    bar = application.main.newer
    assert bar.isVisible()
    assert bar.words.text() == "Вышла версия 4.2.1"
    assert application.tray.menu.actions()[0].text() == "Вышла версия 4.2.1"
    click(button(application.main, "newer_notes"))
    assert bar.notes.isVisible()
    assert "Исправлена печать." in bar.notes.toPlainText()
    opened = []
    bar.open_url = opened.append
    click(button(application.main, "newer_page"))
    assert opened[0].toString().endswith("/download/desktop/")


def test_it_is_put_off_for_good_but_the_next_one_is_told(application, server_desk, server):
    click(button(application.main, "newer_later"))
    assert not application.main.newer.isVisible()
    assert kept.load(application.home / "desktop.json").later == "4.2.1"
    before = len(asked_for(server_desk))
    application.newer.look()
    until(lambda: len(asked_for(server_desk)) > before)
    assert application.newer.offer is None
    server_desk.newer = {**newer_version(server, CONTENT), "version": "4.2.2"}
    application.newer.look()
    until(lambda: application.newer.offer)
    assert application.main.newer.words.text() == "Вышла версия 4.2.2"


def test_what_must_be_installed_is_not_put_off(application, server_desk, server):
    server_desk.newer = {**newer_version(server, CONTENT), "version": "4.2.9", "forced": True}
    application.newer.look()
    until(lambda: application.newer.offer.version.forced)
    assert "нужно установить" in application.main.newer.words.text()
    assert not button(application.main, "newer_later").isVisible()


def test_it_is_fetched_checked_and_shown_where_it_is(application, tmp_path):
    click(button(application.main, "newer_get"))
    until(lambda: application.newer.offer.fetch is Fetch.DONE)
    assert (tmp_path / "fetched" / "Setup.exe").read_bytes() == CONTENT
    assert application.main.newer.words.text() == "Версия 4.2.1 скачана и проверена: Setup.exe"
    opened = []
    application.main.newer.open_url = opened.append
    click(button(application.main, "newer_folder"))
    assert Path(opened[0].toLocalFile()) == tmp_path / "fetched"


def test_other_bytes_than_announced_are_not_kept_and_it_says_what_to_do(application, server_desk, tmp_path):
    server_desk.files["Setup.exe"] = CONTENT[::-1]
    click(button(application.main, "newer_get"))
    until(lambda: application.newer.offer.fetch is Fetch.FAILED)
    assert "не таким, каким его выпустили" in application.main.newer.problem.text()
    assert not list((tmp_path / "fetched").iterdir())
    server_desk.files["Setup.exe"] = CONTENT
    click(button(application.main, "newer_get"))
    until(lambda: application.newer.offer.fetch is Fetch.DONE)


def test_a_download_is_stopped_and_leaves_nothing(application, server_desk, tmp_path):
    server_desk.faults.append(times(1, "swallow", "GET", "/download"))
    click(button(application.main, "newer_get"))
    click(button(application.main, "newer_stop"))
    until(lambda: application.newer.offer.fetch is not Fetch.RUNS)
    assert application.newer.offer.fetch is Fetch.NO
    assert application.newer.offer.error is None
    assert not list((tmp_path / "fetched").iterdir())


def test_who_does_not_want_it_is_not_asked_about(application, server_desk):
    application.main.show_section("settings")
    button(application.main, "updates").click()
    assert application.newer.offer is None
    before = len(asked_for(server_desk))
    application.newer.look()
    assert len(asked_for(server_desk)) == before


def test_only_what_a_file_has_to_fit_is_told_of_the_machine():
    assert set(machine()) <= {"platform", "architecture", "system"}


NAMES = {
    "../../Setup.exe": "_.._Setup.exe",
    "C:\\Setup?.exe": "C__Setup_.exe",
    "..": "file",
    "Setup 4.2.1.exe": "Setup 4.2.1.exe",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_out_of_no_folder(name):
    assert safe_name(name) == NAMES[name]


def test_nothing_is_written_over(tmp_path):
    for expected in ("Setup.exe", "Setup (2).exe", "Setup (3).exe"):
        place = free_place(tmp_path, "Setup.exe")
        assert place.name == expected
        place.write_bytes(b"")


def test_the_desk_is_told_once_which_version_runs_and_nothing_of_the_machine(application, server_desk):
    until(lambda: server_desk.environments)
    before = len(asked_for(server_desk))
    application.newer.look()
    until(lambda: len(asked_for(server_desk)) > before)
    assert server_desk.environments == [{"product": "desktop", "version": "4.2.0"}]
    application.newer.apply(kept.Settings(product="desktop", version="4.2.1"))
    application.newer.look()
    until(lambda: len(server_desk.environments) > 1)
    assert server_desk.environments[1:] == [{"product": "desktop", "version": "4.2.1"}]
