"""Many SMS through a bad network: a simulated GoIP that loses and repeats packets, and what must hold at the end."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from okibi.sms.gateways.goip.tests.world import free_port
from okibi.sms.keyed import Wanted, submit
from okibi.sms.models import SimUse, Sms
from okibi.sms.tests import gateways
from tests.simulators.goip import Faults, Goip

OWNER = "stormstorm01"
OVER = ("sent", "delivered", "failed", "uncertain")


@dataclass
class Storm:
    """``count`` SMS by ``lines`` SIMs of ``limit`` segments a day; a hundredth of the numbers are refused for good."""

    count: int
    lines: int
    limit: int
    tick: float = 0.15  # a session lasts 18 of them: the database must answer within it
    every: float = 30.0  # ticks between keepalives: each is a write
    loss: float = 0.10
    repeats: float = 0.05
    reports: bool = True  # delivery reports: they settle most of what was uncertain

    def prepare(self, settings, folder):
        port = free_port()
        more = f"day_limit = {self.limit}"
        settings.OKIBI_SMS = gateways.write(
            folder / "sms.toml", port=port, count=self.lines, more=more, tick=str(self.tick)
        )
        for begin in range(0, self.count, 1000):
            numbers = range(begin, min(begin + 1000, self.count))
            wanted = [Wanted(self.number(each), f"Order {each} is ready", reference=str(each)) for each in numbers]
            submit(OWNER, str(begin), wanted)
        errors = {self.number(each): 1 for each in range(0, self.count, 100)}
        faults = Faults(self.loss, self.repeats, late=0.05, slow=(0.05, 0.2), errors=errors, reports=self.reports)
        self.device = Goip(("127.0.0.1", port), lines=self.lines, tick=self.tick, faults=faults, seed=7)
        self.device.every = self.every

    def number(self, each):
        return f"+7900{each:07}"

    def left(self):
        return Sms.objects.exclude(state__in=OVER).count()

    def figures(self):
        found = Sms.objects.values_list("state").annotate(count=Count("id"))
        return dict(found.order_by("state"))

    def check(self):
        """Each once or uncertain, none lost, no SIM beyond its limit. Gives the figures by state."""
        left_device = Counter(to for _, to, _ in self.device.sent)
        for row in Sms.objects.all():
            times = left_device.pop(row.number, 0)
            assert row.state in OVER, row
            if row.state == "uncertain":
                assert row.error
                assert times <= 1, (row.number, times)
            else:
                assert times == (row.state != "failed"), (row.number, row.state, times)
        assert not left_device
        by_line = Counter(line for line, _, _ in self.device.sent)
        assert max(by_line.values()) <= self.limit
        used = list(SimUse.objects.values_list("segments", flat=True))
        assert max(used) <= self.limit
        figures = self.figures()
        assert sum(figures.values()) == self.count
        assert sum(used) == self.count - figures.get("failed", 0)
        return figures


async def until(condition, seconds):
    """Whether it came true in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if condition():
            return True
        await asyncio.sleep(0.05)
    return False
