"""A process to be killed: puts drafts into an outbox, or sends what is in it.

put PATH COUNT SIZE     prints the id of each draft once it is kept
send PATH SERVER        sends until nothing is left, or until it is killed
"""

import sys
import threading
from pathlib import Path

from clients.sdk.tests.fake_server import TOKEN
from okibi_sdk import BytesSource, Client, Draft, Outbox, Patience

QUICK = Patience(tries=3, first=0.001, longest=0.01)


def put(path: Path, count: int, size: int) -> None:
    outbox = Outbox(path)
    for serial in range(count):
        name = f"{serial}-{threading.get_native_id()}"
        content = (name.encode() * (size // len(name) + 1))[:size]
        draft = outbox.put(Draft(f"Заявка {name}"), [BytesSource(content, f"{name}.log")] if size else [])
        outbox.put_message(f"Дополнение {name}", after=draft)
        print(name, flush=True)  # noqa: T201 - read by the test


def send(path: Path, server: str) -> None:
    outbox = Outbox(path, Client(server, TOKEN, language="ru", patience=QUICK), device="one")
    while not outbox.flush():
        pass


if __name__ == "__main__":
    act, where, *rest = sys.argv[1:]
    if act == "put":
        put(Path(where), int(rest[0]), int(rest[1]))
    else:
        send(Path(where), rest[0])
