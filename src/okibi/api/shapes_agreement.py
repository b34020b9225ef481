"""What a customer grants for automatic updates, as shapes."""

from datetime import datetime
from typing import Literal

from ninja import Schema


class AgreementHost(Schema):
    """One computer. ``reach``: how the server gets it to look for its version, in words; ``device``: its public id."""

    name: str
    device: str | None
    way: Literal["poll", "wake", "ssh", "winrm"]
    address: str
    port: int | None
    reach: str


class Agreement(Schema):
    """Access for automatic updates. ``windows``: hours by day (``{"mon": ["22:00-06:00"]}``) on the clock of ``zone``,
    empty for any time; ``hours`` the same in words. ``can``: what this caller may do with it now.
    """

    id: int
    state: Literal["proposed", "confirmed", "declined", "withdrawn", "expired"]
    request: str | None
    organisation: str
    products: list[str]
    hosts: list[AgreementHost]
    windows: dict[str, list[str]]
    zone: str
    hours: str
    valid_from: datetime
    valid_until: datetime
    note: str
    answered_by: str
    answered_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    can: list[Literal["confirm", "decline", "withdraw"]]
    text: list[str]
