"""A message centre beside its driver, for the contract of gateways."""

import asyncio
import socket

from okibi.sms.gateways.smpp.driver import SmppGateway
from okibi.sms.gateways.smpp.settings_check import SHAPE
from okibi.sms.options import GatewayOptions, LineOptions
from tests.simulators.smsc import Smsc

NAMES = ("esme1", "esme2")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def options(port, names=NAMES, notation="+7", **more):
    lines = tuple(LineOptions(name, "", "", notation, 0, 0, 0.0, "secret") for name in names)
    given = {key: option.default for key, option in SHAPE.options.items()}
    given |= {"address": f"127.0.0.1:{port}", "enquire_seconds": "0.3", "answer_seconds": "0.5"} | more
    return GatewayOptions("smpp", "operator", "Operator", (), given, lines)


class World:
    """The other side by smpp34's server."""

    lines = NAMES

    def __init__(self, **more):
        self.options = options(free_port(), **more)
        self.centre = Smsc(int(self.options.options["address"].rpartition(":")[2]))
        self._gateway = None

    def gateway(self, hub):
        self._gateway = SmppGateway(self.options, hub)
        for line in self._gateway.lines.values():
            line.again = (0.02,)
        return self._gateway

    async def start(self):
        await self.centre.start()

    async def stop(self):
        await self.centre.stop()

    @property
    def sent(self):
        return self.centre.sent

    def refuse(self, number, *, permanent):
        self.centre.errors[number] = 0x0B if permanent else 0x45

    def lose_the_end(self):
        self.centre.silent = True

    async def log_out(self, line):
        await self.centre.stop()
        async with asyncio.timeout(20):
            while self._gateway.is_ready(line):  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.01)

    async def receive(self, line, sender, text, number=None):
        return await self.centre.receive(line, sender, text)
