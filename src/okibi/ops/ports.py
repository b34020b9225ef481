"""Ports: is one free, which is the next, who answers there."""

import contextlib
import errno
import http.client
import socket
import time

from okibi.channels.email.listening import Place
from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence

NEXT = 200  # ports to try after a busy one
PATIENCE = 6.0  # seconds for a killed predecessor to let go of its port


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there now."""
    return _hindrance(host, port) is None


def _hindrance(host: str, port: int) -> OSError | None:
    """Why nobody could listen there now; None: we could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def choose(setting: str, host: str, port: int, *, fixed: bool, taken: frozenset[int] = frozenset()) -> int:
    """That port, or (unless it was asked for) the next free one. Raises ConfigurationError."""
    if fixed:
        deadline = time.monotonic() + PATIENCE
        while hindrance := _hindrance(host, port):
            if hindrance.errno != errno.EADDRINUSE:
                raise _impossible(setting, host, port, hindrance)
            if time.monotonic() > deadline:
                raise _busy(setting, host, port)
            time.sleep(0.1)
        return port
    for candidate in range(port, min(port + NEXT, 65536)):
        if candidate in taken:
            continue
        hindrance = _hindrance(host, candidate)
        if hindrance is None:
            return candidate
        if hindrance.errno != errno.EADDRINUSE:
            raise _impossible(setting, host, candidate, hindrance)
    raise _busy(setting, host, port)


def require_free(setting: str, place: Place) -> None:
    """Wait a little for a predecessor to let go of it. Raises ConfigurationError where others listen there."""
    if place.port:
        choose(setting, place.host, place.port, fixed=True)
        return
    deadline = time.monotonic() + PATIENCE
    while place.answers():
        if time.monotonic() > deadline:
            raise ConfigurationError(
                Sentence(
                    ru=f"{setting}: на {place} уже слушает другая программа; остановите её или задайте другой файл",
                    en=f"{setting}: another program listens on {place}; stop it or choose another file",
                )
            )
        time.sleep(0.1)


def _busy(setting: str, host: str, port: int) -> ConfigurationError:
    return ConfigurationError(
        Sentence(
            ru=f"{setting}: порт {port} на {host} занят другой программой; остановите её или задайте другой порт",
            en=f"{setting}: port {port} on {host} is taken by another program; stop it or choose another port",
        )
    )


def _impossible(setting: str, host: str, port: int, hindrance: OSError) -> ConfigurationError:
    """No address of this machine, a name that nobody knows, a port that needs a right: waiting would not help."""
    bind = setting.replace("_PORT", "_BIND")
    return ConfigurationError(
        Sentence(
            ru=f"{bind}: на {host}, порт {port}, слушать нельзя ({hindrance.strerror}); нужен адрес этой машины, "
            f"а для порта ниже 1024 — право на него ({setting})",
            en=f"{bind}: nobody can listen on {host}, port {port} ({hindrance.strerror}); name an address of this "
            f"machine, and a port below 1024 only where you may use it ({setting})",
        )
    )


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    with contextlib.suppress(OSError), socket.create_connection((reachable(host), port), timeout=1):
        return True
    return False


def page_status(host: str, port: int, path: str) -> int:
    """The HTTP status of a page, or 0 when nobody answers."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}", "Accept-Language": "ru"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def reachable(host: str) -> str:
    """An address at which this machine reaches a server that listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
