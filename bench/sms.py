"""The SMS queue alone: ``python bench/sms.py [messages] [lines] [processes]`` (uses DATABASE_URL).

Messages are enqueued durably one by one (number, text, consent and quiet hours looked at, each its own commit), then
given to lines that answer at once: claimed, handed over and settled, three commits each, by processes that each hold
their share of the lines. No gateway: what a gateway can carry is bounded by its own protocol (2–5 seconds for each SMS
of a line).
"""

import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
LINE = '[[gateway.line]]\nname = "goip{0}"\npace_ms = 0\nday_limit = 100000\n'


def main(messages: int, lines: int, processes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sms.toml"
        head = 'format = 1\n[[gateway]]\nkind = "goip"\nname = "bench"\npassword = "p"\n'
        file.write_text(head + "".join(LINE.format(number) for number in range(lines)), encoding="utf-8")
        file.chmod(0o600)
        os.environ["OKIBI_SMS"] = str(file)
        django.setup()
        found, run = enqueued(messages)
        dispatched(found, processes)
        left(run, messages)


def enqueued(messages: int) -> tuple[list[int], str]:
    """The lines, alive, and the mark of what was enqueued."""
    from okibi.sms import lines as room
    from okibi.sms import services
    from okibi.sms.gateways.port import LineNews
    from okibi.sms.options import sms_options

    run = str(time.time_ns())
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(messages):
        services.submit(f"+7900{number % 10**7:07}", f"Заявка №{number} решена", source="bench", key=f"{run}:{number}")
    told("enqueued", messages, time.perf_counter() - wall, time.process_time() - cpu)
    found = list(room.listed(sms_options().gateways).values())
    for pk in found:
        room.alive(pk, LineNews(has_network=True, imsi=str(pk)))
    return found, run


def dispatched(found: list[int], processes: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    start, told_by = spawn.Barrier(processes + 1), spawn.SimpleQueue()
    workers = [
        spawn.Process(target=dispatch, args=(found[each::processes], start, told_by)) for each in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait(60)
    wall = time.perf_counter()
    shares = [told_by.get() for _ in workers]
    wall = time.perf_counter() - wall
    for worker in workers:
        worker.join()
    told(f"dispatched by {processes} processes", sum(done for done, _ in shares), wall, sum(cpu for _, cpu in shares))


def dispatch(own: list[int], start: Barrier, tell: "multiprocessing.SimpleQueue[tuple[int, float]]") -> None:
    """One worker with its lines: until nothing waits; tells how many, and its processor time in seconds."""
    django.setup()
    from okibi.sms import queue
    from okibi.sms.gateways.port import Sent
    from okibi.sms.holding import Holder

    holder, done = Holder(), 0
    holder.keep()
    start.wait(60)
    cpu = time.process_time()
    while claims := queue.claim(own, holder.number, {}):
        for claim in claims:
            queue.hand(claim.sms, holder.number)
            queue.settle(claim.sms, claim.line.pk, Sent(str(done % 256)))
            done += 1
    tell.put((done, time.process_time() - cpu))


def left(run: str, messages: int) -> None:
    from okibi.sms.models import Sms

    if Sms.objects.filter(source="bench", key__startswith=run, state="sent").count() != messages:
        raise SystemExit("some SMS were not sent")


def told(what: str, count: int, wall: float, cpu: float) -> None:
    print(f"{what} {count}: {count / wall:.0f}/s wall, {count / cpu:.0f}/s of the processor time in Python")


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(*(numbers + [2000, 32, 2][len(numbers) :]))
