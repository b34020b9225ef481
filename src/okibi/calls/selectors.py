"""Reading calls and tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from okibi.calls.errors import NoSuchCallError
from okibi.calls.kinds import CallState, RecordingState, TaskState
from okibi.calls.models import LIVE, Call, CallTask, Recording
from okibi.customers.errors import BadPhoneError
from okibi.customers.phones import phone_key
from okibi.kernel.pagination import Page

PAGE = 50
SILENT_FOR = timedelta(hours=4)  # a call of which nothing was heard for so long is over, whatever its state says


@dataclass(frozen=True, slots=True)
class Found:
    """What a list of calls is narrowed to. ``query``: digits of a number, or part of a person's name."""

    state: str = ""  # a CallState
    direction: str = ""
    query: str = ""


def call(call_id: int) -> Call:
    """A call with its person, staff and ticket; a part leads to the whole. Raises NoSuchCallError."""
    row = _loaded().filter(pk=call_id).first()
    if row is None:
        raise NoSuchCallError
    return call(row.part_of_id) if row.part_of_id else row


def recording(recording_id: int) -> Recording:
    """A recording with its call, person and copy. Raises NoSuchCallError."""
    row = Recording.objects.select_related("call__person", "blob").filter(pk=recording_id).first()
    if row is None:
        raise NoSuchCallError
    return row


def recorded(person_ids: Collection[int], numbers: Collection[str]) -> Sequence[Recording]:
    """What exchanges recorded of these people's calls with these numbers (E.164) and we keep, oldest first."""
    return list(_recorded(person_ids, numbers).select_related("call", "blob").order_by("created_at", "pk"))


def recorded_bytes(person_ids: Collection[int], numbers: Collection[str]) -> int:
    """How many bytes that is."""
    return int(_recorded(person_ids, numbers).aggregate(bytes=Sum("blob__size"))["bytes"] or 0)


def _recorded(person_ids: Collection[int], numbers: Collection[str]) -> QuerySet[Recording]:
    """A voice message is not among them: it is a file of its request."""
    rows = Recording.objects.filter(call__person_id__in=person_ids, call__e164__in=numbers)
    return rows.filter(blob__isnull=False).exclude(where="")


@dataclass(frozen=True, slots=True)
class Fetching:
    """How the recordings of one exchange come, lately."""

    kept: int = 0
    waiting: int = 0  # are fetched by themselves
    lost: int = 0


def fetching(since: datetime) -> Mapping[tuple[str, str], Fetching]:
    """(exchange, account) → what became of the recordings that it told of since then; one query."""
    rows = Recording.objects.filter(created_at__gte=since).exclude(where="")
    waits = Q(state=RecordingState.WAITING, next_attempt_at__isnull=False)
    counted = rows.values_list("call__exchange", "call__account").annotate(
        kept=Count("id", filter=Q(state=RecordingState.KEPT)),
        waiting=Count("id", filter=waits),
        lost=Count("id", filter=Q(state=RecordingState.LOST)),
    )
    return {(kind, account): Fetching(*counts) for kind, account, *counts in counted}


def ticket_of(call_id: int) -> int | None:
    """The id of the request that a call belongs to; None where it has none, or is not there."""
    return Call.objects.filter(pk=call_id).values_list("ticket_id", flat=True).first()


def live(now: datetime) -> Sequence[Call]:
    """What rings or is talked about at this moment, the newest first: one query, and two for what belongs to them."""
    rows = _loaded().filter(state__in=LIVE, part_of=None, last_event_at__gt=now - SILENT_FOR)
    return list(rows.prefetch_related("legs").order_by("-started_at", "-pk")[:PAGE])


def list_calls(found: Found = Found(), cursor: str | None = None, size: int = PAGE) -> Page[Call]:
    """One page, the newest first; the cursor is the last row's id. Four queries at any depth."""
    rows = _loaded().filter(part_of=None)
    if found.state:
        rows = rows.filter(state=found.state)
    if found.direction:
        rows = rows.filter(direction=found.direction)
    if found.query.strip():
        rows = rows.filter(_asked(found.query.strip()))
    if cursor and cursor.isascii() and cursor.isdigit():
        last = Call.objects.filter(pk=int(cursor)).values_list("started_at", "pk").first()
        if last:
            rows = rows.filter(Q(started_at__lt=last[0]) | Q(started_at=last[0], pk__lt=last[1]))
    taken = list(rows.prefetch_related("legs").order_by("-started_at", "-pk")[: size + 1])
    return Page(taken[:size], str(taken[size - 1].pk) if len(taken) > size else None)


def _asked(query: str) -> Q:
    digits = "".join(character for character in query if character.isdigit())
    by_name = Q(person__name__icontains=query)
    return by_name | Q(e164__contains=digits[-10:]) | Q(said__contains=digits) if len(digits) >= 3 else by_name


def of_ticket(ticket_id: int) -> Sequence[Call]:
    """The calls of a request, oldest first."""
    rows = _loaded().filter(ticket_id=ticket_id, part_of=None)
    return list(rows.prefetch_related("legs").order_by("started_at", "pk"))


def of_number(number: str, limit: int = 20) -> Sequence[Call]:
    """The latest calls with a number in any notation, the newest first."""
    try:
        e164 = phone_key(number)
    except BadPhoneError:
        return []
    return list(_loaded().filter(e164=e164, part_of=None).order_by("-started_at")[:limit])


def of_people(person_ids: Collection[int], limit: int = 200) -> Sequence[Call]:
    """The latest calls of these cards, the newest first."""
    return list(_loaded().filter(person_id__in=person_ids, part_of=None).order_by("-started_at")[:limit])


def _loaded() -> QuerySet[Call]:
    rows = Call.objects.select_related("person__organisation", "answered_by", "ticket")
    return rows.prefetch_related(Prefetch("recordings", Recording.objects.order_by("created_at", "pk")))


# ---------------------------------------------------------------- tasks


def task(task_id: int) -> CallTask:
    """A task with its ticket and tries. Raises NoSuchCallError."""
    row = _tasks().filter(pk=task_id).prefetch_related("trials__staff").first()
    if row is None:
        raise NoSuchCallError
    return row


def open_tasks(limit: int = 200) -> Sequence[CallTask]:
    """Whom the desk owes a call, who is due first comes first."""
    rows = _tasks().filter(state=TaskState.OPEN)
    return list(rows.prefetch_related("trials__staff").order_by("next_try_at", "pk")[:limit])


def due_count(now: datetime) -> int:
    """How many of them are to be called by now."""
    return CallTask.objects.filter(state=TaskState.OPEN, next_try_at__lte=now).count()


def tasks_of(ticket_id: int) -> Sequence[CallTask]:
    """The tasks of a request with their tries, oldest first."""
    return list(_tasks().filter(ticket_id=ticket_id).prefetch_related("trials__staff").order_by("pk"))


def open_tasks_of_number(number: str) -> Sequence[CallTask]:
    """The tasks that a call with that number (as the task has it) would carry out, oldest first."""
    return list(_tasks().filter(state=TaskState.OPEN, number=number).order_by("pk")) if number else []


def _tasks() -> QuerySet[CallTask]:
    return CallTask.objects.select_related("ticket__requester", "ticket__organisation", "outbound", "message")


def unsettled(before: datetime) -> Sequence[int]:
    """Ids of live calls of which nothing was heard since ``before``, the longest silent first."""
    rows = Call.objects.filter(state__in=[CallState.RINGING, CallState.TALKING], last_event_at__lt=before)
    return list(rows.order_by("last_event_at").values_list("pk", flat=True)[:200])
