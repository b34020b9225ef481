"""Mailings after erasure: that a letter was sent stays, to whom does not."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from okibi.kernel.clock import now
from okibi.mailings.models import Line, Link


@transaction.atomic
def forget_people(person_ids: Collection[int], name: str) -> int:
    """Take person, name and address out of these people's lines, and end their links; gives how many lines."""
    mine = Line.objects.filter(person_id__in=person_ids)
    Link.objects.filter(line__in=mine, revoked_at__isnull=True).update(revoked_at=now())
    key = Concat(Value("erased:"), Cast(F("pk"), CharField()))
    return mine.update(person=None, email=None, key=key, address="", name=name, organisation_name="", error="")
