"""What the simulators of exchanges share: pushes over HTTP to a running product, or to its door within a test.

By hand: ``python -m tests.simulators.mango http://127.0.0.1:8000/hooks/mango/main missed +79000000011``.
"""

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
Post = Callable[["Push"], tuple[int, str]]


@dataclass(frozen=True)
class Push:
    """One request of an exchange: what is added to the account's address, the body and what proves it."""

    body: bytes
    path: str = ""
    query: str = ""
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)


def over_http(address: str) -> Post:
    """Pushes go to a running product."""

    def post(push: Push) -> tuple[int, str]:
        url = address.rstrip("/") + (f"/{push.path}" if push.path else "") + (f"?{push.query}" if push.query else "")
        request = urllib.request.Request(url, push.body, {"Content-Type": push.content_type, **push.headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    return post


def serve(title: str, stories: dict[str, Callable[[str], Sequence[Push]]]) -> None:
    """Tell one story of a call to a running product, an event a second."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("address", help="http://127.0.0.1:8000/hooks/<kind>/<exchange>")
    parser.add_argument("story", choices=sorted(stories))
    parser.add_argument("number", nargs="?", default="+79000000011")
    given = parser.parse_args()
    post = over_http(given.address)
    for push in stories[given.story](given.number):
        status, said = post(push)
        sys.stdout.write(f"{push.path or 'push'}: {status} {said}\n")
        time.sleep(1)
