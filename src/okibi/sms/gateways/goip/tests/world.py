"""A GoIP beside its driver, for the contract of gateways."""

import asyncio
import random
import socket

from okibi.sms.gateways.goip.driver import GoipGateway
from okibi.sms.options import GatewayOptions, LineOptions
from tests.simulators.goip import Faults, Goip

TICK = 0.05


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def options(port, lines=2, password="secret", **more):
    names = [f"goip{number + 1}" for number in range(lines)]
    made = tuple(LineOptions(name, "", "", "+7", 0, 0, 0.0, password) for name in names)
    given = {"listen": f"127.0.0.1:{port}", "repeat_send": "yes", "tick": str(TICK)} | more
    return GatewayOptions("goip", "office", "GoIP", (), given, made)


class World:
    """``refuse``, ``lose_the_end`` and ``log_out`` change what the device does; ``sent`` is what left it."""

    lines = ("goip1", "goip2")

    def __init__(self):
        port = free_port()
        self.options = options(port)
        self.faults = Faults()
        self.device = Goip(("127.0.0.1", port), lines=2, tick=TICK, faults=self.faults, seed=random.randrange(9999))

    def gateway(self, hub):
        return GoipGateway(self.options, hub)

    async def start(self):
        await self.device.start()

    async def stop(self):
        await self.device.stop()

    @property
    def sent(self):
        return self.device.sent

    def refuse(self, number, *, permanent):
        self.faults.errors[number] = 1 if permanent else 38

    def lose_the_end(self):
        self.faults.silent_ends = 1.0

    def log_out(self, line):
        self.device.lines[self.lines.index(line)].network = False

    def receive(self, line, sender, text, number=None):
        told = self.device.lines[self.lines.index(line)].tell("RECEIVE", f"srcnum:{sender};msg:{text}", number)
        return asyncio.ensure_future(told)
