"""A worker of its own process that never gets to the end of parsing a message: ``hanging_worker.py DATABASE SECONDS``.

It says "parsing" when it is at that message, and waits there to be killed, or to end itself after so many seconds.
"""

import os
import re
import sys
import time
from collections.abc import Mapping

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
django.setup()

from django.db import connections  # noqa: E402

from okibi.channels import inbox  # noqa: E402
from okibi.channels.inbox import Outcome  # noqa: E402
from okibi.channels.port import Incoming  # noqa: E402
from okibi.channels.registry import ADAPTERS  # noqa: E402
from okibi.channels.tests.echo import EchoChannel  # noqa: E402

POISON = b"poison"  # waits
ENDLESS = b"endless"  # computes, and lets no other thread of the process run


class HangingChannel(EchoChannel):
    """Reads everything but the poison."""

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:
        if raw == POISON:
            print("parsing", flush=True)  # noqa: T201  the test reads it
            time.sleep(600)
        if raw == ENDLESS:
            print("parsing", flush=True)  # noqa: T201  the test reads it
            re.match(r"(a|aa)+$", "a" * 600 + "b")
        return super().parse(raw, envelope)


if __name__ == "__main__":
    connections["default"].settings_dict["NAME"] = sys.argv[1]
    inbox.PARSE_WITHIN = float(sys.argv[2])
    ADAPTERS["echo"] = f"{HangingChannel.__module__}.{HangingChannel.__name__}"
    while inbox.process_batch(lambda row, incoming: Outcome("opened", 42)):
        pass
    print("idle", flush=True)  # noqa: T201
