"""How the channels stand: what waits, what failed, what is missing in the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okibi.channels.models import Inbound, Outbound
from okibi.channels.registry import ADAPTERS, channel
from okibi.kernel.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of rows, and per channel what an operator would have to mend."""

    unread: int
    unreadable: int
    queued: int
    failed: int
    problems: Mapping[str, Sequence[Sentence]]


def standing() -> Standing:
    """Four counts over partial indexes."""
    received, outgoing = Inbound.objects, Outbound.objects
    return Standing(
        unread=received.filter(state__in=[Inbound.State.RECEIVED, Inbound.State.FAILED]).count(),
        unreadable=received.filter(state=Inbound.State.UNREADABLE).count(),
        queued=outgoing.filter(state__in=[Outbound.State.QUEUED, Outbound.State.SENDING]).count(),
        failed=outgoing.filter(state__in=[Outbound.State.FAILED, Outbound.State.UNCERTAIN]).count(),
        problems={kind: channel(kind).problems() for kind in ADAPTERS},
    )
