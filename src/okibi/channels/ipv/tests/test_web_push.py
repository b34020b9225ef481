"""A push arrives encrypted and signed; and nothing of ours can be sent where it must not go."""

import base64
import json

import pytest

from okibi.channels.ipv import web_push
from okibi.channels.ipv.web_push import GoneError, Target, UnsafeEndpointError
from okibi.channels.port import SendError
from okibi.ops.paths import Paths
from tests.simulators.push import PushServer

CONTENT = json.dumps({"number": "26-001042"}).encode()


@pytest.fixture
def server(settings, tmp_path):
    paths = Paths(tmp_path / "data")
    paths.make()
    with PushServer() as server:
        settings.OKIBI_WEB_PUSH, settings.OKIBI_WEB_PUSH_TEST_SERVER = True, server.url
        settings.OKIBI_VAPID_KEY = paths.read_secret("vapid_key")
        yield server


@pytest.fixture
def browser(server):
    return server.subscribe(web_push.public_key())


def target(browser, **other):
    return Target(**({"endpoint": browser.endpoint, **browser.keys} | other))


def test_it_arrives_and_only_the_browser_can_read_it(server, browser):
    web_push.check(target(browser))
    web_push.deliver(target(browser), CONTENT)
    assert server.received == [(browser.endpoint, {"number": "26-001042"})], server.refused
    assert server.headers[0]["urgency"] == "high"


def test_a_cancelled_subscription_is_told_apart(server, browser):
    server.forget(browser)
    with pytest.raises(GoneError):
        web_push.deliver(target(browser), CONTENT)


@pytest.mark.parametrize(("status", "permanent"), [(503, False), (429, False), (500, False), (400, True), (413, True)])
def test_another_time_and_never_are_told_apart(server, browser, status, permanent):
    server.answers = [status]
    with pytest.raises(SendError) as failed:
        web_push.deliver(target(browser), CONTENT)
    assert failed.value.permanent_failure is permanent
    web_push.deliver(target(browser), CONTENT)
    assert len(server.received) == 1


def test_a_server_that_is_away_is_an_error_for_now(server, browser):
    gone = target(browser)
    server._http.shutdown()
    server._http.server_close()
    with pytest.raises(SendError) as failed:
        web_push.deliver(gone, CONTENT)
    assert failed.value.unreachable


def test_a_redirect_is_not_followed(server, browser):
    with PushServer() as inside:
        server.moved_to = f"{inside.url}/secret"
        with pytest.raises(SendError) as failed:
            web_push.deliver(target(browser), CONTENT)
        assert (failed.value.permanent_failure, inside.headers) == (True, [])


def test_switched_off_nothing_leaves_and_no_key_is_offered(server, browser, settings):
    settings.OKIBI_WEB_PUSH = False
    assert web_push.public_key() == ""
    with pytest.raises(SendError):
        web_push.deliver(target(browser), CONTENT)
    assert server.headers == []


BAD_PLACES = [
    "http://push.example.org/x",
    "https://127.0.0.1/x",
    "https://10.0.0.1/x",
    "https://169.254.169.254/latest",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fd00::1]/x",
    "https://0.0.0.0/x",
    "https://224.0.0.1/x",
    "https://user:password@push.example.org/x",
    "https://push.example.org:0/x",
    "https://push.example.org:99999/x",
    "https:///x",
    "file:///etc/passwd",
    "ftp://push.example.org/x",
    "https://push.example.org/" + "x" * 1000,
    "https://пример.рф/x",
    "",
]


@pytest.mark.parametrize("endpoint", BAD_PLACES)
def test_a_place_that_is_no_push_service_is_refused_when_it_is_given(server, browser, endpoint):
    with pytest.raises(UnsafeEndpointError):
        web_push.check(target(browser, endpoint=endpoint))


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433"])
def test_a_name_that_leads_inside_is_refused_when_it_is_sent_to(server, browser, host):
    """Whatever the name says when it is given, the address counts to which it leads when we connect."""
    port = server.url.rpartition(":")[2]
    with pytest.raises((UnsafeEndpointError, SendError)):
        web_push.deliver(target(browser, endpoint=f"https://{host}:{port}/x"), CONTENT)
    assert server.headers == []


def test_only_the_very_test_server_is_spared(server, browser, settings):
    with PushServer() as another:
        with pytest.raises(UnsafeEndpointError):
            web_push.check(target(browser, endpoint=f"{another.url}/x"))
        with pytest.raises(UnsafeEndpointError):
            web_push.deliver(target(browser, endpoint=f"{another.url}/x"), CONTENT)
        settings.OKIBI_WEB_PUSH_TEST_SERVER = ""
        with pytest.raises(UnsafeEndpointError):
            web_push.deliver(target(browser), CONTENT)
        assert another.headers == []


BAD_KEYS = {
    "no point of the curve": {"p256dh": base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode()},
    "too short": {"p256dh": "BA"},
    "no base64": {"p256dh": "ж" * 87},
    "a short secret": {"auth": "AAAA"},
    "nothing": {"p256dh": "", "auth": ""},
}


@pytest.mark.parametrize("keys", BAD_KEYS.values(), ids=BAD_KEYS)
def test_odd_keys_are_refused(server, browser, keys):
    with pytest.raises(UnsafeEndpointError):
        web_push.check(target(browser, **keys))


def test_the_secret_is_a_key_of_the_curve_and_stays(tmp_path):
    paths = Paths(tmp_path / "data")
    paths.make()
    first = paths.read_secret("vapid_key")
    paths.make()
    assert paths.read_secret("vapid_key") == first
    assert len(base64.urlsafe_b64decode(first + "=")) == 32
    assert (paths.secrets / "vapid_key").stat().st_mode & 0o777 == 0o600
