"""The door for pushes without Django: HTTP on loopback, the kind's own reader, a hub in place of the database."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from okibi.kernel.hook import HookRequest
from okibi.sms.gateways.push import Alive, PushRefusedError, Received, Reported


class Door:
    """``url``: where the other side calls. What can't be stored is answered with 500, as the real one does."""

    def __init__(self, port, read, options):
        self.port, self.read, self.options = port, read, options
        self.hub, self.url = None, f"http://127.0.0.1:{port}"

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self):
        self._server.close()

    async def _serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        path = parts.path.removeprefix(f"/hooks/sms/{self.options.name}").strip("/")
        push = HookRequest(method, dict(parse_qsl(parts.query)), headers, body, headers.get("content-type", ""), path)
        status = await self._taken(push)
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def _taken(self, push):
        try:
            for told in self.read(self.options, push, datetime.now(UTC)):
                await self._keep(told)
        except PushRefusedError as error:
            return error.status
        except OSError:
            return 500
        return 200

    async def _keep(self, told):
        if isinstance(told, Received):
            await self.hub.received(told.line, told.external_id, told.sender, told.text, "")
        elif isinstance(told, Reported):
            await self.hub.reported(told.line, told.external_id, told.reference, "", told.state)
        elif isinstance(told, Alive):
            await self.hub.alive(told.line, told.news)
        else:
            await self.hub.settled(told.line, told.order, told.fate)
