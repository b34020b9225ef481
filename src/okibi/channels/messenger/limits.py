"""Throughput of an account and of a pair, counted for all processes (``kernel.rates``)."""

from datetime import timedelta

from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.shape import Limits
from okibi.channels.port import SendError
from okibi.kernel.rates import Rate, count


def obey(account: Account, address: str, limits: Limits) -> None:
    """Count one message that is about to leave. Raises SendError (wait, no try lost) where the messenger would refuse.

    The messengers allow bursts too; we do not use them, so that a person's answers never meet a used-up allowance.
    """
    if limits.pair is not None:
        most, seconds = limits.pair
        pair = count(Rate("messenger-pair", most, seconds), f"{account.kind}:{account.name}:{address}")
        if not pair.allowed:
            raise SendError("pair limit", wait=timedelta(seconds=pair.reset))
    through = count(Rate("messenger-account", limits.per_second, 1), f"{account.kind}:{account.name}")
    if not through.allowed:
        raise SendError("throughput limit", wait=timedelta(seconds=through.reset))
