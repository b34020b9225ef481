"""Campaigns after erasure: that an SMS was sent stays, to whom does not."""

from collections.abc import Collection

from okibi.sms.models import Recipient


def forget_people(person_ids: Collection[int], name: str) -> int:
    """Take person, name, number and values out of these people's recipients; gives how many rows."""
    mine = Recipient.objects.filter(person__in=person_ids)
    return mine.update(person=None, name=name, organisation="", written="", number="", values={})
