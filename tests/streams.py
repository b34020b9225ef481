"""One reader of a stream of events, without a server between."""

import asyncio
import contextlib
from functools import wraps
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection

from okibi.journal.live import in_thread

PATIENCE = 20  # seconds


def told(story):
    """The story as a test."""

    @wraps(story)
    def run(*args, **kwargs):
        return async_to_sync(story)(*args, **kwargs)

    return run


class Stream:
    """One reader of the stream, in-process."""

    def __init__(self, application: Any, path: str, headers: dict[str, str], query: str = "") -> None:
        self.application = application
        self.scope = {
            "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        self.out: asyncio.Queue = asyncio.Queue()
        self.gone = asyncio.Event()

    async def __aenter__(self):
        self.task = asyncio.create_task(self.application(self.scope, self._receive, self.out.put))
        self.start = await asyncio.wait_for(self.out.get(), PATIENCE)
        return self

    async def __aexit__(self, *_):
        self.gone.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(self.task, PATIENCE)

    async def _receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def event(self) -> dict[str, str]:
        """The next event's fields; {} at the stream's end."""
        while True:
            message = await asyncio.wait_for(self.out.get(), PATIENCE)
            if not message.get("more_body"):
                return {}
            fields = dict(line.split(": ", 1) for line in message["body"].decode().splitlines() if ": " in line)
            if "event" in fields:
                return fields


async def listening() -> None:
    """Until the hub has its place in the journal and its LISTEN."""
    for _ in range(100):
        await asyncio.sleep(0.05)
        if await in_thread(_is_listening):
            return


def _is_listening() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        return bool(cursor.fetchone()[0])
