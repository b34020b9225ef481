"""Server-sent events (WHATWG HTML, "Server-sent events"): bytes in, events out."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it was told. ``last_id``: what to send as Last-Event-ID after it; ``id``: only its own."""

    event: str
    data: str
    last_id: str
    id: str = ""


class EventReader:
    """Feed it whatever pieces come; it gives each event once it is whole. ``retry``: seconds, as the server asked."""

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self.retry: float | None = None
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._return = False
        self._first = True
        self._event, self._own_id = "", ""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> Iterator[Told]:
        """The events that became whole with this piece."""
        text = self._decode.decode(piece)
        if self._first and text:
            text, self._first = text.removeprefix("\ufeff"), False
        if self._return and text:  # \r\n torn apart between two pieces is one line end
            text, self._return = text.removeprefix("\n"), False
        self._return = self._return or text.endswith("\r")
        lines = (self._rest + text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        self._rest = lines.pop()
        for line in lines:
            if line:
                self._field(line)
            elif (told := self._whole()) is not None:
                yield told

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self.last_id = self._own_id = value
        elif name == "retry" and value.isdecimal():
            self.retry = int(value) / 1000

    def _whole(self) -> Told | None:
        told = Told(self._event or "message", "\n".join(self._data), self.last_id, self._own_id) if self._data else None
        self._event, self._own_id, self._data = "", "", []
        return told
