"""How updates of fleets go on: counts for bars, and lines with what failed first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from okibi.policy.update_states import BROKEN, ENDED, NOT_BEGUN, RunState, is_silent
from okibi.updates.models import Batch, Run, Step
from okibi.updates.runs import LIVE

PAGE = 100
MOST_BATCHES = 50
MOST_STEPS = 200  # of one run, shown
_RANKS = (
    BROKEN,
    {RunState.UNCERTAIN, RunState.REJECTED},
    {RunState.INSTALLING, RunState.CHECKING},
    {RunState.CANCELLING, RunState.DOWNLOADING, RunState.DOWNLOADED},
    NOT_BEGUN,
    {RunState.CANCELLED},
)  # the rest, what succeeded, comes last


@dataclass(frozen=True, slots=True)
class Course:
    """One update of a fleet: hosts by state (the newest run of each), and how far it is, 0 to 100.

    What ended otherwise than on the new version has not come any way: a bar that is full means that all are updated.
    """

    counts: Mapping[RunState, int]
    percent: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def succeeded(self) -> int:
        return self.counts.get(RunState.SUCCEEDED, 0)

    @property
    def broken(self) -> int:
        return sum(self.counts.get(state, 0) for state in BROKEN)

    @property
    def live(self) -> int:
        return sum(count for state, count in self.counts.items() if state not in ENDED)


@dataclass(frozen=True, slots=True)
class Line:
    """One host's newest run. ``opens_at`` (UTC): its next hours, where it waits for them."""

    run: Run
    silent: bool
    opens_at: datetime | None


def batches() -> list[tuple[Batch, Course]]:
    """The newest updates of fleets; two queries."""
    found = list(Batch.objects.select_related("release").order_by("-id")[:MOST_BATCHES])
    counted = _counted(Run.objects.filter(batch__in=found))
    return [(batch, counted.get(batch.pk, Course({}, 0))) for batch in found]


def course(batch_id: int) -> Course:
    """The counts of one; one query."""
    return _counted(Run.objects.filter(batch_id=batch_id)).get(batch_id, Course({}, 0))


def lines(batch_id: int, at: datetime, *, only: RunState | None = None, query: str = "", page: int = 0) -> list[Line]:
    """Hosts of an update, what failed first; one more than a page means that there are more. One query."""
    ranks = [When(state__in=[each.value for each in states], then=Value(n)) for n, states in enumerate(_RANKS)]
    rows = Run.objects.filter(batch_id=batch_id, again_at=None).select_related(
        "host", "device", "release", "agreement__organisation", "agreement__person"
    )
    if only is not None:
        rows = rows.filter(state=only.value)
    if text := query.strip():
        rows = rows.filter(Q(host__name__icontains=text) | Q(agreement__organisation__name__icontains=text))
    ranked = rows.annotate(rank=Case(*ranks, default=Value(len(_RANKS)), output_field=IntegerField()))
    found = ranked.order_by("rank", "host__name", "pk")[page * PAGE : (page + 1) * PAGE + 1]
    return [line_of(run, at) for run in found]


def silent_count(batch_id: int, at: datetime) -> int:
    """How many hosts have not been heard of for too long; one query."""
    rows = Run.objects.filter(batch_id=batch_id, state__in=LIVE, again_at=None).select_related("agreement", "device")
    return sum(line_of(run, at).silent for run in rows)


def newest_by_host(agreement_id: int, at: datetime) -> dict[int, Line]:
    """The newest run of each computer of an agreement, by the computer's key; one query."""
    rows = Run.objects.filter(agreement_id=agreement_id).select_related("release", "agreement", "device")
    return {run.host_id: line_of(run, at) for run in rows.order_by("host_id", "-pk").distinct("host_id")}


def line_of(run: Run, at: datetime) -> Line:
    """One run as a line; its agreement and device are to be loaded."""
    windows, state = run.agreement.hours, RunState(run.state)
    open_ = not windows.is_any_time and windows.is_open(at)
    heard = max(filter(None, (run.created_at, run.heard_at, _seen(run))))
    waits = state in NOT_BEGUN and not windows.is_any_time and not open_
    return Line(run, is_silent(state, heard, at, waits_for_hours=open_), windows.next_opening(at) if waits else None)


def steps_of(run: Run) -> Sequence[Step]:
    """The newest reports of a run, the oldest of them first."""
    return list(reversed(run.steps.order_by("-id")[:MOST_STEPS]))


def runs_of_host(run: Run) -> Sequence[Run]:
    """All tries of the same host in the same update, the newest first."""
    return list(Run.objects.filter(batch_id=run.batch_id, host_id=run.host_id).order_by("-id"))


def _counted(rows: QuerySet[Run]) -> dict[int, Course]:
    grouped = rows.filter(again_at=None).order_by().values_list("batch_id", "state")
    counts: dict[int, dict[RunState, int]] = {}
    sums: dict[int, int] = {}
    for batch_id, state, count, percents in grouped.annotate(n=Count("pk"), p=Sum("percent")):
        counts.setdefault(batch_id, {})[RunState(state)] = count
        lost = state in ENDED and state != RunState.SUCCEEDED
        sums[batch_id] = sums.get(batch_id, 0) + (0 if lost else percents or 0)
    return {key: Course(found, sums[key] // max(1, sum(found.values()))) for key, found in counts.items()}


def _seen(run: Run) -> datetime | None:
    """A host that asks, but has nothing to do yet, is not silent."""
    return run.device.last_seen_at if run.device and RunState(run.state) in NOT_BEGUN else None
