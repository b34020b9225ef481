"""Server time of the console's pages and of the search on a filled database: ``python bench/pages.py`` (uses DATABASE_URL).

Each figure is the median and the 95th percentile of many runs in one process, through Django's whole stack (middleware,
session, templates), without the network. Milliseconds.
"""

import os
import random
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from okibi.accounts.models import Staff  # noqa: E402
from okibi.tickets.models import Ticket  # noqa: E402
from okibi.tickets.search import find  # noqa: E402

RUNS = 200


def measure(name: str, work: Callable[[], object], runs: int = RUNS) -> None:
    for _ in range(5):
        work()
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    times.sort()
    print(f"{name:<34} median {statistics.median(times):7.1f}   p95 {times[int(runs * 0.95)]:7.1f}")


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(Staff.objects.first(), backend="allauth.account.auth_backends.AuthenticationBackend")
    total = Ticket.objects.count()
    print(f"{total} tickets")
    active = list(Ticket.objects.filter(state="open").values_list("number", flat=True)[:200])

    def get(path: str) -> Callable[[], object]:
        def run() -> None:
            response = client.get(path() if callable(path) else path)
            assert response.status_code == 200, response.status_code

        return run

    random.seed(1)
    measure("list: mine", get("/console/queue/mine/"))
    measure("list: nobody", get("/console/queue/nobody/"))
    measure("list: all", get("/console/queue/all/"))
    measure("rows fragment: mine", get("/console/queue/mine/rows"))
    measure("ticket page (beside its queue)", get(lambda: f"/console/t/{random.choice(active)}/"))
    measure("ticket pane", get(lambda: f"/console/t/{random.choice(active)}/pane"))
    measure("search: one frequent word", lambda: find("печать"))
    measure("search: two words", lambda: find("печатью счетов"))
    measure("search: three words", lambda: find("пароль экрана принтера"))
    measure("search: a rare code", lambda: find(f"err-{random.randint(0, 9972):04d}"))
    measure("search: nothing, both layouts", lambda: find("абракадабра"), 50)
    measure("search: an address", lambda: find(f"p{random.randint(1, 100)}@example.org"))


if __name__ == "__main__":
    main()
