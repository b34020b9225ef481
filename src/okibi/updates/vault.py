"""Logins at hosts that run no updater: sealed in the row, opened only inside the agreement, gone with it.

docs/adr/0021. Whoever opens one says for what: a test by a person, inside the agreement; or a run, inside the agreement
and its hours (what is being installed is watched to its end).
"""

import json
from collections.abc import Collection
from datetime import datetime

from okibi.kernel.errors import ConflictError
from okibi.kernel.sealing import seal, unseal
from okibi.kernel.sentence import Sentence
from okibi.policy.update_states import BEFORE_INSTALLING, ENDED, RunState
from okibi.updates.kinds import Way
from okibi.updates.models import Host, Run
from okibi.updates.remote.values import Login

PURPOSE = "host-login"
REMOTE = frozenset({Way.SSH.value, Way.WINRM.value})
"""The ways by which we sign in ourselves."""
CLOSED = Sentence(
    "Доступ не действует или не его часы: вход на этот компьютер не открывается.",
    "The access is not in force, or these are not its hours: the login at this host stays closed.",
)


class ClosedError(ConflictError):
    """The login may not be read now."""

    code = "login_closed"


def keep(host: Host, login: Login, by: str, at: datetime) -> None:
    """Lay a login down in place of any before."""
    told = json.dumps({"password": login.password, "key": login.key}).encode()
    host.login, host.secret = login.name[:120], seal(PURPOSE, _bound(host), told)
    host.kept_at, host.kept_by = at, by[:200]
    host.save(update_fields=["login", "secret", "kept_at", "kept_by"])


def wipe(agreement_ids: Collection[int]) -> int:
    """Forget every login under these agreements; gives at how many hosts."""
    return _wiped(agreement_id__in=list(agreement_ids))


def forget(host: Host) -> int:
    """Forget the login of one host."""
    return _wiped(pk=host.pk)


def for_test(host: Host, at: datetime) -> Login | None:
    """The login, for trying the way; None: none is kept. Raises ClosedError, SealError."""
    if not host.agreement.is_in_force(at):
        raise ClosedError(CLOSED)
    return _opened(host)


def for_run(run: Run, at: datetime) -> Login | None:
    """The login, for an update that may go on at this moment. Raises ClosedError, SealError."""
    state = RunState(run.state)
    waits = state in BEFORE_INSTALLING and not run.agreement.hours.is_open(at)
    if state in ENDED or waits or run.host.agreement_id != run.agreement_id:
        raise ClosedError(CLOSED)
    return for_test(run.host, at)


def _opened(host: Host) -> Login | None:
    if host.secret is None:
        return None
    told = json.loads(unseal(PURPOSE, _bound(host), bytes(host.secret)))
    return Login(host.login, told["password"], told["key"])


def _bound(host: Host) -> str:
    return f"{host.agreement_id}:{host.pk}:{host.way}:{host.address}:{host.port}"


def _wiped(**which: object) -> int:
    rows = Host.objects.filter(**which).exclude(secret=None)
    return rows.update(secret=None, login="", kept_at=None, kept_by="")
