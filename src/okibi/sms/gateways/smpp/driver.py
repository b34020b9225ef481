"""A message centre: one session (or a pair) for each line of the file."""

from okibi.sms.gateways.port import Fate, Hand, Hub, Order, UssdError
from okibi.sms.gateways.smpp.line import SmppLine
from okibi.sms.options import GatewayOptions


class SmppGateway:
    """Connects by itself and keeps connecting: a message centre that is away is no reason not to start."""

    def __init__(self, options: GatewayOptions, hub: Hub) -> None:
        self.lines = {line.name: SmppLine(options, line, hub) for line in options.lines}

    async def start(self) -> None:
        for line in self.lines.values():
            line.start()

    async def stop(self) -> None:
        for line in self.lines.values():
            await line.stop()

    def is_ready(self, line: str) -> bool:
        return self.lines[line].is_ready()

    async def send(self, line: str, order: Order, hand: Hand) -> Fate:
        return await self.lines[line].send(order, hand)

    async def ussd(self, line: str, code: str) -> str:  # noqa: ARG002
        raise UssdError("a message centre takes no USSD codes")


GATEWAY = SmppGateway
