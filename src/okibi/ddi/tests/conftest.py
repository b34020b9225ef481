"""A fleet with one host, and its updater, which speaks as foreign clients do."""

import json

import pytest
from django.test import Client

from okibi.updates.models import Host
from okibi.updates.tests.fleet import Fleet, run_of, shipped, token


class Updater:
    """One that speaks as foreign clients do."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.base = f"/ddi/default/controller/v1/{host.device.public_id}"
        self.headers = {"authorization": f"TargetToken {token(host)}"}

    def get(self, rest="", **headers):
        return Client(headers={**self.headers, **headers}).get(f"{self.base}{rest}")

    def send(self, method, rest, body):
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        address = f"{self.base}{rest}"
        return Client(headers=self.headers).generic(method, address, text, content_type="application/json")

    def links(self):
        return self.get().json()["_links"]

    def tell(self, execution, result="none", rest="deploymentBase", **status):
        said = {"execution": execution, "result": {"finished": result}, **status}
        return self.send("POST", f"/{rest}/{run_of(self.host).pk}/feedback", {"status": said})


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def updater(fleet) -> Updater:
    return Updater(fleet.host())


@pytest.fixture
def release():
    return shipped("4.3.0")
