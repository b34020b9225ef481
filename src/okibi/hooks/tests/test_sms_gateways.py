"""Gateways that call us: what they say is stored by the same ways as GoIP's, and answered with 200 only then."""

import pytest

from okibi.sms import lines, queue
from okibi.sms.gateways.port import Sent, Unknown
from okibi.sms.models import Line, Sms, SmsIn
from okibi.sms.options import sms_options
from okibi.sms.tests.gateways import ANNA, alive, put

pytestmark = pytest.mark.django_db
FILE = """
format = 1
[[gateway]]
kind = "goip"
name = "office"
password = "secret"
[[gateway.line]]
name = "goip1"
[[gateway]]
kind = "kannel"
name = "kannel"
sendsms = "http://127.0.0.1:9/cgi-bin/sendsms"
username = "u"
password = "p"
token = "our-token"
[[gateway.line]]
name = "smsc1"
"""


@pytest.fixture(autouse=True)
def _file(settings, tmp_path):
    path = tmp_path / "sms.toml"
    path.write_text(FILE)
    path.chmod(0o600)
    settings.OKIBI_SMS = str(path)


def come(client, **more):
    query = {"token": "our-token", "from": ANNA, "text": "привет", "id": "a-1", "smsc": "smsc1"} | more
    return client.get("/hooks/sms/kannel/in", query).status_code


def test_an_sms_that_comes_by_the_door_is_kept_once_though_nobody_had_read_the_file(client):
    assert [come(client), come(client), come(client, id="a-2")] == [200, 200, 200]
    assert [(str(row.line), row.number, row.text) for row in SmsIn.objects.all()] == [
        ("kannel/smsc1", ANNA, "привет")
    ] * 2


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("kannel/in", {"token": "wrong"}, 403),
        ("kannel/elsewhere", {}, 404),
        ("office/in", {}, 404),  # a kind that calls nobody
        ("nobody/in", {}, 404),
    ],
)
def test_strangers_and_what_is_not_there(client, path, more, status):
    query = {"token": "our-token", "from": ANNA, "text": "x"} | more
    assert client.get(f"/hooks/sms/{path}", query).status_code == status
    assert not SmsIn.objects.exists()


@pytest.mark.parametrize(("fate", "then"), [(Sent(), "delivered"), (Unknown("no answer"), "delivered")])
def test_a_report_settles_what_was_sent_and_what_nobody_knew(client, fate, then):
    row = put()
    alive()
    line = lines.listed(sms_options().gateways)["kannel", "smsc1"]
    reference = f"{row.pk}-0123456789ab"
    (claim,) = queue.claim([line], 1, {})
    queue.hand(claim.sms, 1)
    queue.settle(row.pk, line, Sent(reference) if isinstance(fate, Sent) else fate)
    query = {"token": "our-token", "line": "smsc1", "ref": reference, "type": "1"}
    assert client.get("/hooks/sms/kannel/dlr", query).status_code == 200
    assert Sms.objects.get().state == then
    assert Line.objects.get(pk=line).kind == "kannel"
