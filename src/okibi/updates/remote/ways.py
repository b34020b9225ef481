"""By which protocol a way goes, and how the system at its end is spoken to."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from okibi.updates.kinds import USUAL_PORTS, Way
from okibi.updates.models import Host
from okibi.updates.remote import ssh, winrm
from okibi.updates.remote.posix import Posix
from okibi.updates.remote.values import Dialect, Line, Login, Shell, Where
from okibi.updates.remote.windows import Windows

_DIALECTS: dict[Way, Dialect] = {Way.SSH: Posix(), Way.WINRM: Windows()}
_OPENERS: dict[Way, Callable[[Where, Login | None, str, list[Line]], AbstractContextManager[Shell]]] = {
    Way.SSH: ssh.opened,
    Way.WINRM: winrm.opened,
}


def dialect_of(host: Host) -> Dialect:
    """How its system is spoken to."""
    return _DIALECTS[Way(host.way)]


@contextmanager
def opened(host: Host, login: Login | None, trail: list[Line], *, inside: bool = False) -> Iterator[Shell]:
    """A session at a host, at the one address and port of its agreement. Raises ReachError, LostError."""
    way = Way(host.way)
    where = Where(host.address, host.port or USUAL_PORTS[way], inside)
    with _OPENERS[way](where, login, host.fingerprint, trail) as shell:
        yield shell
