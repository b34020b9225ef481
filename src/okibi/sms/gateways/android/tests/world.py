"""A telephone beside its driver, for the contract of gateways."""

import asyncio
import socket

from okibi.sms.gateways.android import pushes
from okibi.sms.gateways.android.driver import AndroidGateway
from okibi.sms.gateways.android.settings_check import SHAPE
from okibi.sms.options import GatewayOptions, LineOptions
from okibi.sms.tests.door import Door
from tests.simulators.android import KEY, Phone

NAMES = ("sim1", "sim2")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def options(url, callback, names=NAMES, password="p", key=KEY, **more):
    lines = tuple(LineOptions(name, "", "", "+7", 0, 0, 0.0) for name in names)
    given = {name: option.default for name, option in SHAPE.options.items()}
    given |= {"address": url, "callback": callback, "look_seconds": "0.1", "ask_seconds": "0.02"}
    given |= {"wait_seconds": "0.5"} | more
    return GatewayOptions("android", "phone", "Phone", (), given, lines, {"password": password, "signing_key": key})


class World:
    lines = NAMES

    def __init__(self, **more):
        self.phone, port = Phone(), free_port()
        self.options = options(self.phone.url, f"http://127.0.0.1:{port}", **more)
        self.door = Door(port, pushes.read, self.options)

    def gateway(self, hub):
        self.door.hub = hub
        return AndroidGateway(self.options, hub)

    async def start(self):
        self.phone.__enter__()
        await self.door.start()

    async def stop(self):
        await self.door.stop()
        await asyncio.to_thread(self.phone.__exit__)

    @property
    def sent(self):
        return self.phone.left

    def refuse(self, number, *, permanent):
        self.phone.errors[number] = "Invalid phone number" if permanent else "RESULT_ERROR_GENERIC_FAILURE"

    def lose_the_end(self):
        self.phone.silent = True

    def log_out(self, line):
        self.phone.deaf = True  # the telephone left the building

    async def receive(self, line, sender, text, number=None):
        sim = int(line.removeprefix("sim"))
        return await asyncio.to_thread(self.phone.receive, sender, text, sim, str(number or "")) == 200
