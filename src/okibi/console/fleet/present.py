"""How runs and updates of fleets look: chips, bars, names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from okibi.accounts.roles import Role
from okibi.console.customers.gate import said
from okibi.flows.release_intake import products
from okibi.kernel.sentence import Sentence
from okibi.policy.release_states import ReleaseState
from okibi.policy.update_states import AGAIN, BEFORE_INSTALLING, BROKEN, ENDED, RunState, UnknownReportError, event_of
from okibi.updates.kinds import OTHER_TITLES, REPORT_TITLES, RUN_TITLES

if TYPE_CHECKING:
    from okibi.releases.models import Release
    from okibi.updates.courses import Course, Line
    from okibi.updates.models import Batch, Run, Step

FLEET_MAKERS = (Role.RELEASES, Role.LEADING, Role.ADMIN)
_KINDS = {
    RunState.SUCCEEDED: "good",
    RunState.INSTALLING: "acc",
    RunState.CHECKING: "acc",
    RunState.DOWNLOADING: "acc",
    RunState.DOWNLOADED: "acc",
    RunState.REJECTED: "warn",
    RunState.UNCERTAIN: "warn",
    RunState.CANCELLING: "warn",
    **dict.fromkeys(BROKEN, "bad"),
}


def run_chip(run: Run) -> dict[str, str]:
    """The state of a run as a chip."""
    state = RunState(run.state)
    return {"kind": _KINDS.get(state, ""), "text": said(RUN_TITLES[state])}


def batch_chip(batch: Batch, course: Course) -> dict[str, str]:
    """The state of an update of a fleet as a chip."""
    if batch.stopped_at is not None:
        return {"kind": "warn", "text": _("stopped")}
    if course.live:
        return {"kind": "acc", "text": _("under way")}
    return {"kind": "good" if course.succeeded == course.total else "", "text": _("ended")}


def names_of_products() -> dict[str, str]:
    """Products of the scheme by code, in the reader's language."""
    return {each.code: said(each.name) for each in products()}


def title_of(release: Release, names: Mapping[str, str] | None = None) -> str:
    """«ОКИБИ 4.3.0» in the reader's language; ``names`` as a page of many has read them once."""
    found = names_of_products() if names is None else names
    return f"{found.get(release.product, release.product)} {release.version}"


def state_chips(course: Course, current: str) -> list[dict[str, Any]]:
    """States that hosts are in, with counts, what failed first."""
    order = (
        RunState.FAILED, RunState.ROLLED_BACK, RunState.UNCERTAIN, RunState.REJECTED, RunState.SCHEDULED,
        RunState.WAITING_WINDOW, RunState.OFFERED, RunState.DOWNLOADING, RunState.DOWNLOADED, RunState.INSTALLING,
        RunState.CHECKING, RunState.CANCELLING, RunState.CANCELLED, RunState.SUCCEEDED,
    )  # fmt: skip
    return [
        {
            "code": state.value,
            "label": said(RUN_TITLES[state]),
            "count": course.counts.get(state, 0),
            "current": current == state.value,
            "bad": state in BROKEN,
        }
        for state in order
        if course.counts.get(state) or current == state.value
    ]


def row_of(line: Line) -> dict[str, Any]:
    """One host of an update as its row."""
    run = line.run
    state = RunState(run.state)
    return {
        "run": run,
        "whose": run.agreement.organisation or run.agreement.person,
        "chip": run_chip(run),
        "silent": line.silent,
        "opens_at": line.opens_at,
        "at": run.ended_at or run.heard_at,
        "bar": state not in ENDED and run.percent > 0,
        **doable(run),
    }


def said_of(step: Step) -> Sentence:
    """What a report says, in people's words; a word that is none of hawkBit's stays as it is."""
    if step.execution in OTHER_TITLES:
        return OTHER_TITLES[step.execution]
    try:
        return REPORT_TITLES[event_of(step.execution, step.result or "none", step.code)]
    except UnknownReportError:
        return Sentence(step.execution, step.execution)


def doable(run: Run) -> dict[str, bool]:
    """What may be done with a run now."""
    state = RunState(run.state)
    return {
        "may_stop": state in BEFORE_INSTALLING and state is not RunState.CANCELLING,
        "may_again": state in AGAIN and run.again_at is None and run.release.state == ReleaseState.PUBLISHED,
    }
