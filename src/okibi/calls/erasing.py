"""Calls of a person after erasure: that they rang and how long one spoke stays, who it was does not."""

from collections.abc import Collection

from django.db import transaction

from okibi.calls.kinds import TaskState
from okibi.calls.models import Call, CallTask, Recording
from okibi.kernel import blobs
from okibi.kernel.clock import now

GONE = {"person": None, "said": "", "e164": "", "hidden": True, "forgotten": True}


@transaction.atomic
def forget_callers(person_ids: Collection[int], name: str) -> int:
    """Take number, recording and person out of these people's calls, and their names out of tasks; gives how many."""
    mine = Call.objects.filter(person_id__in=person_ids)
    heard = Recording.objects.filter(call__in=mine)
    sounds = [sha256 for sha256 in heard.values_list("blob_id", flat=True) if sha256]
    heard.delete()
    tasks = CallTask.objects.filter(ticket__requester_id__in=person_ids)
    tasks.filter(state=TaskState.OPEN).update(state=TaskState.WITHDRAWN, closed_at=now())
    tasks.update(person_name=name, number="", script="")
    count = mine.update(**GONE)
    for sha256 in sounds:
        blobs.forget(sha256)
    return count
