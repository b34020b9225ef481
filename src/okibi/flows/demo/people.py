"""Invented staff, customers, licences and trials of the demo. Nobody here exists."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from okibi.accounts.models import Role, Staff
from okibi.customers import services
from okibi.customers.models import Organisation, Person
from okibi.journal.services import SYSTEM

STAFF = (
    ("Олег Лесин", "oleg@desk.example.org", (Role.LEADING, Role.SPECIALIST)),
    ("Вера Синицына", "vera@desk.example.org", (Role.SPECIALIST,)),
    ("Павел Громов", "pavel@desk.example.org", (Role.SPECIALIST, Role.RELEASES)),
    ("Нина Арсеньева", "admin@desk.example.org", (Role.ADMIN, Role.LEADING)),
)
ORGANISATIONS = (
    "ООО «Рябина»",
    "АО «Завод „Исток“»",
    "ООО «Кедр»",
    "Склад № 3",
    "ООО «Северный причал»",
    "Школа «Радуга»",
)
PEOPLE = (
    ("Анна Вольская", "anna@example.org", "+79000000017", 0, True),
    ("Борис Лапин", "boris@example.org", "+79000000018", 0, False),
    ("Григорий Тесаков", "tesakov@istok.example.org", "+79000000021", 1, True),
    ("Ольга Дроздова", "drozdova@istok.example.org", "+79000000022", 1, False),
    ("Кирилл Орлов", "orlov@kedr.example.org", "+79000000031", 2, False),
    ("Зоя Мельник", "sklad3@example.org", "+79000000033", 3, True),
    ("Тимур Беляев", "belyaev@prichal.example.org", "+79000000041", 4, False),
    ("Людмила Ветрова", "vetrova@raduga.example.org", "+79000000051", 5, False),
)
ADMINISTRATORS = ("tesakov@istok.example.org",)
PRIVATE = ("Андрей Седов", "sedov@example.net", "+79000000061")


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff and the password that was made for the demo."""

    staff: Staff
    password: str


def make_staff() -> list[Account]:
    """Staff with passwords made now: two demos never share one."""
    accounts = []
    for name, email, roles in STAFF:
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        staff = Staff(email=email, name=name, roles=[role.value for role in roles])
        staff.set_password(password)
        staff.save()
        accounts.append(Account(staff, password))
    return accounts


def make_customers(today: date) -> None:
    """Organisations with people, and what they hold: in force, ending, ended, on trial."""
    organisations = [services.create_organisation(name=name, actor=SYSTEM) for name in ORGANISATIONS]
    for name, address, number, place, mailing in PEOPLE:
        _person(name, address, number, organisations[place], mailing=mailing)
    sedov = _person(*PRIVATE, None, mailing=False)
    year = timedelta(days=365)
    _licence(organisations[0], "Л-2026-0418", ["desktop", "mobile"], 12, today - year, today + year)
    _licence(organisations[1], "Л-2026-0007", ["desktop", "mobile", "server"], 60, today - year, None, ["sms-module"])
    _licence(organisations[2], "Л-2025-0112", ["desktop"], 3, today - 2 * year, today - timedelta(days=19))
    _licence(organisations[3], "Л-2026-0301", ["desktop", "mobile"], 5, today - year, today + timedelta(days=12))
    services.create_licence(
        holder=services.Holder(person_id=sedov.pk), number="Л-2026-0555", products=["desktop"], seats=1,
        valid_from=today - year, valid_until=today + year, actor=SYSTEM,
    )  # fmt: skip
    services.create_trial(
        holder=services.Holder(organisation_id=organisations[4].pk), product="desktop", source="site",
        valid_from=today - timedelta(days=10), valid_until=today + timedelta(days=20), actor=SYSTEM,
    )  # fmt: skip


def make_administrators() -> list[str]:
    """Customers who answer for their organisation; gives for each how to sign in to the portal as them."""
    said = []
    for address in ADMINISTRATORS:
        person = Person.objects.select_related("organisation").get(emails__address=address)
        services.set_organisation_admin(person.pk, on=True, actor=SYSTEM)
        of = person.organisation.name if person.organisation else ""
        said.append(
            f"{address}  /portal/  {person.name}, администратор {of}: код для входа придёт письмом"
            " (the organisation's administrator: a letter brings the code)"
        )
    return said


def _person(name: str, address: str, number: str, organisation: Organisation | None, *, mailing: bool) -> Person:
    person = services.create_person(name=name, organisation_id=organisation.pk if organisation else None, actor=SYSTEM)
    email = services.add_email(person.pk, address, actor=SYSTEM)
    services.add_phone(person.pk, number, actor=SYSTEM)
    if mailing:
        services.set_mobile_mailing(email.pk, on=True, actor=SYSTEM)
    return person


def _licence(
    holder: Organisation,
    number: str,
    products: list[str],
    seats: int,
    begins: date,
    ends: date | None,
    modules: list[str] | None = None,
) -> None:
    services.create_licence(
        holder=services.Holder(organisation_id=holder.pk), number=number, products=products, seats=seats,
        modules=modules or [],
        valid_from=begins, valid_until=ends, actor=SYSTEM,
    )  # fmt: skip
