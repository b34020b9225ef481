"""MegaFon's virtual exchange: cmd=event for every telephone, cmd=history at the end, cmd=contact asks who calls."""

import time
import uuid
from collections.abc import Sequence
from urllib.parse import urlencode

from tests.simulators.exchange import Push, serve

TOKEN = "megafon-token"
OURS = "78000000000"


def push(*, token: str = TOKEN, **fields: str) -> Push:
    return Push(urlencode({**fields, "crm_token": token}).encode())


def event(kind: str, number: str, call: str, user: str = "vera", ext: str = "101", **more: str) -> Push:
    return push(cmd="event", type=kind, phone=number.lstrip("+"), user=user, ext=ext, groupRealName="Поддержка",
                diversion=OURS, telnum=OURS, callid=call, **more)  # fmt: skip


def history(
    number: str, call: str, status: str, at: float, duration: int = 0, kind: str = "in", link: str = "",
    user: str = "vera", ext: str = "101",
) -> Push:  # fmt: skip
    start = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    link = link or ("https://records.example.org/1.mp3" if duration else "")
    return push(cmd="history", type=kind, status=status, phone=number.lstrip("+"), user=user, ext=ext,
                diversion=OURS, callid=call, start=start, duration=str(duration), wait="5", link=link)  # fmt: skip


def contact(number: str, *, token: str = TOKEN) -> Push:
    return push(token=token, cmd="contact", phone=number.lstrip("+"), callid=uuid.uuid4().hex, diversion=OURS)


def missed(number: str, call: str = "", at: float = 0) -> Sequence[Push]:
    call, at = call or uuid.uuid4().hex, at or time.time()
    return [
        event("INCOMING", number, call),
        event("INCOMING", number, call, "oleg", "102"),
        event("CANCELLED", number, call),
        event("CANCELLED", number, call, "oleg", "102"),
        history(number, call, "missed", at),
    ]


def answered(number: str, call: str = "", at: float = 0) -> Sequence[Push]:
    call, at = call or uuid.uuid4().hex, at or time.time()
    return [
        event("INCOMING", number, call),
        event("INCOMING", number, call, "oleg", "102"),
        event("ACCEPTED", number, call),
        event("CANCELLED", number, call, "oleg", "102"),
        event("COMPLETED", number, call),
        history(number, call, "Success", at, 65),
    ]


def transferred(number: str, call: str = "", at: float = 0) -> Sequence[Push]:
    """Vera spoke and hands over to Oleg, who speaks too: one ``callid`` for all telephones."""
    call, at = call or uuid.uuid4().hex, at or time.time()
    return [
        event("INCOMING", number, call),
        event("ACCEPTED", number, call),
        event("TRANSFERRED", number, call),
        event("INCOMING", number, call, "oleg", "102"),
        event("ACCEPTED", number, call, "oleg", "102"),
        event("COMPLETED", number, call, "oleg", "102"),
        history(number, call, "Success", at, 65, user="oleg", ext="102"),
    ]


def handed_over(number: str, call: str = "", at: float = 0) -> Sequence[Push]:
    """Vera asks Oleg first, by a call with an id of its own, and hands over: ``second_callid`` is Oleg's."""
    call, at = call or uuid.uuid4().hex, at or time.time()
    second = f"{call}-second"
    return [
        event("INCOMING", number, call),
        event("ACCEPTED", number, call),
        event("INCOMING", number, second, "oleg", "102"),
        event("ACCEPTED", number, second, "oleg", "102"),
        event("TRANSFERRED", number, call, second_callid=second),
        event("COMPLETED", number, call),
        history(number, call, "Success", at, 20),
        event("COMPLETED", number, second, "oleg", "102"),
        history(
            number, second, "Success", at + 25, 40, user="oleg", ext="102", link="https://records.example.org/2.mp3"
        ),
    ]


STORIES = {
    "missed": missed,
    "answered": answered,
    "transferred": transferred,
    "handed over": handed_over,
    "contact": lambda number: [contact(number)],
}

if __name__ == "__main__":
    serve(f"MegaFon's exchange: crm_token {TOKEN}", STORIES)
