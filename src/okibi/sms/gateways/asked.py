"""What gateways have in common that never come to us: asked now and then whether they live, and before each SMS too."""

import asyncio
import contextlib
import time
from datetime import timedelta

import structlog

from okibi.sms.gateways.http import AwayError, LostError
from okibi.sms.gateways.port import Fate, Hand, Hub, LineNews, Order, Trouble, UssdError
from okibi.sms.options import GatewayOptions, LineOptions

log = structlog.get_logger(__name__)

DEAD_AFTER = 92.0  # seconds, as for all lines
AWAY, NO_NETWORK = timedelta(seconds=20), timedelta(minutes=1)


class AskedLine:
    """What is known of one line."""

    def __init__(self, options: LineOptions) -> None:
        self.options = options
        self.heard_at = 0.0
        self.has_network = False
        self.busy_until = 0.0
        self.talk = asyncio.Lock()

    def is_ready(self) -> bool:
        moment = time.monotonic()
        alive = self.heard_at > 0 and moment - self.heard_at < DEAD_AFTER
        return alive and self.has_network and not self.talk.locked() and moment >= self.busy_until


class AskedGateway:
    """A kind says how to :meth:`look` at a line and how to :meth:`carry` an SMS; ``every``: seconds between looks."""

    def __init__(self, options: GatewayOptions, hub: Hub) -> None:
        self.options, self.hub = options, hub
        self.lines = {line.name: AskedLine(line) for line in options.lines}
        self.every = float(options.options["look_seconds"])
        self._task: asyncio.Task[None] | None = None

    async def look(self, line: AskedLine) -> LineNews:
        """Raises AwayError, LostError."""
        raise NotImplementedError

    async def carry(self, line: AskedLine, order: Order, hand: Hand) -> Fate:
        """Of a line that was looked at just now."""
        raise NotImplementedError

    # ------------------------------------------------------------------ the port

    async def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def is_ready(self, line: str) -> bool:
        return self.lines[line].is_ready()

    async def send(self, line: str, order: Order, hand: Hand) -> Fate:
        """One at a time; a line that does not answer now is given nothing."""
        known = self.lines[line]
        async with known.talk:
            known.busy_until = time.monotonic() + known.options.pace
            try:
                await self._looked(known)
            except (AwayError, LostError) as error:
                known.heard_at = 0.0
                return Trouble(f"the gateway does not answer: {error}"[:200], AWAY)
            if not known.has_network:
                return Trouble("no network", NO_NETWORK)
            return await self.carry(known, order, hand)

    async def ussd(self, line: str, code: str) -> str:  # noqa: ARG002
        raise UssdError("this gateway takes no USSD codes")

    # ------------------------------------------------------------------ whether it lives

    async def _watch(self) -> None:
        while True:
            for line in self.lines.values():
                try:
                    news = await self._looked(line)
                except (AwayError, LostError) as error:
                    log.warning("sms_gateway_away", gateway=self.options.name, line=line.options.name, error=str(error))
                else:
                    await self._tell(line, news)
            await asyncio.sleep(self.every)

    async def _looked(self, line: AskedLine) -> LineNews:
        news = await self.look(line)
        line.heard_at, line.has_network = time.monotonic(), bool(news.has_network)
        return news

    async def _tell(self, line: AskedLine, news: LineNews) -> None:
        try:
            await self.hub.alive(line.options.name, news)
        except Exception as error:  # noqa: BLE001  the database is away: the gateway is not
            log.warning(
                "sms_gateway_not_told", gateway=self.options.name, error=f"{type(error).__name__}: {error}"[:200]
            )
