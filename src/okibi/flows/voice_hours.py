"""Whether the desk works at the moment of a call, and when it opens next: what a caller is told."""

from datetime import datetime

from okibi.channels.sip.speech import Occasion
from okibi.flows.phone_hours import hours_at
from okibi.schemes.services import in_force


def occasion(moment: datetime) -> Occasion:
    """By the scheme that is in force at an aware moment and its production calendar; the opening may be unknown."""
    hours = hours_at(moment)
    return Occasion(moment, open=hours.is_open, opens=hours.opens_at, zone=in_force(moment).scheme.zone)
