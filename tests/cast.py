"""The fixed cast: everybody who reads a test knows them in a minute.

Anna Volskaya (OOO «Рябина», licence Л-2026-0418) and her colleague Boris Lapin are covered; Vera Stranger is nobody's
customer; «Кедр» had a licence that ran out. Oleg Lesin leads the desk, Vera Sinitsyna is a specialist.
"""

from dataclasses import dataclass
from datetime import date

from okibi.accounts.models import Role, Staff
from okibi.customers.models import EmailAddress, Licence, Organisation, Person


@dataclass
class Cast:
    ryabina: Organisation
    kedr: Organisation
    anna: Person
    boris: Person
    kirill: Person
    licence: Licence
    oleg: Staff
    vera: Staff


def make_cast() -> Cast:
    ryabina = Organisation.objects.create(name="ООО «Рябина»")
    kedr = Organisation.objects.create(name="ООО «Кедр»")
    anna = _person("Анна Вольская", "anna@example.org", ryabina)
    boris = _person("Борис Лапин", "boris@example.org", ryabina)
    kirill = _person("Кирилл Орлов", "kirill@kedr.example.org", kedr)
    licence = Licence.objects.create(
        number="Л-2026-0418", organisation=ryabina, products=["desktop", "mobile"], seats=12,
        valid_from=date(2024, 1, 1), valid_until=date(2030, 12, 31),
    )  # fmt: skip
    Licence.objects.create(
        number="Л-2025-0007", organisation=kedr, products=["desktop"], seats=3,
        valid_from=date(2024, 1, 1), valid_until=date(2025, 11, 3),
    )  # fmt: skip
    return Cast(
        ryabina, kedr, anna, boris, kirill, licence,
        oleg=_staff("Олег Лесин", "oleg@desk.example.org", [Role.LEADING, Role.SPECIALIST]),
        vera=_staff("Вера Синицына", "vera@desk.example.org", [Role.SPECIALIST]),
    )  # fmt: skip


def _person(name: str, address: str, organisation: Organisation) -> Person:
    person = Person.objects.create(name=name, organisation=organisation)
    EmailAddress.objects.create(person=person, address=address, key=address.lower())
    return person


def _staff(name: str, email: str, roles: list[str]) -> Staff:
    staff = Staff(email=email, name=name, roles=roles)
    staff.set_password("correct-horse-battery")
    staff.save()
    return staff
