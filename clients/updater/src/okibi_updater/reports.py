"""What the desk is told: bodies of DDI feedback. Progress counts to 100 over the whole update."""

import time
from collections.abc import Mapping
from typing import Any

from okibi_sdk.words import Sentence
from okibi_updater.journal import State

LONGEST = 500  # characters of one text
CHECKING = 210
"""The code by which the desk tells the health check from the installing."""
ROLLED_BACK = 290
"""Closed as a failure, and the old version runs again."""
DOWNLOAD_SHARE = 60  # of 100: how much of the bar is the download

PROGRESS = {
    State.ACCEPTED: 0,
    State.DOWNLOADED: 60,
    State.READY: 70,
    State.BACKING_UP: 75,
    State.INSTALLING: 80,
    State.CHECKING: 90,
    State.SUCCEEDED: 100,
}
WORDS = {
    State.ACCEPTED: Sentence("принято", "accepted"),
    State.DOWNLOADING: Sentence("загружается", "downloading"),
    State.DOWNLOADED: Sentence("загружено и проверено по TUF", "downloaded, true by TUF"),
    State.READY: Sentence("подготовлено", "prepared"),
    State.BACKING_UP: Sentence("останавливается, сохраняется копия", "stopping, backing up"),
    State.INSTALLING: Sentence("устанавливается", "installing"),
    State.CHECKING: Sentence("проверяется, работает ли", "checking whether it works"),
    State.ROLLING_BACK: Sentence("возвращается прежняя версия", "rolling back"),
    State.SUCCEEDED: Sentence("установлено", "installed"),
    State.ROLLED_BACK: Sentence("возвращена прежняя версия", "rolled back"),
    State.FAILED: Sentence("не удалось, ничего не изменено", "failed, nothing was changed"),
    State.REFUSED: Sentence("отказано, ничего не изменено", "refused, nothing was changed"),
    State.CANCELLED: Sentence("отменено", "cancelled"),
}
WAITS = {
    "window": Sentence("ждёт окна обслуживания", "waits for the maintenance window"),
    "consent": Sentence(
        "ждёт согласия на этом компьютере: okibi-updater confirm",
        "waits for consent at this host: okibi-updater confirm",
    ),
    "download": Sentence("сервер ещё не разрешил загрузку", "the server doesn't allow the download yet"),
}
_EXECUTION = {State.ACCEPTED: "scheduled", State.DOWNLOADING: "download", State.DOWNLOADED: "downloaded"}


def feedback(execution: str, finished: str, progress: int, code: int, *details: str) -> dict[str, Any]:
    """One feedback. ``execution`` and ``finished`` are DDI's words."""
    result: dict[str, Any] = {"finished": finished, "progress": {"cnt": progress, "of": 100}}
    told = [text[:LONGEST] for text in details if text]
    status = {"execution": execution, "result": result, "code": code, "details": told}
    return {"timestamp": int(time.time() * 1000), "status": status}


def step(state: State, language: str, *details: str, progress: int | None = None) -> dict[str, Any]:
    """A step on the way."""
    code = CHECKING if state is State.CHECKING else 200
    cnt = PROGRESS.get(state, 0) if progress is None else progress
    execution = _EXECUTION.get(state, "proceeding")
    return feedback(execution, "none", cnt, code, WORDS[state].in_(language), *details)


def waiting(reason: str, state: State, language: str) -> dict[str, Any]:
    return feedback("scheduled", "none", PROGRESS.get(state, 0), 200, WAITS[reason].in_(language))


def closing(state: State, language: str, number: int, *details: str) -> dict[str, Any]:
    """The end."""
    finished = "success" if state is State.SUCCEEDED else "failure"
    code = {State.SUCCEEDED: 200, State.ROLLED_BACK: ROLLED_BACK}.get(state, number)
    return feedback("closed", finished, PROGRESS.get(state, 0), code, WORDS[state].in_(language), *details)


def consent(word: str) -> Mapping[str, Any]:
    """The answer to a question of confirmation: confirmed or denied."""
    return {"confirmation": word, "code": 200 if word == "confirmed" else 403, "details": ["okibi-updater confirm"]}
