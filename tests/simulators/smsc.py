"""A message centre (SMSC) on loopback by smpp34's own server, a Rust codec that is not ours: for tests and hands.

``python -m tests.simulators.smsc --port 2775`` takes any bind; what it "sends" it prints, and ``receive LINE SENDER
TEXT`` on its standard input is an SMS that came in.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable
from typing import Any

import smpp34

RECEIPT, HEADER = 4, 0x40
ALONE = 134  # bytes of UCS-2 in one of several segments


class Smsc:
    """``sent``: (line, number, text) of every SMS that left whole; ``errors``: number → command_status."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent: list[tuple[str, str, str]] = []
        self.submitted: list[Any] = []
        self.errors: dict[str, int] = {}
        self.silent = False  # takes and never answers
        self.receipts, self.hex_answers = True, False
        self.sessions: dict[str, Any] = {}  # line → its session that takes what comes in
        self.on_sent: Callable[[str, str, str], None] = lambda *_: None
        self._names: dict[str, str] = {}
        self._parts: dict[tuple[str, str, int], dict[int, str]] = {}
        self._kept: list[Any] = []
        self._all: list[Any] = []
        self._count = 25
        self._server: Any = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        self._server = smpp34.Server("127.0.0.1", self.port, system_id="SMSC")
        await self._server.start()
        self._later(self._serve(self._server))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await self._server.stop()  # first: a line that loses its session comes again at once
        for session in self._all:
            with contextlib.suppress(Exception):  # it may have left before
                await asyncio.wait_for(session.unbind(), 1)

    async def _serve(self, server: Any) -> None:
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self._names[event.session_id] = event.system_id
                self._all.append(event)
                if event.can_receive:
                    self.sessions[event.system_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._submit(event)

    def _submit(self, event: Any) -> None:
        number, line = f"+{event.destination_addr.lstrip('+')}", self._names[event.session_id]
        self.submitted.append(event)
        if (status := self.errors.get(number)) is not None:
            event.reject(status)
            return
        self._count += 1
        name = f"{self._count:X}" if self.hex_answers else str(self._count)
        text = self._whole(line, number, event)
        if text is not None:
            self.sent.append((line, number, text))
            self.on_sent(line, number, text)
        if self.silent:
            self._kept.append(event)  # one that is dropped would be answered with an error
            return
        event.accept(name)
        if self.receipts and event.registered_delivery:
            self._later(self._receipt(line, number, self._count, name))

    def _whole(self, line: str, number: str, event: Any) -> str | None:
        tlvs = {each.tag: each.value for each in event.tlvs}
        data = event.short_message or tlvs.get(smpp34.TLV_MESSAGE_PAYLOAD, b"")
        mark, of, place = 0, 1, 1
        if event.esm_class & HEADER:
            mark, of, place = data[3], data[4], data[5]
            data = data[6:]
        elif smpp34.TLV_SAR_TOTAL_SEGMENTS in tlvs:
            mark = int.from_bytes(tlvs[smpp34.TLV_SAR_MSG_REF_NUM], "big")
            of, place = tlvs[smpp34.TLV_SAR_TOTAL_SEGMENTS][0], tlvs[smpp34.TLV_SAR_SEGMENT_SEQNUM][0]
        text = data.decode("utf-16-be" if event.data_coding == 8 else "latin-1")
        parts = self._parts.setdefault((line, number, mark), {})
        parts[place] = text
        if len(parts) < of:
            return None
        del self._parts[line, number, mark]
        return "".join(parts[each] for each in sorted(parts))

    async def _receipt(self, line: str, number: str, count: int, name: str) -> None:
        tlvs = [] if self.hex_answers else [smpp34.Tlv(0x1E, name.encode() + b"\x00"), smpp34.Tlv(0x427, b"\x02")]
        words = f"id:{count:010} sub:001 dlvrd:001 submit date:2611231200 done date:2611231200 stat:DELIVRD err:000"
        session = await self._session(line)
        await session.deliver_sm(
            "desk", words.encode(), source_addr=number[1:], source_addr_ton=1, source_addr_npi=1, esm_class=RECEIPT,
            tlvs=tlvs,
        )  # fmt: skip

    async def receive(self, line: str, sender: str, text: str, mark: int = 7) -> bool:
        """An SMS of a person, in as many segments as it needs; whether all of them were acknowledged."""
        raw = text.encode("utf-16-be")
        pieces = [raw[at : at + ALONE] for at in range(0, len(raw), ALONE)] if len(raw) > 140 else [raw]
        done, session = True, await self._session(line)
        for number, piece in enumerate(pieces, start=1):
            head = bytes((5, 0, 3, mark, len(pieces), number)) if len(pieces) > 1 else b""
            answer = await session.deliver_sm(
                "desk", head + piece, source_addr=sender.lstrip("+"), source_addr_ton=1 if sender[:1] == "+" else 5,
                esm_class=HEADER if head else 0, data_coding=8,
            )  # fmt: skip
            done = done and answer.is_success
        return done

    async def _session(self, line: str) -> Any:
        """The line's session; it may have been bound a moment ago."""
        async with asyncio.timeout(5):
            while line not in self.sessions:  # noqa: ASYNC110  the server's own queue tells of it
                await asyncio.sleep(0.01)
        return self.sessions[line]

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def by_hand(port: int) -> None:
    centre = Smsc(port)
    centre.on_sent = lambda line, to, text: say(f"{line} → {to}: {text!r}")
    await centre.start()
    say(f"a message centre at 127.0.0.1:{port}; receive LINE SENDER TEXT")
    loop = asyncio.get_running_loop()
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split(maxsplit=3)
        if not words:
            await asyncio.sleep(0.5)  # its input may be closed: it goes on
        elif words[0] == "receive" and len(words) == 4 and words[1] in centre.sessions:
            say("taken" if await centre.receive(words[1], words[2], words[3].rstrip()) else "refused")
        else:
            say("?")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=2775)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(by_hand(parser.parse_args().port))
