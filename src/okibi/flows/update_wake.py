"""Waking the hosts that granted a port: before their hours begin, and when a specialist tries the way to them.

Only hosts of an agreement that is confirmed and in force are ever reached, at the one address and port that it names.
docs/adr/0020.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from okibi.environments.models import Device
from okibi.journal.services import Actor, record
from okibi.kernel import stopping
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import AgreementState
from okibi.policy.update_states import NOT_BEGUN
from okibi.updates import waking
from okibi.updates.kinds import USUAL_PORTS, Way
from okibi.updates.models import Agreement, Host, Run
from okibi.updates.runs import GONE
from okibi.updates.waking import Tried

BEFORE = timedelta(minutes=2)  # a window opens: its hosts are woken so long before
AGAIN = timedelta(minutes=15)  # who was woken and did not begin is woken again
MOST = 64  # hosts of one minute
AT_ONCE = 8
NOT_IN_FORCE = Sentence(
    "Доступ не действует: соединяться с этим компьютером нельзя.",
    "The access is not in force: no connection to this host is allowed.",
)
NO_PORT = Sentence("Порт для сигнала здесь не предоставлен.", "No port for the signal was granted here.")


class NoWayError(ConflictError):
    """The agreement does not let this host be reached by a signal."""

    code = "no_way"


def try_way(host_id: int, actor: Actor) -> Tried:
    """Try the way to a host now and keep how it went. Raises NotAllowedError, NoWayError.

    The signal does no harm where there is nothing to do: the updater asks once more than it would have.
    """
    host = Host.objects.select_related("agreement").filter(pk=host_id).first()
    if host is None:
        raise NotAllowedError(GONE)
    _allowed(host, now())
    tried = _wake(host)
    _keep(host, tried)
    data = {"host": host.name, "result": tried.sentence.as_dict()}
    record("update.tested", ("agreement", host.agreement_id), actor, data)
    return tried


def wake_due() -> int:
    """Wake every host whose hours are open or open soon and that has not begun; gives how many answered."""
    moment = now()
    due = [run for run in _waiting(moment) if _soon(run.agreement, moment)][:MOST]
    if not due or stopping.asked():
        return 0
    Run.objects.filter(pk__in=[run.pk for run in due]).update(woken_at=moment)
    hosts = list({run.host_id: run.host for run in due}.values())
    with ThreadPoolExecutor(AT_ONCE) as threads:  # no query in them: only the network is waited for
        answers = list(threads.map(_wake, hosts))
    for host, tried in zip(hosts, answers, strict=True):
        _keep(host, tried)
    return sum(tried.ok for tried in answers)


@dataclass(frozen=True, slots=True)
class Accepts:
    """What an updater that listens is told: our certificate (PEM), the port that was granted.

    ``asks``: it has not told its own certificate since the port was granted.
    """

    certificate: str
    port: int
    asks: bool


def told_to_accept(device: Device) -> Accepts | None:
    """For an updater whose port was granted; None where none was. One query."""
    host = (
        Host.objects.filter(device=device, way=Way.WAKE.value, agreement__state=AgreementState.CONFIRMED.value)
        .select_related("agreement")
        .filter(agreement__valid_until__gt=now())
        .order_by("-pk")
        .first()
    )
    if host is None or not settings.OKIBI_WAKE_KEY:
        return None
    granted, told = host.agreement.confirmed_at, device.reported_at
    asks = not host.fingerprint and (told is None or (granted is not None and told < granted))
    return Accepts(waking.certificate(settings.OKIBI_WAKE_KEY), _port(host), asks)


def _waiting(at: datetime) -> list[Run]:
    rows = Run.objects.select_related("agreement", "host").filter(
        Q(woken_at=None) | Q(woken_at__lte=at - AGAIN),
        state__in=[state.value for state in NOT_BEGUN],
        release__state="published",
        host__way=Way.WAKE.value,
        agreement__state=AgreementState.CONFIRMED.value,
        agreement__valid_from__lte=at,
        agreement__valid_until__gt=at,
    )
    return list(rows.order_by(F("woken_at").asc(nulls_first=True), "id")[: MOST * 4])


def _soon(agreement: Agreement, at: datetime) -> bool:
    return agreement.hours.next_opening(at) <= at + BEFORE


def _allowed(host: Host, at: datetime) -> None:
    if not host.agreement.is_in_force(at):
        raise NoWayError(NOT_IN_FORCE)
    if host.way != Way.WAKE.value or not host.address:
        raise NoWayError(NO_PORT)


def _wake(host: Host) -> Tried:
    inside = bool(settings.OKIBI_UPDATES_WAKE_INSIDE)
    return waking.wake(host.address, _port(host), host.fingerprint, settings.OKIBI_WAKE_KEY, inside=inside)


def _port(host: Host) -> int:
    return host.port or USUAL_PORTS[Way.WAKE]


def _keep(host: Host, tried: Tried) -> None:
    said = {"ok": tried.ok, "code": tried.code, **tried.sentence.as_dict()}
    Host.objects.filter(pk=host.pk).update(last_test_at=now(), last_test=said)
