"""The SMS queue alone: ``python bench/sms.py [messages] [lines]`` (uses DATABASE_URL).

Messages are enqueued durably one by one (number, text, consent and quiet hours looked at, each its own commit), then
given to lines that answer at once: claimed, handed over and settled, three commits each. No gateway: what a gateway
can carry is bounded by its own protocol (2–5 seconds for each SMS of a line).
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
LINE = '[[gateway.line]]\nname = "goip{0}"\npace_ms = 0\nday_limit = 100000\n'


def main(messages: int, lines: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sms.toml"
        head = 'format = 1\n[[gateway]]\nkind = "goip"\nname = "bench"\npassword = "p"\n'
        file.write_text(head + "".join(LINE.format(number) for number in range(lines)), encoding="utf-8")
        file.chmod(0o600)
        os.environ["OKIBI_SMS"] = str(file)
        django.setup()
        measured(messages)


def measured(messages: int) -> None:
    from okibi.sms import lines as room
    from okibi.sms import queue, services
    from okibi.sms.gateways.port import LineNews, Sent
    from okibi.sms.holding import Holder
    from okibi.sms.models import Sms
    from okibi.sms.options import sms_options

    run = str(time.time_ns())
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(messages):
        services.submit(f"+7900{number % 10**7:07}", f"Заявка №{number} решена", source="bench", key=f"{run}:{number}")
    told("enqueued", messages, wall, cpu)
    found = list(room.listed(sms_options().gateways).values())
    for pk in found:
        room.alive(pk, LineNews(has_network=True, imsi=str(pk)))
    holder = Holder()
    holder.keep()
    wall, cpu, done = time.perf_counter(), time.process_time(), 0
    while claims := queue.claim(found, holder.number, []):
        for claim in claims:
            queue.hand(claim.sms, holder.number)
            queue.settle(claim.sms, claim.line.pk, Sent(str(done % 256)))
            done += 1
    told("dispatched", done, wall, cpu)
    assert Sms.objects.filter(source="bench", key__startswith=run, state="sent").count() == messages


def told(what: str, count: int, wall: float, cpu: float) -> None:
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what} {count}: {count / wall:.0f}/s wall, {count / cpu:.0f}/s of this process's processor time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 32)
