"""Mails per second into finished tickets: ``python bench/intake.py [mails] [processes]`` (uses DATABASE_URL).

Each mail is stored, parsed, judged, opened as a ticket with its clock, journal and search words, and its receipt is put
into the outbox, every step committed durably. All mails stand in the inbox before the clock starts, and storing them is
timed apart.
"""

import multiprocessing
import os
import random
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")


def mail(number: int) -> bytes:
    sender = f"p{number % 500}@example.org" if number % 3 else f"stranger{number}@example.net"
    return (
        f"From: Somebody <{sender}>\r\nTo: support@example.org\r\nSubject: =?utf-8?b?0J7RiNC40LHQutCw?= {number}\r\n"
        f"Message-ID: <bench-{number}-{random.random()}@example.org>\r\nDate: Fri, 20 Nov 2026 12:41:00 +0300\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"Добрый день! После обновления при печати счёта появляется ошибка E-{number}, печать не идёт. "
        "Windows 7 SP1 x64, .NET 4.8, 8 ГБ ОЗУ.\r\n\r\n-- \r\nС уважением, Анна\r\n"
    ).encode()


def drain(_: int) -> int:
    django.setup()
    from okibi.channels import inbox
    from okibi.flows.intake import take

    done = 0
    while inbox.process_one(take):
        done += 1
    return done


def main(mails: int, processes: int) -> None:
    django.setup()
    from django.db import connections

    from okibi.channels import inbox
    from okibi.channels.email.adapter import external_id

    begin = time.perf_counter()
    for number in range(mails):
        raw = mail(number)
        inbox.receive("email", external_id(raw), raw, "bench", {})
    stored = time.perf_counter() - begin
    connections.close_all()
    begin = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        done = sum(pool.map(drain, range(processes), chunksize=1))
    taken = time.perf_counter() - begin
    print(f"stored      {mails / stored:8.0f} mails/s (1 process)")
    print(f"taken in    {done / taken:8.0f} mails/s ({processes} processes, their start included), {done} mails")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
