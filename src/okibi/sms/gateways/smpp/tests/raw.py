"""A message centre packet by packet, for what no honest one does: late and missing answers, cuts, malformed binds."""

import asyncio
import struct

import smpp34

from okibi.sms.gateways.smpp.tests.world import free_port, options

HEAD = struct.Struct(">IIII")


class Raw:
    """``answers``: what each ``submit_sm`` gets in turn: an id, a status, "cut", "late:id" or None; then ids go on."""

    def __init__(self, *answers, bind=None, late=0.3, **more):
        self.answers, self.bind, self.late = list(answers), bind, late
        self.options = options(free_port(), names=("goipsms04",), **more)
        self.submitted, self.binds, self.acks, self.moments = [], [], {}, []
        self.quiet = False  # answers nothing at all
        self.writer = None
        self._count = 0

    async def start(self):
        port = int(self.options.options["address"].rpartition(":")[2])
        self._server = await asyncio.start_server(self._session, "127.0.0.1", port)

    async def stop(self):
        self._server.close()
        if self.writer:
            self.writer.close()

    async def _session(self, reader, writer):
        try:
            while True:
                head = await reader.readexactly(16)
                size, command, status, sequence = HEAD.unpack(head)
                body = await reader.readexactly(size - 16)
                if not self.quiet:
                    await self._came(writer, command, status, sequence, head + body)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    async def _came(self, writer, command, status, sequence, raw):
        if command in {1, 2, 9}:
            self.binds.append((command, raw[16:]))
            if command != 2:
                self.writer = writer
            if isinstance(self.bind, int):
                self.put(writer, command, self.bind, sequence)
            else:
                writer.write(
                    self.bind or b"" if self.bind else HEAD.pack(21, command | 1 << 31, 0, sequence) + b"SMSC\0"
                )
        elif command == 4:
            self.submitted.append(smpp34.decode(raw))
            self.moments.append(asyncio.get_running_loop().time())
            self._count += 1
            self.say(writer, sequence, self.answers.pop(0) if self.answers else f"{self._count:X}")
        elif command == 0x80000005:
            self.acks[sequence] = status
        elif command in {0x15, 6}:
            self.put(writer, command, 0, sequence)

    def say(self, writer, sequence, answer):
        if answer == "cut":
            writer.close()
        elif isinstance(answer, int):
            self.put(writer, 4, answer, sequence)
        elif answer and answer.startswith("late:"):
            asyncio.get_running_loop().call_later(self.late, self.say, writer, sequence, answer[5:])
        elif answer:
            self.put(writer, 4, 0, sequence, answer.encode() + b"\0")

    def put(self, writer, command, status, sequence, body=b""):
        writer.write(HEAD.pack(16 + len(body), command | 1 << 31, status, sequence) + body)

    async def deliver(self, data, sequence=1, sender="79000000017", **more):
        """Gives the status of its answer."""
        given = {"source_addr_ton": 1, "sequence_number": sequence} | more
        self.acks.pop(sequence, None)
        self.writer.write(smpp34.DeliverSm(sender, "desk", data, **given).encode())
        async with asyncio.timeout(5):
            while sequence not in self.acks:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.005)
        return self.acks[sequence]
