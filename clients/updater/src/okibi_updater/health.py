"""Does the program work? A command that ends with 0, a page on this machine that answers 2xx, or both; in a limit."""

import time
from pathlib import Path

import httpx

from okibi_sdk.words import Sentence
from okibi_updater import commands
from okibi_updater.disk import Passed, nothing
from okibi_updater.problems import InstallError, UnhealthyError
from okibi_updater.settings import Health, filled

PAUSE = 1.0  # seconds between two questions; less where the limit is short


def check(health: Health, values: dict[str, str], log: Path, passed: Passed = nothing) -> None:
    """Ask until all is well. Raises UnhealthyError with the last reason when the limit ran out."""
    until = time.monotonic() + health.limit
    while True:
        reason = _wrong(health, values, log, max(until - time.monotonic(), 0.1))
        passed("health asked")
        if not reason:
            return
        left = until - time.monotonic()
        if left <= 0:
            limit = f"{health.limit:g}"
            raise UnhealthyError(
                Sentence(f"Проверка работы не прошла за {limit} с.", f"The health check didn't pass within {limit} s."),
                reason,
            )
        time.sleep(min(PAUSE, left, health.limit / 5))


def _wrong(health: Health, values: dict[str, str], log: Path, left: float) -> str:
    """What is wrong, in few words; "" where all is well."""
    if health.command:
        try:
            ended = commands.run(filled(health.command, values), left, log=log, extra=_named(values))
        except InstallError as error:
            return f"{error} {' '.join(error.details)}"
        if ended.code != 0:
            return f"{health.command[0]}: {'timeout' if ended.code is None else ended.code} {ended.tail}".strip()
    if health.url:
        try:
            answer = httpx.get(health.url, timeout=min(left, 10.0), follow_redirects=False, trust_env=False)
        except httpx.HTTPError as error:
            return f"{health.url}: {type(error).__name__}"
        if not answer.is_success:
            return f"{health.url}: HTTP {answer.status_code}"
    return ""


def _named(values: dict[str, str]) -> dict[str, str]:
    return {f"OKIBI_{name.upper()}": value for name, value in values.items()}
