"""The updater's own client at the server's door: an update from the poll to the end, consent, stop, and the signal."""

import httpx
import pytest
from django.test import Client

from okibi.environments.models import Device
from okibi.environments.services import revoke
from okibi.flows import update_runs
from okibi.updates import waking
from okibi.updates.models import Host
from okibi.updates.tests.fleet import OLEG, Fleet, run_of, shipped, token
from okibi_updater import keeping, reports
from okibi_updater.ddi import Door
from okibi_updater.journal import State
from okibi_updater.problems import StrangerError
from okibi_updater.wake import Listener

pytestmark = pytest.mark.django_db
DESK = "http://127.0.0.1:8000"
SEED = "a" * 43


def at_the_door(request: httpx.Request) -> httpx.Response:
    """The server as it stands in this test's transaction."""
    sent = {"content_type": request.headers.get("content-type", "application/json")}
    client = Client(headers={"authorization": request.headers["authorization"]})
    answer = client.generic(request.method, request.url.raw_path.decode(), request.content, **sent)
    return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def host(fleet) -> Host:
    return fleet.host(way="wake", address="127.0.0.1", port=8471)


@pytest.fixture
def door(host) -> Door:
    http = httpx.Client(transport=httpx.MockTransport(at_the_door))
    return Door(http, f"{DESK}/ddi/default/controller/v1/{host.device.public_id}", token(host))


def test_an_update_from_the_poll_to_the_end(fleet, host, door):
    fleet.start(shipped("4.3.0"))
    href = door.poll().links["deploymentBase"]
    found = door.deployment(href)
    assert (found.product, found.version, found.window) == ("desktop", "4.3.0", True)
    assert [each.target for each in found.artefacts] == ["desktop/4.3.0/Setup.exe"]
    steps = (State.ACCEPTED, State.DOWNLOADING, State.DOWNLOADED, State.BACKING_UP, State.INSTALLING, State.CHECKING)
    seen = []
    for step in steps:
        assert door.say(href, reports.step(step, "ru")) == 200
        seen.append(run_of(host).state)
    assert seen == ["offered", "downloading", "downloaded", "installing", "installing", "checking"]
    assert door.say(href, reports.closing(State.SUCCEEDED, "ru", 0)) == 200
    assert (run_of(host).state, Device.objects.get(pk=host.device_id).version) == ("succeeded", "4.3.0")
    assert door.say(href, reports.closing(State.SUCCEEDED, "ru", 0)) == 410
    assert door.deployment(href) is None


def test_one_that_went_back_to_the_old_version(fleet, host, door):
    fleet.start(shipped("4.3.0"))
    href = door.poll().links["deploymentBase"]
    door.say(href, reports.step(State.INSTALLING, "ru"))
    door.say(href, reports.closing(State.ROLLED_BACK, "ru", 0, "Служба не поднялась."))
    run = run_of(host)
    assert (run.state, run.message["ru"]) == ("rolled_back", "возвращена прежняя версия · Служба не поднялась.")


def test_the_person_at_the_computer_is_asked_first(fleet, host, door):
    fleet.start(shipped("4.3.0"), asks_host=True)
    href = door.poll().links["confirmationBase"]
    assert door.deployment(href).version == "4.3.0"
    assert door.say(href, reports.consent("confirmed")) == 200
    assert "deploymentBase" in door.poll().links


def test_a_stop_in_time(fleet, host, door):
    fleet.start(shipped("4.3.0"))
    href = door.poll().links["deploymentBase"]
    door.say(href, reports.step(State.DOWNLOADING, "ru"))
    update_runs.stop(run_of(host).pk, "", OLEG)
    cancel = door.poll().links["cancelAction"]
    assert door.cancelled(cancel) == (str(run_of(host).pk),) * 2
    assert door.say(cancel, reports.feedback("closed", "success", 0, 200, "отменено")) == 200
    assert run_of(host).state == "cancelled"


def test_a_revoked_device_is_a_stranger(host, door):
    revoke(host.device.public_id, OLEG)
    with pytest.raises(StrangerError):
        door.poll()


def test_the_signal_reaches_an_updater_that_learned_who_may_wake_it(host, door, tmp_path, settings):
    settings.OKIBI_WAKE_KEY = SEED
    own = keeping.fingerprint(keeping.wake_certificate(tmp_path).read_text(encoding="ascii"))
    door.tell(f"{door.base}/configData", {"product": "desktop", "version": "4.2.0", "wake.sha256": own})
    desk = tmp_path / "desk.pem"
    desk.write_text(door.poll().certificate, encoding="ascii")
    woken: list[int] = []
    listener = Listener(("127.0.0.1", 0), tmp_path, desk, lambda: woken.append(1))
    try:
        pinned = Host.objects.get(pk=host.pk).fingerprint
        answers = [waking.wake("127.0.0.1", listener.port, pinned, seed, inside=True) for seed in (SEED, "b" * 43)]
    finally:
        listener.close()
    assert answers == [waking.WOKEN, waking.WE_ARE_REFUSED]
    assert woken == [1]
