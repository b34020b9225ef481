"""The desk's door for updates, shaped as hawkBit's Direct Device Integration: it says when; TUF says what is true."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from okibi_sdk.words import Sentence
from okibi_updater.problems import OfflineError, StrangerError

GONE = frozenset({404, 410})
"""The action is over or was never ours: nothing more is to be said of it."""
MOST = 1024 * 1024  # bytes of an answer
_SLEEP = re.compile(r"(\d{1,3}):(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Poll:
    """``sleep``: seconds until the next one. ``links``: what there is to do. ``certificate``: who may wake us (PEM)."""

    sleep: float = 300.0
    links: Mapping[str, str] = field(default_factory=dict)
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Artefact:
    """``target``: its path in the TUF repository; ``sha256``: what DDI says of it, which alone is not trusted."""

    name: str
    target: str
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is to be installed. ``download``, ``update``: skip, attempt or forced; ``window``: is it the time."""

    action: str
    href: str
    download: str = "attempt"
    update: str = "attempt"
    window: bool = True
    product: str = ""
    version: str = ""
    artefacts: tuple[Artefact, ...] = ()


class Door:
    """One device's door. Raises OfflineError for what may pass, StrangerError where the token is not known."""

    def __init__(self, http: httpx.Client, base: str, token: str) -> None:
        self.http, self.base = http, base
        self.headers = {"Authorization": f"TargetToken {token}", "Accept": "application/json"}

    def poll(self) -> Poll:
        document = self._read(self.base)
        config = _table(document, "config")
        links = {
            name: self._own(str(link.get("href")))
            for name, link in _table(document, "_links").items()
            if isinstance(link, Mapping) and link.get("href")
        }
        found = _SLEEP.fullmatch(str(_table(config, "polling").get("sleep", "")))
        sleep = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else 300
        return Poll(float(sleep), links, str(_table(config, "wake").get("certificate") or ""))

    def deployment(self, href: str) -> Deployment | None:
        """What stands there: a deployment, or one that waits to be confirmed; nothing where it is over."""
        document = self._read(href, gone=True)
        if not document:
            return None
        told = _table(document, "deployment") or _table(document, "confirmation")
        chunk = next((each for each in told.get("chunks") or () if isinstance(each, Mapping)), {})
        product, version = str(chunk.get("name", "")), str(chunk.get("version", ""))
        return Deployment(
            str(document.get("id", "")),
            href,
            str(told.get("download", "attempt")),
            str(told.get("update", "attempt")),
            told.get("maintenanceWindow") != "unavailable",
            product,
            version,
            tuple(
                _artefact(each, product, version) for each in chunk.get("artifacts") or () if isinstance(each, Mapping)
            ),
        )

    def cancelled(self, href: str) -> tuple[str, str] | None:
        """The cancelling's own number, and the action that it stops."""
        document = self._read(href, gone=True)
        if not document:
            return None
        return str(document.get("id", "")), str(_table(document, "cancelAction").get("stopId", ""))

    def say(self, href: str, body: Mapping[str, Any]) -> int:
        """POST a feedback; the status: 2xx taken, 404 and 410 over, any other 4xx is not wanted."""
        return self._ask("POST", f"{href.partition('?')[0]}/feedback", body).status_code

    def tell(self, href: str, data: Mapping[str, str]) -> None:
        """What this machine is (configData)."""
        self._ask("PUT", href, {"mode": "merge", "data": dict(data)})

    def _own(self, href: str) -> str:
        """The link at the configured server, whatever host it names: the token goes nowhere else."""
        told = urlsplit(urljoin(self.base, href))
        own = urlsplit(self.base)
        return urlunsplit((own.scheme, own.netloc, told.path, told.query, ""))

    def _read(self, href: str, *, gone: bool = False) -> Mapping[str, Any]:
        answer = self._ask("GET", href)
        if gone and answer.status_code in GONE:
            return {}
        try:
            document = answer.json() if answer.is_success and len(answer.content) <= MOST else None
        except ValueError:
            document = None
        if not isinstance(document, Mapping):
            raise OfflineError(
                Sentence("Сервер ответил не так, как ожидалось.", "The server's answer is not the expected one."),
                f"{href} HTTP {answer.status_code}",
            )
        return document

    def _ask(self, method: str, href: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            answer = self.http.request(method, href, json=body, headers=self.headers)
        except httpx.HTTPError as error:
            raise OfflineError(
                Sentence("Нет связи с сервером обновлений.", "The update server can't be reached."),
                f"{type(error).__name__}: {error}",
            ) from error
        if answer.status_code == 401:
            raise StrangerError(
                Sentence(
                    "Сервер не знает этого устройства. Подключите его: okibi-updater enrol",
                    "The server doesn't know this device. Enrol it: okibi-updater enrol",
                )
            )
        if answer.status_code == 429 or answer.status_code >= 500:
            wait = answer.headers.get("Retry-After", "")
            raise OfflineError(
                Sentence(
                    f"Сервер просит подождать (HTTP {answer.status_code}).",
                    f"The server asks to wait (HTTP {answer.status_code}).",
                ),
                wait=float(wait) if wait.isdecimal() else None,
            )
        return answer


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _artefact(given: Mapping[str, Any], product: str, version: str) -> Artefact:
    name = str(given.get("filename", ""))
    target = str(_table(given, "tuf").get("targetpath") or f"{product}/{version}/{name}")
    size = given.get("size")
    return Artefact(
        name, target, str(_table(given, "hashes").get("sha256") or ""), size if isinstance(size, int) else 0
    )
