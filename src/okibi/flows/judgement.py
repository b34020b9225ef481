"""The verdict at intake: is this requester covered, and is this environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okibi.customers.models import Person
from okibi.environments.models import Device
from okibi.flows.gateway_condition import gateway_line
from okibi.flows.requester import rights_of
from okibi.kernel.sentence import Sentence
from okibi.policy import entitlement
from okibi.policy.platform_android import AndroidSystem
from okibi.policy.platform_judge import judge as judge_environment
from okibi.policy.platforms import Environment, Place, environment_from_report, find_environment
from okibi.policy.scheme import Scheme
from okibi.policy.verdict import Line, Status, Verdict

ENTITLEMENT = "entitlement"
SMS_MODULE = "sms-module"
COVERED = Sentence(ru="Право на поддержку есть.", en="Support covers you.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, what it was judged by, and when it may change by the passing of time."""

    verdict: Verdict
    environment: Mapping[str, Any]
    rejudge_at: datetime | None

    @property
    def covered(self) -> Status:
        line = self.verdict.line(ENTITLEMENT)
        return line.status if line else Status.UNKNOWN


def entitlement_line(
    person: Person | None, product: str, scheme: Scheme, at: datetime, device: Device | None = None
) -> tuple[Line, datetime | None]:
    """Covered or not, on which ground, and the next moment at which that may change.

    ``device``: the licence or trial with which it was enrolled counts too.
    """
    licences, trials = rights_of(person, device)
    known = person is not None or bool(device and device.licence_number)
    part = scheme.product(product)
    module = part.code if part and part.module_of else None
    wanted = (part.module_of or part.code) if part else None
    line = entitlement.judge(at, scheme.zone, wanted, licences, trials, module=module, known=known)
    change = entitlement.next_change(at, scheme.zone, licences, trials, product=wanted, module=module)
    return line, change


def judge(
    person: Person | None,
    words: str,
    report: Mapping[str, Any],
    product: str,
    scheme: Scheme,
    at: datetime,
    digest: str,
    device: Device | None = None,
) -> Judgement:
    """The whole verdict from who asks, their own words and what a form or a device reported."""
    line, change = entitlement_line(person, product, scheme, at, device)
    environment = environment_from_report(report) if report else find_environment(words)
    lines: tuple[Line, ...] = (line,)
    if product == SMS_MODULE:
        lines += (gateway_line(report, device),)
    if not environment.empty:
        part = scheme.product(product)
        place = part.place if part else _place_of(environment)
        lines += judge_environment(environment, scheme.environments[place], digest).lines
    return Judgement(Verdict(lines, digest), {"report": dict(report), "words": environment.said}, change)


def shown_to(verdict: Verdict, *, sure: bool) -> Verdict:
    """A verdict as the requester may read it: whom nothing proves is not told which licence there is."""
    if sure:
        return verdict
    lines = tuple(
        Line(line.subject, line.status, line.ground, COVERED)
        if line.subject == ENTITLEMENT and line.status is Status.MET
        else line
        for line in verdict.lines
    )
    return Verdict(lines, verdict.policy_version)


def _place_of(environment: Environment) -> Place:
    """A letter that names only telephones is about one; everything else is a workstation until somebody says more."""
    systems = environment.systems
    mobile = bool(systems) and all(isinstance(system, AndroidSystem) for system in systems)
    return Place.MOBILE if mobile else Place.WORKSTATION
