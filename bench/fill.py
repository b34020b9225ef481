"""Fill a database with tickets for the yardsticks: ``python bench/fill.py 20000`` (uses DATABASE_URL).

Rows are laid down by COPY-sized batches in the shapes the flows make: a ticket, two messages, search words. One in twenty
is active, as in a desk that has run for years.
"""

import os
import random
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from okibi.accounts.models import Role, Staff  # noqa: E402
from okibi.customers.models import EmailAddress, Organisation, Person  # noqa: E402
from okibi.kernel.clock import now  # noqa: E402
from okibi.kernel.words import words_of  # noqa: E402
from okibi.schemes.services import ensure_loaded  # noqa: E402
from okibi.tickets.models import Message, SearchEntry, Ticket  # noqa: E402

BATCH = 5000
WORDS = [
    "ошибка",
    "печать",
    "счёт",
    "журнал",
    "фильтр",
    "договор",
    "карточка",
    "отчёт",
    "склад",
    "обмен",
    "сервер",
    "база",
    "лицензия",
    "пароль",
    "вход",
    "экран",
    "принтер",
    "документ",
    "клиент",
    "номер",
    "остаток",
    "выгрузка",
    "загрузка",
    "таблица",
    "поиск",
    "настройка",
    "обновление",
    "версия",
    "телефон",
    "код",
    "окно",
    "кнопка",
]
NAMES = ("Анна", "Борис", "Вера", "Григорий", "Дарья", "Егор", "Жанна", "Захар", "Ирина", "Кирилл")
SURNAMES = ("Вольская", "Лапин", "Тесаков", "Дроздова", "Орлов", "Мельник", "Беляев", "Ветрова", "Седов", "Громов")


def main(count: int) -> None:
    random.seed(count)
    scheme = ensure_loaded()
    staff = _staff()
    people = _people(max(50, count // 50))
    first = Ticket.objects.count()
    for start in range(first, count, BATCH):
        _batch(start, min(BATCH, count - start), count, scheme.pk, staff, people)
        print(f"{start + BATCH:>9}", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _staff() -> list[Staff]:
    if not Staff.objects.exists():
        for number in range(4):
            staff = Staff(
                email=f"staff{number}@desk.example.org",
                name=f"Специалист {number}",
                roles=[Role.SPECIALIST, Role.LEADING],
            )
            staff.set_password("bench-bench-bench")
            staff.save()
    return list(Staff.objects.all())


def _people(count: int) -> list[Person]:
    if Person.objects.count() < count:
        organisations = Organisation.objects.bulk_create(
            [Organisation(name=f"ООО «Клиент {n}»") for n in range(count // 5)]
        )
        people = Person.objects.bulk_create(
            [
                Person(
                    name=f"{random.choice(NAMES)} {random.choice(SURNAMES)} {n}",
                    organisation=random.choice(organisations),
                )
                for n in range(count)
            ]
        )
        EmailAddress.objects.bulk_create(
            [EmailAddress(person=p, address=f"p{p.pk}@example.org", key=f"p{p.pk}@example.org") for p in people],
            batch_size=BATCH,
        )
    return list(Person.objects.select_related("organisation").order_by("pk")[:5000])


@transaction.atomic
def _batch(start: int, size: int, whole: int, scheme_id: int, staff: list[Staff], people: list[Person]) -> None:
    moment = now()
    tickets = []
    for number in range(start, start + size):
        person = random.choice(people)
        placed = moment - timedelta(minutes=10 * (whole - number))
        active = number % 20 == 0
        due = placed + timedelta(days=2) if not active else moment + timedelta(minutes=random.randint(-600, 6000))
        tickets.append(
            Ticket(
                number=f"{number // 1_000_000 + 10:02d}-{number % 1_000_000:06d}", token=f"bench{number}",
                subject=" ".join(random.choices(WORDS, k=4)).capitalize(), kind=random.choice(["incident", "incident", "suggestion", "question"]),
                state=random.choice(["new", "open", "open", "waiting"]) if active else "closed", channel="email",
                requester=person, requester_name=person.name, requester_address=f"p{person.pk}@example.org",
                organisation=person.organisation, organisation_name=person.organisation.name,
                assignee=random.choice([*staff, None]) if active else staff[0], scheme_id=scheme_id, verdict={"lines": []},
                placed_at=placed, clock_start=placed, aim_at=placed + timedelta(hours=2), warn_at=due, due_at=due, sort_at=due,
                reacted_at=None if active else placed + timedelta(hours=1), ended_at=None if active else placed + timedelta(hours=3),
                last_message_at=placed, unread=active and number % 3 == 0,
            )
        )  # fmt: skip
    Ticket.objects.bulk_create(tickets, batch_size=1000)
    messages, entries = [], []
    for ticket in tickets:
        text = " ".join(random.choices(WORDS, k=25)) + f" ERR-{ticket.pk % 9973:04d}"
        messages.append(
            Message(ticket=ticket, kind="incoming", at=ticket.placed_at, author_name=ticket.requester_name,
                    author_address=ticket.requester_address, channel="email", text=text, external_id=f"<bench-{ticket.pk}@example.org>")
        )  # fmt: skip
        messages.append(
            Message(ticket=ticket, kind="reply", at=ticket.placed_at + timedelta(hours=1), staff=staff[0],
                    author_name=staff[0].name, channel="email", text="Здравствуйте. Перезапустите программу и повторите.")
        )  # fmt: skip
        texts = [
            ticket.number,
            ticket.subject,
            ticket.requester_name,
            ticket.requester_address,
            ticket.organisation_name,
            text,
        ]
        entries.append(SearchEntry(ticket=ticket, words=words_of(texts)))
    Message.objects.bulk_create(messages, batch_size=1000)
    SearchEntry.objects.bulk_create(entries, batch_size=1000)


if __name__ == "__main__":
    main(int(sys.argv[1]))
