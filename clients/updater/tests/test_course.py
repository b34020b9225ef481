"""How an update goes: what is waited for, what is told, what is refused, how it is stopped."""

import pytest

from clients.updater.tests.hosts import NEW, OLD, zipped
from okibi_updater import settings
from okibi_updater.problems import OfflineError, StrangerError
from okibi_updater.service import FIRST_WAIT, JITTER, Service

HEALTHY = '[products.desktop.health]\ncommand = ["test", "-s", "{folder}/app.txt"]'


def test_an_update_tells_each_step_and_leaves_nothing_behind(host):
    action = host.set_up(more=HEALTHY).desk.offer("7", "2.0")
    host.once()
    assert host.tree() == NEW
    assert host.leftovers() == []
    assert action.executions == ["scheduled", "download", "download", "downloaded", *["proceeding"] * 4, "closed"]
    counts = [each["status"]["result"]["progress"] for each in action.said]
    assert [each["cnt"] for each in counts] == sorted(each["cnt"] for each in counts)
    assert {each["of"] for each in counts} == {100}
    assert [each["status"]["code"] for each in action.said[-2:]] == [210, 200]
    assert host.desk.told[0]["data"]["version"] == "1.0"
    assert host.desk.told[-1]["data"]["version"] == "2.0"
    assert host.desk.told[-1]["data"]["system.family"] == "linux"


def test_a_program_that_does_not_work_goes_back(host):
    ill = '[products.desktop.health]\ncommand = ["grep", "-q", "one", "{folder}/app.txt"]\nlimit = 0.05'
    action = host.set_up(more=ill).desk.offer("7", "2.0")
    host.once()
    assert host.tree() == OLD
    (closing,) = action.closings
    assert (closing["result"]["finished"], closing["code"]) == ("failure", 290)
    assert "the old version works" in closing["details"]
    assert host.service().journal.installed("desktop") == ""


WAITING = {
    "the window is closed": ({"window": "unavailable"}, {"window": "available"}),
    "the update is not to begin yet": ({"update": "skip"}, {"update": "forced"}),
    "the download is not to begin yet": ({"download": "skip"}, {"download": "attempt"}),
    "a soft one turns forced": ({"update": "attempt"}, {"update": "forced"}),
}


@pytest.mark.parametrize("said", WAITING)
def test_it_waits_while(host, said):
    before, after = WAITING[said]
    action = host.set_up().desk.offer("7", "2.0", **before)
    host.once()
    host.once()
    assert host.tree() == OLD
    assert action.executions[-1] == "scheduled"
    assert action.executions.count("scheduled") == 2
    for name, value in after.items():
        setattr(action, name, value)
    host.once()
    assert (host.tree(), len(action.closings)) == (NEW, 1)


CONSENT = {"confirmed": (NEW, "success", 200), "denied": (OLD, "failure", 409)}


@pytest.mark.parametrize("word", CONSENT)
def test_a_soft_update_waits_for_who_is_at_the_host(host, word):
    action = host.set_up().desk.offer("7", "2.0", update="attempt")
    with host.service() as service:
        service.once()
        assert service.journal.current().waits == "consent"
        service.journal.give_consent("7", word)
        service.once()
    (closing,) = action.closings
    assert (host.tree(), closing["result"]["finished"], closing["code"]) == CONSENT[word]


def test_a_soft_update_may_need_nobody(host):
    host.set_up(more='soft = "install"').desk.offer("7", "2.0", update="attempt")
    host.once()
    assert host.tree() == NEW


@pytest.mark.parametrize("word", ["confirmed", "denied"])
def test_the_desk_s_question_is_answered_by_who_is_at_the_host(host, word):
    host.set_up().desk.offer("7", "2.0", ask=True)
    with host.service() as service:
        service.once()
        assert '"action": "7"' in service.journal.note("asked")
        assert host.desk.confirmed == []
        service.journal.give_consent("7", word)
        service.once()
        service.once()
    assert [each["confirmation"] for each in host.desk.confirmed] == [word]
    assert host.tree() == (NEW if word == "confirmed" else OLD)


def test_it_is_cancelled_before_anything_was_touched(host):
    action = host.set_up().desk.offer("7", "2.0", window="unavailable")
    host.once()
    action.cancelling = True
    host.once()
    assert host.tree() == OLD
    assert host.leftovers() == []
    (closing,) = action.closings
    assert closing["result"]["finished"] == "success"
    host.once()
    assert len(action.closings) == 1


def test_a_cancelling_that_comes_while_it_waits_at_the_gate_is_seen(host):
    """The desk cancels while the file comes: the last look before the installation finds it."""
    action = host.set_up().desk.offer("7", "2.0")

    def passed(point):
        action.cancelling = action.cancelling or point == "ready"

    with Service(settings.load(host.settings_file), passed=passed) as service:
        service.once()
    assert host.tree() == OLD
    assert len(action.closings) == 1


def test_a_cancelling_that_comes_too_late_is_rejected_once(host):
    action = host.set_up(more=HEALTHY).desk.offer("7", "2.0")
    assert host.killer.run(host, "installing") == 9
    with host.service() as service:
        action.cancelling = True
        service._cancelling(service.door.poll())
        action.cancelling = True
        service._cancelling(service.door.poll())
    assert action.executions.count("rejected") == 1
    action.cancelling = False
    host.once()
    assert host.tree() == NEW


def test_an_update_that_the_desk_took_back_is_dropped(host):
    action = host.set_up().desk.offer("7", "2.0", window="unavailable")
    host.once()
    action.over = True
    host.once()
    assert host.service().journal.current() is None
    assert host.tree() == OLD


REFUSED = {
    "a lower version": ("version = '3.0'", "lower"),
    "a version that nobody knows": ("version = ''", "not known"),
}


@pytest.mark.parametrize("said", REFUSED)
def test_refused_is(host, said):
    setting, words = REFUSED[said]
    action = host.set_up().desk.offer("7", "2.0")
    text = host.settings_file.read_text().replace('version = "1.0"', setting)
    host.settings_file.write_text(text)
    host.once()
    (closing,) = action.closings
    assert (closing["result"]["finished"], closing["code"]) == ("failure", 409)
    assert words in " ".join(closing["details"])
    assert host.tree() == OLD


def test_the_same_version_is_a_success_at_once(host):
    action = host.set_up().desk.offer("7", "2.0")
    host.settings_file.write_text(host.settings_file.read_text().replace('version = "1.0"', 'version = "2.0.0"'))
    host.once()
    assert action.closings[0]["result"]["finished"] == "success"
    assert host.tree() == OLD


def test_where_there_was_nothing_it_is_installed_and_taken_away_if_it_does_not_work(host):
    ill = '[products.desktop.health]\ncommand = ["false"]\nlimit = 0'
    action = host.set_up(more=ill).desk.offer("7", "2.0")
    host.folder.rename(host.home / "away")
    host.once()
    assert not host.folder.exists()
    assert action.closings[0]["code"] == 290
    host.desk.offer("8", "2.0")
    host.settings_file.write_text(host.settings_file.read_text().replace('"false"', '"true"'))
    host.once()
    assert (host.folder / "app.txt").read_text() == "two"


def test_without_room_nothing_is_begun(host):
    action = host.set_up().desk.offer("7", "2.0")
    text = host.settings_file.read_text().replace("room = 0", f"room = {2**62}")
    host.settings_file.write_text(text)
    host.once()
    assert action.closings[0]["code"] == 507
    assert host.desk.ranges == []


def test_an_installer_that_fails_or_hangs_goes_back(host):
    for number, (script, said) in enumerate({"echo broken >&2; exit 3": "broken", "sleep 9": "not done"}.items()):
        content = f'echo half > "$1/app.txt"\n{script}\n'.encode()
        host.desk.publish(f"2.{number + 5}", content, "install.sh")
        host.set_up("script", "limit = 0.2")
        action = host.desk.offer(f"s{number}", f"2.{number + 5}", "install.sh")
        host.once()
        assert host.tree() == OLD
        (closing,) = action.closings
        assert closing["code"] == 290
        assert said in " ".join(closing["details"])


def test_own_backup_and_restore_commands_are_used(host):
    own = (
        'backup = ["cp", "-r", "{folder}", "{backup}/saved"]\n'
        'restore = ["sh", "-c", "rm -r {folder} && cp -r {backup}/saved {folder}"]\n'
        '[products.desktop.health]\ncommand = ["false"]\nlimit = 0'
    )
    action = host.set_up("script", own).desk.offer("7", "2.0", "install.sh")
    host.once()
    assert host.tree() == OLD
    assert action.closings[0]["code"] == 290


def test_what_could_not_be_told_is_told_later_and_once(host):
    action = host.set_up().desk.offer("7", "2.0")
    desk = host.desk

    def passed(point):
        desk.status = 503 if point == "backing_up" else desk.status

    with Service(settings.load(host.settings_file), passed=passed) as service, pytest.raises(OfflineError):
        service.once()
    assert host.tree() == NEW
    assert action.closings == []
    desk.status = 0
    host.once()
    assert len(action.closings) == 1
    host.once()
    assert action.executions[-1] == "closed"
    assert len(action.closings) == 1


def test_a_desk_that_lost_the_closing_word_hears_it_again(host):
    action = host.set_up().desk.offer("7", "2.0")
    host.once()
    action.over = False
    host.once()
    assert len(action.closings) == 2


def test_a_desk_that_is_away_is_asked_ever_more_rarely(host):
    host.set_up()
    host.desk.status = 503
    with host.service() as service:
        waits = [service.guarded(service.once) for _ in range(4)]
        for wait, doubled in zip(waits, (1, 2, 4, 8), strict=True):
            assert FIRST_WAIT * doubled * (1 - JITTER) <= wait <= FIRST_WAIT * doubled * (1 + JITTER)
        host.desk.status = 0
        assert 300 * (1 - JITTER) <= service.guarded(service.once) <= 300 * (1 + JITTER)
        assert service.failures == 0


def test_a_revoked_token_is_said(host):
    host.set_up()
    (host.home / "token").write_text("okd_d0123456789a_another")
    with host.service() as service, pytest.raises(StrangerError):
        service.once()


def test_files_of_the_customer_stay_and_the_archive_s_own_give_way(host):
    package = zipped({"app.txt": "two", "config.ini": "of the vendor", "data/base.txt": "empty"})
    host.desk.publish("2.8", package)
    host.set_up().desk.offer("7", "2.8")
    host.settings_file.write_text(host.settings_file.read_text().replace('["data"]', '["data/*", "config.ini"]'))
    (host.folder / "config.ini").write_text("of the customer")
    host.once()
    assert host.tree() == {
        "app.txt": "two",
        "config.ini": "of the customer",
        "data/base.txt": "of the customer",
    }


def test_two_updaters_of_one_home_do_not_run(host):
    host.set_up()
    with host.service(), pytest.raises(Exception, match="Another process"):
        host.service()
