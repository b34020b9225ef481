"""Where the LMTP inlet listens: ``/run/okibi/lmtp.sock`` or ``127.0.0.1:8024``."""

import re
import socket
from dataclasses import dataclass

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence

_HOST_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>[0-9]{1,5})")


class InletError(ConfigurationError):
    """An inlet can't listen where the settings say."""

    code = "mail_inlet"


@dataclass(frozen=True, slots=True)
class Place:
    """A socket file (``path``) or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.path or f"{host}:{self.port}"

    def url(self) -> str:
        """``lmtp:///run/okibi/lmtp.sock``, ``lmtp://127.0.0.1:8024``."""
        return f"lmtp://{self}"

    def answers(self) -> bool:
        """Whether somebody listens there."""
        try:
            if self.path:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.settimeout(1)
                    probe.connect(self.path)
            else:
                host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
                socket.create_connection((host, self.port), timeout=1).close()
        except OSError:
            return False
        return True


def lmtp_place(text: str) -> Place | None:
    """None for an empty text. Raises InletError for one that is neither an absolute path nor host:port."""
    text = text.strip()
    if not text:
        return None
    if text.startswith("/"):
        return Place(path=text)
    match = _HOST_PORT.fullmatch(text)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise InletError(
            Sentence(
                ru=f"OKIBI_LMTP_INLET: «{text}» — не файл сокета (/run/okibi/lmtp.sock) и не адрес:порт "
                "(127.0.0.1:8024).",
                en=f"OKIBI_LMTP_INLET: {text!r} is neither a socket file (/run/okibi/lmtp.sock) nor host:port "
                "(127.0.0.1:8024).",
            )
        )
    return Place(host=match["six"] or match["host"], port=int(match["port"]))
