"""The cast of the tests: Anna Volskaya and her colleague Boris Lapin of OOO «Рябина», and Oleg Lesin of the desk."""

from dataclasses import dataclass

from okibi.customers import services
from okibi.customers.models import Organisation, Person
from okibi.journal.models import Entry
from okibi.journal.services import Actor

OLEG = Actor("staff", 7, "Олег Лесин")


@dataclass(frozen=True)
class Cast:
    ryabina: Organisation
    anna: Person
    boris: Person


def cast() -> Cast:
    ryabina = services.create_organisation(name="ООО «Рябина»", inn="7700000017", actor=OLEG)
    anna = services.create_person(
        name="Анна Вольская",
        organisation_id=ryabina.pk,
        position="бухгалтер",
        emails=["anna@example.org"],
        phones=["8 (900) 000-00-17"],
        actor=OLEG,
    )
    boris = services.create_person(
        name="Борис Лапин", organisation_id=ryabina.pk, emails=["Boris.Lapin@Example.org"], actor=OLEG
    )
    return Cast(ryabina, anna, boris)


def codes_of(kind: str, pk: int) -> list[str]:
    """The journal's codes about one thing, oldest first."""
    return list(Entry.objects.filter(subject_kind=kind, subject_id=pk).order_by("id").values_list("code", flat=True))


def last_entry(code: str) -> Entry:
    return Entry.objects.filter(code=code).latest("id")
