"""An agreement as its customer's pages show it: what is granted, where it stands, and what may be done with it."""

from typing import Any

from okibi.flows.agreement_words import granted, reach_of, week_of
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import AgreementState, in_force
from okibi.schemes.services import in_force as scheme_in_force
from okibi.updates import selectors
from okibi.updates.kinds import AGREEMENT_TITLES
from okibi.updates.models import Agreement

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
    state = state_of(agreement)
    return {
        "agreement": agreement,
        "state": state,
        "chip": chip_of(agreement),
        "lead": LEADS[state],
        "granted": granted(agreement, hosts, scheme_in_force(now()).scheme),
        "hosts": [{"name": host.name, "reach": reach_of(host)} for host in hosts],
        "week": week_of(agreement),
        "may_answer": answers and state is AgreementState.PROPOSED,
        "may_withdraw": answers and state is AgreementState.CONFIRMED,
        "runs_now": in_force(state, agreement.valid_from, agreement.valid_until, now()),
    }
