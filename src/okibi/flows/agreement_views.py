"""An agreement as its customer's pages show it: what is granted, where it stands, and what may be done with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from okibi.flows.agreement_words import granted, reach_of, week_of
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import AgreementState, in_force
from okibi.policy.scheme import Scheme
from okibi.policy.update_states import BROKEN, ENDED, NOT_BEGUN, RunState
from okibi.schemes.services import in_force as scheme_in_force
from okibi.updates import courses, selectors
from okibi.updates.courses import Line
from okibi.updates.kinds import AGREEMENT_TITLES, RUN_TITLES
from okibi.updates.models import Agreement, Host

KINDS = {
    AgreementState.PROPOSED: "warn",
    AgreementState.CONFIRMED: "good",
    AgreementState.DECLINED: "",
    AgreementState.WITHDRAWN: "",
    AgreementState.EXPIRED: "",
}
LEADS = {
    AgreementState.PROPOSED: Sentence(
        "Чтобы новые версии ставились сами, нужно ваше согласие. Посмотрите, что вы разрешаете, и ответьте: без вашего "
        "«да» ничего не установится.",
        "For new versions to install themselves we need your consent. Look at what you grant, and answer: without your "
        "“yes” nothing is installed.",
    ),
    AgreementState.CONFIRMED: Sentence(
        "Доступ действует: новые версии ставятся сами, вам ничего делать не нужно.",
        "The access is in force: new versions install themselves, there is nothing for you to do.",
    ),
    AgreementState.DECLINED: Sentence(
        "Вы отказались, и ничего не ставится само. Передумаете или захотите другие условия — напишите нам.",
        "You declined, and nothing installs itself. If you change your mind or want other terms, write to us.",
    ),
    AgreementState.WITHDRAWN: Sentence(
        "Доступ отозван, и ничего больше не ставится само. Понадобится снова — напишите нам.",
        "The access is withdrawn, and nothing installs itself any more. Should you need it again, write to us.",
    ),
    AgreementState.EXPIRED: Sentence(
        "Срок доступа истёк, и ничего больше не ставится само. Чтобы продлить, напишите нам.",
        "The access has expired, and nothing installs itself any more. To renew it, write to us.",
    ),
}


RUN_KINDS: Mapping[RunState, str] = {
    **dict.fromkeys(RunState, "acc"),
    **dict.fromkeys(NOT_BEGUN | {RunState.CANCELLED}, ""),
    **dict.fromkeys(BROKEN, "bad"),
    RunState.SUCCEEDED: "good",
    RunState.REJECTED: "warn",
    RunState.UNCERTAIN: "warn",
    RunState.CANCELLING: "warn",
}


def state_of(agreement: Agreement) -> AgreementState:
    """Its state; one whose time is over is expired even before the job came by."""
    state = AgreementState(agreement.state)
    alive = state in {AgreementState.PROPOSED, AgreementState.CONFIRMED}
    return AgreementState.EXPIRED if alive and now() >= agreement.valid_until else state


def chip_of(agreement: Agreement) -> dict[str, Any]:
    """The chip of its state."""
    state = state_of(agreement)
    return {"kind": KINDS[state], "text": AGREEMENT_TITLES[state]}


def page_of(agreement: Agreement, *, answers: bool = True) -> dict[str, Any]:
    """All that the page of one shows; ``answers``: the reader's word counts."""
    hosts = selectors.hosts_of(agreement)
    state, scheme = state_of(agreement), scheme_in_force(now()).scheme
    return {
        "agreement": agreement,
        "state": state,
        "chip": chip_of(agreement),
        "lead": LEADS[state],
        "granted": granted(agreement, hosts, scheme),
        "hosts": [{"name": host.name, "reach": reach_of(host)} for host in hosts],
        "course": course_of(agreement, hosts, scheme),
        "week": [] if agreement.hours.is_any_time else week_of(agreement),
        "may_answer": answers and state is AgreementState.PROPOSED,
        "may_withdraw": answers and state is AgreementState.CONFIRMED,
        "runs_now": in_force(state, agreement.valid_from, agreement.valid_until, now()),
    }


def course_of(agreement: Agreement, hosts: Sequence[Host], scheme: Scheme) -> list[dict[str, Any]]:
    """What became of the newest update of each computer that had one, in the order of the computers; one query."""
    lines = courses.newest_by_host(agreement.pk, now())
    return [_course_row(host, lines[host.pk], scheme) for host in hosts if host.pk in lines]


def _course_row(host: Host, line: Line, scheme: Scheme) -> dict[str, Any]:
    run = line.run
    state, part = RunState(run.state), scheme.product(run.release.product)
    return {
        "host": host,
        "run": run,
        "product": part.name if part else Sentence(run.release.product, run.release.product),
        "version": run.release.version,
        "chip": {"kind": RUN_KINDS[state], "text": RUN_TITLES[state]},
        "at": run.ended_at or run.heard_at,
        "opens_at": line.opens_at,
        "bar": state not in ENDED and run.percent > 0,
        "why": run.message if state in ENDED and state is not RunState.SUCCEEDED else None,
    }
