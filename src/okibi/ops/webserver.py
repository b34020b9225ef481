"""The web server's process: granian inside this very process, so that a killed one leaves nothing behind."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.urls import resolve
from django.utils.module_loading import import_string
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from okibi.ops.env import Environment

STOP_SECONDS = 3  # then open event streams are cut
WARM_AFTER = 4.0  # seconds after the start: the first page comes before


def serve(env: Environment) -> int:
    """Serve until SIGTERM or SIGINT. Threads of pages may still run when this returns: end with ``os._exit``."""
    asyncio.new_event_loop().run_until_complete(_serve(env))
    return 0


def warm() -> None:
    """Load the doors that nobody has come to yet: else the first application that calls waits a second for it."""
    for address in ("/", "/api/v1/policy", "/portal/"):
        resolve(address)


async def _serve(env: Environment) -> None:
    server: Any = Server(
        import_string(settings.ASGI_APPLICATION),
        address=env.text("OKIBI_BIND"),
        port=env.number("OKIBI_PORT"),
        interface=Interfaces.ASGI,
        blocking_threads=1,  # the only number that ASGI takes; pages run in threads of our own
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.error,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server.serve())
    loop.call_later(WARM_AFTER, loop.run_in_executor, None, warm)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    server.stop()
    await asyncio.wait({serving}, timeout=STOP_SECONDS)
