"""What foreign clients of hawkBit's DDI send is answered as they know it."""

import json
from pathlib import Path

import pytest
from django.test import Client

from okibi.updates.tests.fleet import Fleet, run_of, shipped, token

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.json"))


@pytest.mark.django_db
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_a_foreign_client_gets_through_an_update(fixture):
    fleet = Fleet()
    host = fleet.host()
    fleet.start(shipped("4.3.0"))
    number = str(run_of(host).pk)
    base = f"/ddi/default/controller/v1/{host.device.public_id}"
    client = Client(headers={"authorization": f"TargetToken {token(host)}", "accept": "application/json"})
    for asked in json.loads(fixture.read_text(encoding="utf-8"))["requests"]:
        body = json.dumps(asked.get("body", "")).replace("{id}", number) if "body" in asked else ""
        address = base + asked["path"].replace("{id}", number)
        answer = client.generic(asked["method"], address, body, content_type="application/json;charset=UTF-8")
        assert answer.status_code == asked["status"], (asked, answer.content)
        if "link" in asked:
            assert asked["link"] in answer.json()["_links"]
        if "state" in asked:
            assert run_of(host).state == asked["state"]
