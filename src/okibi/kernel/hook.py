"""What a server of somebody else's sent to the door for pushes. Channels and gateways read it; neither knows HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One request of a vendor's server or of a gateway; ``headers`` by lower-case name, ``body`` as it came."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    content_type: str = ""
    path: str = ""  # what stood after the account: some services add the name of the event
