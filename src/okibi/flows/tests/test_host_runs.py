"""A version goes to a server without an updater by SSH: the whole course, and a worker that dies at every step."""

import io
import tarfile
import time
from datetime import timedelta

import pytest

from okibi.customers.models import Licence
from okibi.feeds.tests.conftest import Desk, read_file
from okibi.flows import host_access, host_runs, update_agreement, update_plan, update_runs, work
from okibi.flows.update_plan import Wanted
from okibi.journal.selectors import of_subject
from okibi.kernel import clock
from okibi.kernel.errors import InputError
from okibi.releases.models import Release, TrustedFile
from okibi.tickets.models import Ticket
from okibi.updates.models import Agreement, Host, Run
from okibi.updates.recipe import Install, Recipe
from okibi.updates.tests.fleet import OLEG, Fleet, run_of
from tests.letters import mail, placed
from tests.simulators.ssh import SshHost

pytestmark = pytest.mark.django_db
DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def archive(**files) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as opened:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            opened.addfile(info, io.BytesIO(text.encode()))
    return made.getvalue()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with SshHost(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def program(tmp_path):
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "VERSION").write_text("4.2.0\n")
    return folder


@pytest.fixture
def fleet(settings, tmp_path):
    settings.OKIBI_UPDATES_WAKE_INSIDE = True
    settings.OKIBI_DATA = str(tmp_path / "data")
    return Fleet()


@pytest.fixture
def publish(fleet):
    desk = Desk().hold_ceremony()

    def publish(version="4.3.0", content=None):
        content = archive(VERSION=f"{version}\n") if content is None else content
        file = read_file(content, "server.tar.gz", platform="linux", architecture="any", kind="archive", facts={})
        return desk.publish(version, files=[file])

    return publish


def made_ready(fleet, server, program, **changes) -> Host:
    """A host whose login is kept, whose key is confirmed, whose version is known."""
    host = Host.objects.create(
        agreement=fleet.agreement, name="Сервер", way="ssh", address="127.0.0.1", port=server.port
    )
    host_access.keep_login(host.pk, "okibi", "right", "", OLEG)
    given = {"limit": 20, "health_limit": 1, **changes}
    recipe = Recipe("desktop", Install.ARCHIVE, str(program), f"cat {program}/VERSION", **given)
    host_access.keep_recipe(host.pk, recipe, OLEG)
    host_access.try_way(host.pk, OLEG)
    host_access.confirm_key(host.pk, server.pin, OLEG)
    assert host_access.try_way(host.pk, OLEG).code == "reached"
    return Host.objects.select_related("device").get(pk=host.pk)


@pytest.fixture
def host(fleet, server, program):
    return made_ready(fleet, server, program)


def started(host, release) -> Run:
    update_plan.start(release.pk, Wanted([host.pk]), OLEG)
    return run_of(host)


def finished(host) -> Run:
    until = time.monotonic() + 60
    while (run := run_of(host)).ended_at is None and time.monotonic() < until:
        for run_id in host_runs.due():
            host_runs.advance(run_id, time.monotonic() + 5)
    return run


def test_the_whole_course(host, publish, program):
    run = started(host, publish())
    run = finished(host)
    assert (run.state, run.percent, run.message["ru"]) == ("succeeded", 100, "новая версия стоит и работает")
    assert (program / "VERSION").read_text() == "4.3.0\n"
    host.device.refresh_from_db()
    assert host.device.version == "4.3.0"
    said = [(step.execution, step.details[0]) for step in run.steps.order_by("id")]
    assert [each for each, _ in said][:3] == ["download", "downloaded", "proceeding"]
    assert said[-2:] == [("proceeding", "проверяется, работает ли"), ("closed", "новая версия стоит и работает")]
    codes = [entry.code for entry in of_subject("update", run.batch_id)]
    assert codes == ["update.planned", "update.signed_in", "update.begun", "update.succeeded"]
    assert not list((host_home(host)).iterdir())


def host_home(host):
    return SERVERS[host.port].home / ".okibi-updates"


SERVERS: dict[int, SshHost] = {}


@pytest.fixture(autouse=True)
def _known(server, monkeypatch):
    SERVERS[server.port] = server
    monkeypatch.setattr(host_runs, "LOOK", 0.05)


class KilledError(BaseException):
    """A worker ends without a word: nothing of it is caught."""


STEPS = ("piece", "proceeding", "begun", "looked")
MORE = ("signed in", "copied", "downloaded", "ended")


@pytest.mark.parametrize("step", [*STEPS, *(pytest.param(each, marks=pytest.mark.long) for each in MORE)])
def test_a_worker_that_dies_at_any_step_is_followed_by_one_that_goes_on(fleet, server, program, publish, step):
    count = program.parent / "count"
    host = made_ready(fleet, server, program, start=f"echo x >> {count}")
    run = started(host, publish())

    def dies(at):
        if at == step:
            raise KilledError

    with pytest.raises(KilledError):
        host_runs.advance(run.pk, time.monotonic() + 20, dies)
    server.cut()
    Run.objects.update(held_until=None)  # a minute later
    assert finished(host).state == "succeeded"
    assert count.read_text() == "x\n"  # installed once
    assert (program / "VERSION").read_text() == "4.3.0\n"
    assert Run.objects.count() == 1


def test_the_circle_closes_by_the_version_found_at_the_host(host, publish, fleet):
    ticket = placed(mail())
    Ticket.objects.filter(pk=ticket.pk).update(product="desktop", organisation=fleet.cast.ryabina)
    work.plan(ticket.pk, fleet.cast.vera, "4.3.0")
    started(host, publish())
    finished(host)
    assert Ticket.objects.get(pk=ticket.pk).state == "solved"


def test_a_host_that_somebody_holds_is_left_alone(host, publish):
    run = started(host, publish())
    Run.objects.update(held_until=clock.now() + timedelta(seconds=50))
    assert host_runs.due() == []
    host_runs.advance(run.pk)
    assert run_of(host).state == "scheduled"


def test_one_that_does_not_work_goes_back_and_counts_as_broken(fleet, server, program, publish):
    host = made_ready(fleet, server, program, health=f"! grep -q 4.3 {program}/VERSION")
    started(host, publish())
    run = finished(host)
    assert run.state == "rolled_back"
    assert "проверка работы не прошла" in run.message["ru"].lower()
    assert (program / "VERSION").read_text() == "4.2.0\n"
    host.device.refresh_from_db()
    assert host.device.version == "4.2.0"


def test_nothing_happens_outside_the_hours(host, publish, program, server):
    moment = clock.now()
    other = DAY[(moment + timedelta(days=3)).weekday()]
    Agreement.objects.update(windows={other: ["00:00-01:00"]}, zone="UTC")
    run = started(host, publish())
    server.tried.clear()
    host_runs.advance(run.pk)
    assert (run_of(host).state, host_runs.due(), server.tried) == ("waiting_window", [], [])
    host_runs.advance(run.pk)
    assert (run_of(host).state, server.tried) == ("waiting_window", [])


def test_hours_that_end_while_the_file_is_on_its_way_stop_it(host, publish, monkeypatch):
    monkeypatch.setattr(host_runs, "TOLD_EVERY", 0)
    run = started(host, publish())

    def closes(at):
        if at == "piece":
            day = DAY[(clock.now() + timedelta(days=3)).weekday()]
            Agreement.objects.update(windows={day: ["00:00-01:00"]})

    host_runs.advance(run.pk, time.monotonic() + 20, closes)
    assert (run_of(host).state, host_runs.due()) == ("downloading", [])


STOPS = {
    "stopped by a specialist": lambda run, cast: update_runs.stop(run.pk, "не сегодня", OLEG),
    "withdrawn": lambda run, cast: update_agreement.withdraw_by_desk(run.agreement_id, cast.oleg),
}


@pytest.mark.parametrize("at", ["signed in", "downloaded"])
@pytest.mark.parametrize("case", STOPS)
def test_what_is_called_off_never_begins(host, publish, program, fleet, case, at):
    run = started(host, publish())

    def called_off(step):
        if step == at:
            STOPS[case](run, fleet.cast)

    host_runs.advance(run.pk, time.monotonic() + 20, called_off)
    assert finished(host).state == "cancelled"
    assert (program / "VERSION").read_text() == "4.2.0\n"


def test_access_that_ends_in_the_middle_ends_it_named(host, publish, fleet):
    run = started(host, publish())

    def withdrawn(step):
        if step == "begun":
            update_agreement.withdraw_by_desk(run.agreement_id, fleet.cast.oleg)
            raise KilledError

    with pytest.raises(KilledError):
        host_runs.advance(run.pk, time.monotonic() + 20, withdrawn)
    Run.objects.update(held_until=None)
    run = finished(host)
    assert (run.state, "мы уже не увидим" in run.message["ru"]) == ("uncertain", True)
    assert Release.objects.get(pk=run.release_id).state == "published"


def test_nobody_looks_on_at_the_host_once_the_access_is_withdrawn(host, publish, fleet):
    run = started(host, publish())
    looks = []

    def withdrawn(step):
        looks.append(step)
        if step == "begun":
            update_agreement.withdraw_by_desk(run.agreement_id, fleet.cast.oleg)

    host_runs.advance(run.pk, time.monotonic() + 20, withdrawn)
    run = run_of(host)
    assert (run.state, run.steps.last().execution) == ("uncertain", "unseen")
    assert looks[-1] == "begun"


def test_a_changed_key_stops_everything(host, publish, server):
    run = started(host, publish())
    Host.objects.update(fingerprint="ecdsa-sha2-nistp256 SHA256:before")
    server.tried.clear()
    host_runs.advance(run.pk)
    run = run_of(host)
    assert (run.state, server.tried) == ("rejected", [])
    assert "Всё остановлено" in run.message["ru"]
    assert Host.objects.get(pk=host.pk).shown == server.pin


def test_a_refused_login_is_tried_once(host, publish, server):
    run = started(host, publish())
    host_access.keep_login(host.pk, "okibi", "changed", "", OLEG)
    server.tried.clear()
    host_runs.advance(run.pk)
    host_runs.advance(run.pk)
    assert (run_of(host).state, server.tried) == ("rejected", ["okibi"])


def test_a_host_that_is_off_is_tried_again(host, publish):
    run = started(host, publish())
    Host.objects.update(address="127.0.0.2")
    host_access.keep_login(host.pk, "okibi", "right", "", OLEG)
    host_runs.advance(run.pk)
    assert (run_of(host).state, host_runs.due()) == ("scheduled", [run.pk])
    assert Host.objects.get(pk=host.pk).last_test["code"] == "refused"


def test_one_that_falls_silent_while_installing_ends_named(host, publish):
    run = started(host, publish())
    update_runs.told(host.device, run.pk, update_runs.Said("proceeding"))
    Host.objects.update(address="127.0.0.2")
    host_access.keep_login(host.pk, "okibi", "right", "", OLEG)
    host_runs.advance(run.pk)
    assert run_of(host).state == "installing"
    with clock.at(clock.now() + timedelta(hours=3)):
        host_runs.advance(run.pk)
    assert (run_of(host).state, "перестал отвечать" in run_of(host).message["ru"]) == ("failed", True)


def test_an_unsigned_file_goes_nowhere(host, publish, program):
    release = publish()
    TrustedFile.objects.filter(role="desktop").delete()
    started(host, release)
    run = finished(host)
    assert (run.state, "не подписан" in run.message["ru"]) == ("rejected", True)
    assert (program / "VERSION").read_text() == "4.2.0\n"


def test_a_version_that_came_by_hand_is_not_installed_again(host, publish, program):
    started(host, publish())
    (program / "VERSION").write_text("4.3.0")
    run = finished(host)
    assert (run.state, run.message["ru"]) == ("succeeded", "Эта версия уже стоит.")
    assert "update.begun" not in [entry.code for entry in of_subject("update", run.batch_id)]


WHY = {
    "no login": ({"secret": None}, "имя и пароль"),
    "no recipe": ({"recipe": {}}, "что и как"),
    "the key is not confirmed": ({"fingerprint": ""}, "не подтверждён"),
    "the key has changed": ({"shown": "ssh-rsa SHA256:x"}, "изменился"),
    "never tried": ({"device": None}, "не проверяли"),
}


@pytest.mark.parametrize("case", WHY)
def test_who_can_not_be_updated_yet_and_why(host, publish, case):
    change, words = WHY[case]
    Host.objects.update(**change)
    (line,) = update_plan.plan(publish().pk)
    assert words in line.why.ru


def test_nobody_can_be_asked_at_a_server(host, publish):
    with pytest.raises(InputError) as error:
        update_plan.start(publish().pk, Wanted([host.pk], asks_host=True), OLEG)
    assert error.value.data["field"] == "asks_host"


def test_a_licence_has_to_cover_it_here_too(host, publish):
    Licence.objects.all().delete()
    (line,) = update_plan.plan(publish().pk)
    assert "Лицензия" in line.why.ru
