"""Kannel beside its driver, for the contract of gateways."""

import asyncio
import socket
from uuid import uuid4

from okibi.sms.gateways.kannel import pushes
from okibi.sms.gateways.kannel.driver import KannelGateway
from okibi.sms.gateways.kannel.settings_check import SHAPE
from okibi.sms.options import GatewayOptions, LineOptions
from okibi.sms.tests.door import Door
from tests.simulators.kannel import DELIVERED, Kannel

NAMES = ("goip1", "goip2")
SECRETS = {"password": "p", "token": "our-token", "status_password": "s"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def options(url, callback, names=NAMES, secrets=SECRETS, **more):
    lines = tuple(LineOptions(name, "", "", "+7", 0, 0, 0.0) for name in names)
    given = {key: option.default for key, option in SHAPE.options.items()}
    given |= {"sendsms": f"{url}/cgi-bin/sendsms", "username": "u", "admin": url, "callback": callback}
    given |= {"look_seconds": "0.1"} | more
    return GatewayOptions("kannel", "kannel", "Kannel", (), given, lines, secrets)


class World:
    lines = NAMES

    def __init__(self, **more):
        self.kannel, port = Kannel(), free_port()
        self.kannel.reports = [DELIVERED]
        self.options = options(self.kannel.url, f"http://127.0.0.1:{port}", **more)
        self.door = Door(port, pushes.read, self.options)

    def gateway(self, hub):
        self.door.hub = hub
        return KannelGateway(self.options, hub)

    async def start(self):
        self.kannel.__enter__()
        await self.door.start()

    async def stop(self):
        await self.door.stop()
        await asyncio.to_thread(self.kannel.__exit__)

    @property
    def sent(self):
        return self.kannel.taken

    def refuse(self, number, *, permanent):
        (self.kannel.denied if permanent else self.kannel.unroutable).add(number)

    def lose_the_end(self):
        self.kannel.silent = True

    def log_out(self, line):
        self.kannel.offline.add(line)

    async def receive(self, line, sender, text, number=None):
        door = f"{self.door.url}/hooks/sms/kannel/in?token=our-token"
        status = await asyncio.to_thread(self.kannel.receive, door, line, sender, text, str(number or uuid4()))
        return status == 200
