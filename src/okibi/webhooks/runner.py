"""The part of the worker that tells endpoints: woken by NOTIFY, and by itself for what is to be tried again."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

from okibi.kernel import stopping

log = structlog.get_logger(__name__)

CHANNEL = "okibi_webhooks"
EVERY = 5.0  # seconds without a wake-up


async def watch(drain: Callable[[], int]) -> None:
    """Look again and again, until cancelled. A database that is away for a while is no reason to stop."""
    while not stopping.asked():
        try:
            await _listen(drain)
        except (psycopg.Error, OSError) as error:
            log.warning("webhooks_listener_lost", error=type(error).__name__)
            await asyncio.sleep(1)


async def _listen(drain: Callable[[], int]) -> None:
    given = connection.get_connection_params()
    parameters: dict[str, Any] = {name: given.get(name) for name in ("dbname", "host", "port", "user", "password")}
    link = await psycopg.AsyncConnection.connect(
        **{name: value for name, value in parameters.items() if value is not None}, autocommit=True
    )
    async with link:
        await link.execute(f"LISTEN {CHANNEL}")
        while not stopping.asked():
            await sync_to_async(_once, thread_sensitive=False)(drain)
            async for _ in link.notifies(timeout=EVERY, stop_after=1):
                pass


def _once(drain: Callable[[], int]) -> None:
    close_old_connections()
    try:
        drain()
    except Exception:
        log.exception("webhooks_round_failed")
    finally:
        close_old_connections()
