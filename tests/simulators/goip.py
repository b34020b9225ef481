"""A GoIP device that keeps to its protocol and has every fault that real ones have: a simulator for tests and hands.

``python -m tests.simulators.goip --server 127.0.0.1:44444 --lines 4 --password secret`` registers four lines; what it
"sends" it prints, and ``receive LINE SENDER TEXT`` on its standard input is an SMS that came in.

Each line has a UDP port of its own, as on the device. ``Faults`` says what goes wrong: packets lost and doubled in both
directions, late ones, no final answer, error codes, a reboot that begins its ids anew.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SESSION = 18  # ticks: then the device forgets a session it did not hear the end of
REMEMBERS = 10  # telids: a SEND of one of these asks what became of it
AGAIN = 3  # copies of what it tells, besides the first


@dataclass
class Faults:
    """Shares are 0…1. ``slow``: ticks that an SMS takes."""

    loss: float = 0.0
    repeats: float = 0.0
    late: float = 0.0  # share of packets that others overtake
    slow: tuple[float, float] = (0.2, 0.4)
    errors: dict[str, int] = field(default_factory=dict)  # number → +CMS ERROR
    silent_ends: float = 0.0  # share of SMS that leave and are never told of
    forgets: bool = False  # firmware that sends anew at each SEND, whatever its telid
    reports: bool = True
    report_first: bool = False  # the delivery report overtakes OK


@dataclass
class Session:
    number: int
    text: str
    began: float
    opened: bool = False


class Line(asyncio.DatagramProtocol):
    """One SIM: its port, its session, the ten SMS it remembers."""

    def __init__(self, device: "Goip", name: str, imsi: str) -> None:
        self.device, self.name, self.imsi = device, name, imsi
        self.network, self.transport = True, None
        self.registered: int | None = None  # the status that the server gave
        self.session: Session | None = None
        self.known: dict[int, str] = {}  # telid → its last answer, "" while it is on its way
        self.order: deque[int] = deque()
        self.acknowledged: set[str] = set()
        self.sms_no = 0
        self.heard: list[bytes] = []
        self.balance = "Баланс: 57.20 р."

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        device = self.device
        if device.random.random() < device.faults.loss:
            return
        self.heard.append(data)
        self.take(data)

    def error_received(self, exc: Exception) -> None:
        pass  # nobody listens: UDP does not care

    # ------------------------------------------------------------------ words of the server

    def take(self, data: bytes) -> None:
        if data.startswith(b"reg:"):
            self.registered = int(data.partition(b"status:")[2].partition(b";")[0])
            return
        verb, _, rest = data.partition(b" ")
        words = rest.split(b" ")
        if verb == b"MSG":
            self.message(int(words[0]), int(words[1]), rest.split(b" ", 2)[2])
        elif verb == b"PASSWORD":
            self.password(int(words[0]), rest.partition(b" ")[2].rstrip(b"\n").decode())
        elif verb == b"SEND":
            self.sending(int(words[0]), int(words[1]), words[2].decode().strip())
        elif verb == b"DONE":
            self.say(f"DONE {int(words[0])}\n")
            self.session = None
        elif verb == b"USSD":
            self.device.later(self.ussd(int(words[0]), words[2].decode()))
        elif len(words) >= 2 and words[1].strip() == b"OK":
            self.acknowledged.add(f"{verb.decode()} {words[0].decode()}")

    def message(self, number: int, length: int, rest: bytes) -> None:
        body, end = rest[:length], rest[length:]
        if end != b"\n":
            self.say(f"ERROR {number} LENGTH\n")
            return
        current = self.session
        fresh = current is None or time.monotonic() - current.began > SESSION * self.device.tick
        if fresh or current is None or current.number != number:
            self.session = current = Session(number, body.decode(), time.monotonic())
        self.say(f"{'SEND' if current.opened else 'PASSWORD'} {number}\n")

    def password(self, number: int, given: str) -> None:
        if self.session is None or self.session.number != number:
            self.say(f"ERROR {number} SENDID\n")
        elif given != self.device.password:
            self.say(f"ERROR {number} PASSWORD\n")
        elif not self.network:
            self.say(f"ERROR {number} GSM_LOGOUT\n")
        else:
            self.session.opened = True
            self.say(f"SEND {number}\n")

    def sending(self, number: int, telid: int, to: str) -> None:
        session = self.session
        if session is None or session.number != number or not session.opened:
            self.say(f"ERROR {number} SENDID\n")
            return
        if telid in self.known and not self.device.faults.forgets:
            self.say(self.known[telid] or f"WAIT {number} {telid}\n")
            return
        self.known[telid] = ""
        self.order.append(telid)
        if len(self.order) > REMEMBERS:
            self.known.pop(self.order.popleft(), None)
        self.say(f"WAIT {number} {telid}\n")
        self.device.later(self.carry(number, telid, to, session.text))

    async def carry(self, number: int, telid: int, to: str, text: str) -> None:
        device = self.device
        await asyncio.sleep(device.random.uniform(*device.faults.slow) * device.tick)
        code = device.faults.errors.get(to)
        if code is not None:
            answer = f"ERROR {number} {telid} errorstatus:{code}\n"
        else:
            self.sms_no = (self.sms_no + 1) % 256  # a modem's small counter
            device.left(self.name, to, text)
            answer = f"OK {number} {telid} {self.sms_no}\n"
            if device.faults.reports and device.faults.report_first:
                device.later(self.tell("DELIVER", f"sms_no:{self.sms_no};state:0;num:{to}"))
                await asyncio.sleep(device.tick / 5)
        self.known[telid] = answer
        if code is None and device.random.random() < device.faults.silent_ends:
            return
        self.say(answer)
        if code is None and device.faults.reports and not device.faults.report_first:
            await asyncio.sleep(device.tick / 5)
            device.later(self.tell("DELIVER", f"sms_no:{self.sms_no};state:0;num:{to}"))

    async def ussd(self, number: int, code: str) -> None:
        await asyncio.sleep(self.device.tick / 5)
        self.say(f"USSD {number} {self.balance}" if code == "*100#" else f"USSDERROR {number} unknown code {code}")

    # ------------------------------------------------------------------ words of the device

    def keepalive(self, number: int) -> None:
        status = "LOGIN" if self.network else "LOGOUT"
        self.say(
            f"req:{number};id:{self.name};pass:{self.device.password};num:;signal:24;gsm_status:{status};"
            f"voip_status:LOGOUT;voip_state:IDLE;remain_time:-1;imei:867495023958030;imsi:{self.imsi};"
            f"iccid:8970{self.imsi};pro:MTS;idle:11;disable_status:0;SMS_LOGIN:N;SMB_LOGIN:;"
            f"CELLINFO:LAC:7E5,CELL ID:5E5B;CGATT:Y;"
        )

    async def tell(self, verb: str, rest: str, number: int | None = None) -> bool:
        """Until it is acknowledged, at most four times; whether it was."""
        number = self.device.next_id() if number is None else number
        head = f"{verb} {number}"
        self.acknowledged.discard(head)
        for _ in range(AGAIN + 1):
            self.say(f"{verb}:{number};id:{self.name};password:{self.device.password};{rest}")
            for _ in range(6):
                await asyncio.sleep(self.device.tick / 10)
                if head in self.acknowledged:
                    return True
        return False

    def say(self, text: str) -> None:
        device = self.device
        if device.random.random() < device.faults.loss:
            return
        copies = 2 if device.random.random() < device.faults.repeats else 1
        for _ in range(copies):
            if device.random.random() < device.faults.late:
                asyncio.get_running_loop().call_later(device.tick / 4, self.put, text)
            else:
                self.put(text)

    def put(self, text: str) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.sendto(text.encode(), self.device.server)


class Goip:
    """A device. ``sent``: (line, number, text) of everything that left it, in order."""

    def __init__(
        self,
        server: tuple[str, int],
        *,
        lines: int = 1,
        password: str = "secret",
        tick: float = 5.0,
        faults: Faults | None = None,
        seed: int = 1,
        names: str = "goip{}",
    ) -> None:
        self.server, self.password, self.tick = server, password, tick
        self.faults, self.random = faults or Faults(), random.Random(seed)
        self.lines = [Line(self, names.format(i + 1), f"25001{seed:04}{i:06}") for i in range(lines)]
        self.sent: list[tuple[str, str, str]] = []
        self.on_sent: Callable[[str, str, str], None] = lambda *_: None
        self.every = 6.0  # ticks between two keepalives
        self._id = 1_270_197_307
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        for line in self.lines:
            await loop.create_datagram_endpoint(lambda line=line: line, local_addr=("127.0.0.1", 0))
        self.later(self.keep_alive())

    async def keep_alive(self) -> None:
        number = 0
        while True:
            number += 1
            for line in self.lines:
                line.keepalive(number)
            await asyncio.sleep(self.tick * (self.every if all(line.registered == 200 for line in self.lines) else 0.5))

    def later(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def next_id(self) -> int:
        self._id -= 1
        return self._id

    def left(self, line: str, to: str, text: str) -> None:
        self.sent.append((line, to, text))
        self.on_sent(line, to, text)

    def reboot(self) -> None:
        """It forgets everything, and its ids begin anew."""
        for task in list(self._tasks):
            task.cancel()
        self._id = 1_270_197_307
        for line in self.lines:
            line.session, line.registered = None, None
            line.known, line.order = {}, deque()
        self.later(self.keep_alive())

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        for line in self.lines:
            if line.transport is not None:
                line.transport.close()
        await asyncio.sleep(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="127.0.0.1:44444")
    parser.add_argument("--lines", type=int, default=2)
    parser.add_argument("--password", default="secret")
    parser.add_argument("--tick", type=float, default=5.0, help="seconds; as in the gateway's table")
    parser.add_argument("--loss", type=float, default=0.0)
    parser.add_argument("--repeats", type=float, default=0.0)
    parser.add_argument("--late", type=float, default=0.0)
    parser.add_argument("--slow", type=float, default=0.4, help="ticks that one SMS takes")
    parser.add_argument("--error", action="append", default=[], metavar="NUMBER=CODE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", help="a file that gets a line for each SMS that left")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(by_hand(parser.parse_args()))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def by_hand(args: argparse.Namespace) -> None:
    host, _, port = args.server.rpartition(":")
    errors = {number: int(code) for number, _, code in (each.partition("=") for each in args.error)}
    faults = Faults(args.loss, args.repeats, args.late, (args.slow / 2, args.slow), errors)
    device = Goip(
        (host, int(port)), lines=args.lines, password=args.password, tick=args.tick, faults=faults, seed=args.seed
    )
    log = Path(args.log) if args.log else None

    def show(line: str, to: str, text: str) -> None:
        say(f"{line} → {to}: {text!r}")
        if log:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{line}\t{to}\t{text}\n")

    device.on_sent = show
    await device.start()
    say(f"{args.lines} lines speak to {args.server}; receive LINE SENDER TEXT, reboot, offline LINE, online LINE")
    loop = asyncio.get_running_loop()
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split(maxsplit=3)
        by_name = {line.name: line for line in device.lines}
        if not words:
            await asyncio.sleep(0.5)  # its input may be closed: it goes on
        elif words[0] == "reboot":
            device.reboot()
        elif words[0] == "receive" and len(words) == 4 and words[1] in by_name:
            device.later(by_name[words[1]].tell("RECEIVE", f"srcnum:{words[2]};msg:{words[3].rstrip()}"))
        elif words[0] in {"offline", "online"} and len(words) > 1 and words[1] in by_name:
            by_name[words[1]].network = words[0] == "online"
        else:
            say("?")


if __name__ == "__main__":
    main()
