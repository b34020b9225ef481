"""Who may call, and how often: bounds that a flood meets before it costs anything."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from okibi.channels.sip.options import SipOptions

HOUR = 3600.0
KEPT = 5000  # callers, and calls that ended, that are remembered
PACKETS = 200  # a second that strangers may send, all of them together


@dataclass(frozen=True, slots=True)
class Refusal:
    """A SIP answer to a call that is not taken."""

    status: int
    reason: str
    retry_after: int = 0  # seconds


BUSY = Refusal(486, "Busy Here", 30)
TOO_OFTEN = Refusal(486, "Busy Here", 600)
ENDED = Refusal(482, "Loop Detected")


class Gate:
    """Decides on packets and calls. ``clock`` gives seconds that only grow."""

    def __init__(self, options: SipOptions, clock: Callable[[], float] = time.monotonic) -> None:
        self.options = options
        self.clock = clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._second, self._packets = 0.0, 0

    def is_trunk(self, host: str) -> bool:
        """Whether an address is one of the configured trunks."""
        try:
            address = ipaddress.IPv4Address(host)
        except ValueError:
            return False
        return any(address in network for network in self.options.trunks)

    def hears(self, host: str) -> bool:
        """Whether a packet from there is looked at. Where trunks are named, nobody else is heard, or answered."""
        if self.options.trunks:
            return self.is_trunk(host)
        second = self.clock() // 1
        if second != self._second:
            self._second, self._packets = second, 0
        self._packets += 1
        return self._packets <= PACKETS

    def admit(self, host: str, caller: str, call_id: str, running: int) -> Refusal | None:
        """Count a new call; the answer where it is one too many."""
        if call_id in self._ended:
            return ENDED
        if running >= self.options.calls:
            return BUSY
        keys = [caller] if caller else []
        if not self.is_trunk(host):  # a stranger may write any number, so the address counts too
            keys.append(host)
        if not all(self._may(key) for key in keys):
            return TOO_OFTEN
        for key in keys:
            self._calls.setdefault(key, deque()).append(self.clock())
            self._calls.move_to_end(key)
        while len(self._calls) > KEPT:
            self._calls.popitem(last=False)
        return None

    def over(self, call_id: str) -> None:
        """A call ended: a late copy of its INVITE makes no second one."""
        self._ended[call_id] = None
        while len(self._ended) > KEPT:
            self._ended.popitem(last=False)

    def _may(self, key: str) -> bool:
        calls = self._calls.get(key)
        if not calls:
            return True
        while calls and calls[0] <= self.clock() - HOUR:
            calls.popleft()
        return len(calls) < self.options.calls_per_hour
