"""The door of updaters: who is let in, what they are told, what they tell. docs/reference/ddi.md."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from okibi.ddi.asking import KNOWN, WRONG
from okibi.ddi.tests.conftest import Updater
from okibi.environments.models import Device
from okibi.environments.services import revoke
from okibi.flows import update_runs
from okibi.kernel import clock
from okibi.kernel.clock import now
from okibi.policy.agreement_states import AgreementState
from okibi.releases import services as release_services
from okibi.releases.models import ProductLine
from okibi.updates.kinds import Force
from okibi.updates.models import Agreement, Host
from okibi.updates.tests.fleet import OLEG, run_of

pytestmark = pytest.mark.django_db
NIGHTS = {day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


# ---------------------------------------------------------------- who is let in


def test_who_has_nothing_to_do_is_told_when_to_ask_again(updater):
    answer = updater.get()
    assert answer.json() == {"config": {"polling": {"sleep": "00:05:00"}}, "_links": {}}
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


OTHERS = {
    "no token": {"authorization": ""},
    "a token that was made up": {"authorization": "TargetToken okd_daaaaaaaaaaa_" + "x" * 43},
    "another way of signing in": {"authorization": "Bearer okd_daaaaaaaaaaa_" + "x" * 43},
    "a gateway": {"authorization": "GatewayToken x"},
    "a token that is no ASCII": {"authorization": "TargetToken okd_ёё"},
}


@pytest.mark.parametrize("case", OTHERS)
def test_who_shows_no_token_of_a_device_is_not_let_in(updater, case):
    answer = updater.get(**OTHERS[case])
    assert answer.status_code == 401
    assert "TargetToken" in answer.headers["WWW-Authenticate"]


def test_a_revoked_device_is_not_let_in(updater):
    revoke(updater.host.device.public_id, OLEG)
    assert updater.get().status_code == 401


def test_nobody_sees_another_s_work(fleet, updater, release):
    other = Updater(fleet.host())
    fleet.start(release)
    number = run_of(other.host).pk
    mine = updater.headers["authorization"]
    assert other.get(authorization=mine).status_code == 404
    for rest in ("deploymentBase", "cancelAction", "confirmationBase", "installedBase"):
        assert updater.get(f"/{rest}/{number}").status_code == 404
    said = {"status": {"execution": "closed", "result": {"finished": "success"}}}
    assert updater.send("POST", f"/deploymentBase/{number}/feedback", said).status_code == 404
    assert run_of(other.host).state == "scheduled"


def test_another_tenant_has_nothing(updater):
    updater.base = updater.base.replace("default", "acme")
    assert updater.get().status_code == 404


def test_one_device_asks_so_often_and_no_oftener(updater, monkeypatch):
    monkeypatch.setattr("okibi.ddi.asking.KNOWN", type(KNOWN)("ddi-test", 2, 60))
    answers = [updater.get() for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) >= 1


def test_tokens_are_not_guessed(updater, monkeypatch):
    monkeypatch.setattr("okibi.ddi.asking.WRONG", type(WRONG)("ddi-test", 2, 60))
    assert [updater.get(authorization="x").status_code for _ in range(3)] == [401, 401, 429]


# ---------------------------------------------------------------- work


def test_a_deployment_as_hawkbit_words_it(updater, fleet, release):
    fleet.start(release)
    number = run_of(updater.host).pk
    link = updater.links()["deploymentBase"]["href"]
    assert link.endswith(f"{updater.base}/deploymentBase/{number}?c={number}")
    found = updater.get(f"/deploymentBase/{number}").json()
    (chunk,) = found["deployment"].pop("chunks")
    (artefact,) = chunk.pop("artifacts")
    address = artefact.pop("_links")["download"]["href"]
    assert found == {"id": str(number), "deployment": {"download": "attempt", "update": "attempt"}}
    assert chunk == {"part": "bApp", "name": "desktop", "version": "4.3.0"}
    assert artefact["tuf"] == {"targetpath": "desktop/4.3.0/Setup.exe"}
    assert (artefact["filename"], artefact["size"], len(artefact["hashes"]["sha256"])) == ("Setup.exe", 5, 64)
    assert run_of(updater.host).state == "offered"
    file = Client().get(address.partition("8000")[2])
    assert b"".join(file) == b"4.3.0"


def test_while_there_is_work_the_updater_asks_more_often(updater, fleet, release):
    fleet.start(release)
    assert updater.get().json()["config"]["polling"]["sleep"] == "00:01:00"


def test_a_question_takes_few_queries(updater, fleet, release):
    fleet.start(release)
    updater.get()
    with CaptureQueriesContext(connection) as seen:
        updater.get()
    assert len(seen) <= 5


FORCES = {
    "soft": ({"force": Force.SOFT}, "attempt"),
    "forced": ({"force": Force.FORCED}, "forced"),
    "forced from a moment on": ({"force": Force.TIMEFORCED, "forced_at": timedelta(hours=1)}, "attempt"),
}


@pytest.mark.parametrize("case", FORCES)
def test_how_strongly_it_is_offered(updater, fleet, release, case):
    wanted, word = FORCES[case]
    if "forced_at" in wanted:
        wanted = {**wanted, "forced_at": now() + wanted["forced_at"]}
    fleet.start(release, **wanted)
    rest = f"/deploymentBase/{run_of(updater.host).pk}"
    assert updater.get(rest).json()["deployment"]["update"] == word
    if word == "attempt" and "forced_at" in wanted:
        with clock.at(now() + timedelta(hours=2)):
            assert updater.get(rest).json()["deployment"]["update"] == "forced"


@pytest.mark.parametrize(
    ("hour", "window", "update", "state", "told"),
    [
        (12, "unavailable", "skip", "waiting_window", "windowOpens"),
        (20, "available", "attempt", "offered", "windowEnds"),
    ],
)
def test_outside_its_hours_a_host_may_fetch_but_not_install(updater, fleet, release, hour, window, update, state, told):
    Agreement.objects.update(windows=NIGHTS)  # from 22 to 6 in Moscow, that is 19 to 3 UTC
    fleet.start(release)
    with clock.at((now() + timedelta(days=1)).replace(hour=hour, minute=0)):
        found = updater.get(f"/deploymentBase/{run_of(updater.host).pk}").json()["deployment"]
    assert (found["maintenanceWindow"], found["download"], found["update"]) == (window, "attempt", update)
    assert told in found
    assert run_of(updater.host).state == state


def test_nothing_is_offered_outside_the_agreement_or_once_the_release_is_halted(updater, fleet, release):
    fleet.start(release)
    assert "deploymentBase" in updater.links()
    Agreement.objects.update(state=AgreementState.WITHDRAWN.value)
    assert "deploymentBase" not in updater.links()
    assert updater.get(f"/deploymentBase/{run_of(updater.host).pk}").status_code == 410
    Agreement.objects.update(state=AgreementState.CONFIRMED.value)
    release_services.halt(release.pk, "Портит базу.", OLEG)
    assert "deploymentBase" not in updater.links()


def test_what_is_over_is_gone(updater, fleet, release):
    fleet.start(release)
    assert updater.tell("closed", "success").status_code == 200
    assert updater.tell("proceeding").status_code == 410
    assert updater.get(f"/deploymentBase/{run_of(updater.host).pk}").status_code == 410
    assert set(updater.links()) == {"installedBase"}
    found = updater.get(f"/installedBase/{run_of(updater.host).pk}").json()
    assert found["deployment"]["chunks"][0]["version"] == "4.3.0"


def test_progress_and_words_are_kept(updater, fleet, release):
    fleet.start(release)
    result = {"finished": "none", "progress": {"cnt": 1, "of": 2}}
    said = {"execution": "proceeding", "result": result, "code": 200, "details": ["Копия сделана\x00"]}
    number = run_of(updater.host).pk
    assert updater.send("POST", f"/deploymentBase/{number}/feedback", {"status": said}).status_code == 200
    run = run_of(updater.host)
    assert (run.state, run.percent, run.message["ru"]) == ("installing", 65, "Копия сделана")
    assert run.steps.get().details == ["Копия сделана"]


def test_a_run_that_is_called_off_is_confirmed_by_the_updater(updater, fleet, release):
    fleet.start(release)
    updater.tell("download")
    number = run_of(updater.host).pk
    assert updater.get(f"/cancelAction/{number}").status_code == 404
    update_runs.stop(number, "Не сегодня", OLEG)
    assert list(updater.links()) == ["cancelAction"]
    assert updater.get(f"/cancelAction/{number}").json() == {"id": str(number), "cancelAction": {"stopId": str(number)}}
    assert updater.tell("proceeding").status_code == 410
    assert updater.tell("closed", "success", rest="cancelAction").status_code == 200
    assert run_of(updater.host).state == "cancelled"
    assert updater.get(f"/cancelAction/{number}").status_code == 410


def test_what_is_being_installed_can_not_be_stopped_by_the_host_twice(updater, fleet, release):
    fleet.start(release)
    updater.tell("proceeding")
    assert updater.tell("closed", "success", rest="cancelAction").status_code == 410


# ---------------------------------------------------------------- the person at the host


def test_where_the_host_is_asked_nothing_begins_before_somebody_there_agreed(updater, fleet, release):
    fleet.start(release, asks_host=True)
    number = run_of(updater.host).pk
    assert list(updater.links()) == ["confirmationBase"]
    assert updater.get("/confirmationBase").json()["_links"]["confirmationBase"]["href"].endswith(f"/{number}")
    assert updater.get(f"/deploymentBase/{number}").status_code == 404
    assert updater.tell("proceeding").status_code == 410
    asked = updater.get(f"/confirmationBase/{number}").json()["confirmation"]
    assert asked["chunks"][0]["version"] == "4.3.0"
    for _ in range(2):  # said twice, it counts once
        answer = updater.send("POST", f"/confirmationBase/{number}/feedback", {"confirmation": "confirmed", "code": 1})
        assert answer.status_code == 200
    assert list(updater.links()) == ["deploymentBase"]
    assert run_of(updater.host).consented_at is not None
    assert updater.tell("proceeding").status_code == 200


def test_a_no_at_the_host_ends_the_run(updater, fleet, release):
    fleet.start(release, asks_host=True)
    said = {"confirmation": "denied", "details": ["Идёт сдача отчётов"]}
    rest = f"/confirmationBase/{run_of(updater.host).pk}/feedback"
    assert updater.send("POST", rest, said).status_code == 200
    assert run_of(updater.host).state == "rejected"
    assert updater.send("POST", rest, said).status_code == 410


def test_a_yes_at_the_host_starts_nothing_outside_the_agreement(updater, fleet, release):
    fleet.start(release, asks_host=True)
    Agreement.objects.update(state=AgreementState.WITHDRAWN.value)
    rest = f"/confirmationBase/{run_of(updater.host).pk}/feedback"
    assert updater.send("POST", rest, {"confirmation": "confirmed"}).status_code == 410
    assert updater.links() == {}


def test_nobody_agrees_for_who_was_not_asked(updater, fleet, release):
    fleet.start(release)
    rest = f"/confirmationBase/{run_of(updater.host).pk}/feedback"
    assert updater.send("POST", rest, {"confirmation": "confirmed"}).status_code == 404


# ---------------------------------------------------------------- what it says of its host


def test_what_the_updater_says_becomes_the_device_s_report(updater):
    Device.objects.update(reported_at=None, report={})
    assert list(updater.links()) == ["configData"]
    data = {
        "product": "desktop", "version": "4.2.7", "system.family": "windows", "system.version": "10.0.19045",
        "memory_mb": "8192", "updater.version": "1.0",
    }  # fmt: skip
    assert updater.send("PUT", "/configData", {"mode": "merge", "data": data}).status_code == 200
    device = Device.objects.get()
    assert device.version == "4.2.7"
    assert device.report == {
        "system": {"family": "windows", "version": "10.0.19045"},
        "memory_mb": 8192,
        "updater": {"version": "1.0"},
    }
    updater.send("PUT", "/configData", {"mode": "remove", "data": {"memory_mb": "", "version": ""}})
    updater.send("PUT", "/configData", {"data": {"serial": "77"}})
    device = Device.objects.get()
    assert (device.version, "memory_mb" in device.report, device.report["app"]) == ("4.2.7", False, {"serial": "77"})
    assert updater.links() == {}


def test_the_updater_s_certificate_is_known_from_then_on_and_ours_is_told(updater, settings):
    settings.OKIBI_WAKE_KEY = "a" * 43
    Host.objects.update(way="wake", address="10.0.0.5", port=8471)
    answer = updater.send("PUT", "/configData", {"mode": "merge", "data": {"wake.sha256": "AB" * 32}})
    assert answer.status_code == 200
    assert Host.objects.get().fingerprint == "ab" * 32
    wake = updater.get().json()["config"]["wake"]
    assert wake["port"] == 8471
    assert wake["certificate"].startswith("-----BEGIN CERTIFICATE-----")


def test_an_updater_whose_port_is_granted_later_is_asked_for_its_certificate_once(updater, settings):
    settings.OKIBI_WAKE_KEY = "a" * 43
    updater.send("PUT", "/configData", {"data": {"wake.sha256": "ab" * 32}})
    assert "configData" not in updater.links()
    Host.objects.update(way="wake", address="10.0.0.5", port=8471, fingerprint="")
    Agreement.objects.update(confirmed_at=now())
    assert "configData" in updater.links()
    updater.send("PUT", "/configData", {"data": {"product": "desktop"}})  # it does not listen
    assert "configData" not in updater.links()


def test_what_was_installed_by_hand_counts_as_reported(updater):
    ProductLine.objects.get_or_create(product="desktop")
    assert updater.send("PUT", "/installedBase", {"name": "desktop", "version": "4.9.0"}).status_code == 201
    assert Device.objects.get().version == "4.9.0"
    assert updater.send("PUT", "/installedBase", {"name": "doom", "version": "1"}).status_code == 400
