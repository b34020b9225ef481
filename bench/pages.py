"""Server time of the console's pages and of the search on a filled database: ``python bench/pages.py`` (uses DATABASE_URL).

Each figure is the median and the 95th percentile of many runs in one process, through Django's whole stack (middleware,
session, templates), without the network. Milliseconds. Beside the clock on the wall stands the processor's time, of this
process and of its database connection together: that is what the page takes on an idle machine, however busy this one is.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from okibi.accounts.models import Staff  # noqa: E402
from okibi.tickets.models import Ticket  # noqa: E402
from okibi.tickets.search import find  # noqa: E402

RUNS = 200


def measure(name: str, work: Callable[[], object], runs: int = RUNS) -> None:
    for _ in range(5):
        work()
    times, own, theirs = [], [], database_ticks()
    for _ in range(runs):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - begin) * 1000)
        own.append((time.process_time() - busy) * 1000)
    theirs = (database_ticks() - theirs) * 1000 / os.sysconf("SC_CLK_TCK") / runs
    times.sort()
    took = f"median {statistics.median(times):7.1f}   p95 {times[int(runs * 0.95)]:7.1f}"
    print(f"{name:<34} {took}   processor {statistics.median(own) + theirs:6.1f} (database {theirs:.1f})", flush=True)


def database_ticks() -> int:
    """Processor time that the server process of our connection has used, in clock ticks; the server is on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(Staff.objects.first())
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
    measure("list: overdue", get("/console/queue/overdue/"))
    measure("rows fragment: mine", get("/console/queue/mine/rows"))
    measure("ticket page (beside its queue)", get(lambda: f"/console/t/{random.choice(active)}/"))
    measure("ticket pane", get(lambda: f"/console/t/{random.choice(active)}/pane"))
    measure("search: one frequent word", lambda: find("печать"))
    measure("search: two words", lambda: find("печатью счетов"))
    measure("search: three words", lambda: find("пароль экрана принтера"))
    measure("search: a rare code", lambda: find(f"err-{random.randint(0, 9972):04d}"))
    measure("search: nothing, both layouts", lambda: find("абракадабра"))
    measure("search: an address", lambda: find(f"p{random.randint(1, 100)}@example.org"))


if __name__ == "__main__":
    main()
