"""Mails per second into finished tickets: ``python bench/intake.py [mails] [processes]`` (uses DATABASE_URL).

Each mail is stored, parsed, judged, opened as a ticket with its clock, journal and search words, and its receipt is put
into the outbox, all of it committed durably. Two mails of three come from people whose organisation holds a licence, one
of strangers. All mails stand in the inbox before the clock starts, and storing them is timed apart.
"""

import datetime as dt
import multiprocessing
import os
import random
import sys
import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

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


def people() -> None:
    """500 user cards in 100 organisations with a licence each: two mails of three come from them."""
    from okibi.customers.models import EmailAddress, Licence, Organisation, Person

    if EmailAddress.objects.filter(key="p0@example.org").exists():
        return
    firms = [Organisation(name=f"ООО «Ряд {number}»").derive() for number in range(100)]
    Organisation.objects.bulk_create(firms)
    begin = dt.date(2026, 1, 1)
    Licence.objects.bulk_create(
        Licence(number=f"BENCH-{firm.pk}", organisation=firm, products=["desktop", "mobile"], seats=9, valid_from=begin)
        for firm in firms
    )
    cards = [Person(name=f"Анна {number}", organisation=firms[number % 100]).derive() for number in range(500)]
    Person.objects.bulk_create(cards)
    addresses = [(card, f"p{number}@example.org") for number, card in enumerate(cards)]
    EmailAddress.objects.bulk_create(EmailAddress(person=c, address=a, key=a).derive() for c, a in addresses)


def drain(ready: Barrier, done: "Queue[tuple[int, float]]") -> None:
    """One worker: takes in what there is; gives how many, and the processor's time per mail in its own process."""
    django.setup()
    from django.db import connection

    from okibi.channels import inbox
    from okibi.flows.intake import take

    connection.ensure_connection()
    ready.wait()
    count, begin = 0, time.process_time()
    while taken := inbox.process_batch(take):
        count += taken
    done.put((count, time.process_time() - begin))


def main(mails: int, processes: int) -> None:
    django.setup()
    from django.db import connections

    from okibi.channels import inbox
    from okibi.channels.email.adapter import external_id

    people()
    begin = time.perf_counter()
    for number in range(mails):
        raw = mail(number)
        inbox.receive("email", external_id(raw), raw, "bench", {})
    stored = time.perf_counter() - begin
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(processes + 1), context.Queue()
    workers = [context.Process(target=drain, args=(ready, done)) for _ in range(processes)]
    begin = time.perf_counter()
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    answers = [done.get() for _ in workers]
    end = time.perf_counter()
    for worker in workers:
        worker.join()
    count, processor = sum(number for number, _ in answers), sum(seconds for _, seconds in answers)
    print(f"stored      {mails / stored:8.0f} mails/s (1 process)")
    print(f"taken in    {count / (end - began):8.0f} mails/s ({processes} processes, from when they were ready)")
    print(f"            {count / (end - begin):8.0f} mails/s (their start of {began - begin:.1f} s included)")
    print(f"            {processor / count * 1000:8.2f} ms of the processor's time a mail in Python, {count} mails")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
