"""A file of customers is imported: what it brings may cover requests that wait.

A small file is written within the request. A large one is a chore: its first step writes all lines or none, the next
ones judge the waiting requests of the holders it touched, a batch at a time.
"""

from django.db import transaction

from okibi.customers.errors import ImportChangedError
from okibi.customers.importing import run as importing
from okibi.customers.importing.run import Catalogue, Done
from okibi.flows.coverage import rejudge_for
from okibi.flows.recognition import recognise_all
from okibi.journal.services import Actor
from okibi.kernel import chores
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.kernel.models import Chore
from okibi.schemes.services import in_force
from okibi.tickets import selectors

KIND = "customers.import"
TASK = "okibi.flows.calendar_tasks.import_customers"
LARGE = 500  # lines to be written, above which it is a chore
BATCH = 50  # holders of one step


def catalogue() -> Catalogue:
    """Products and modules of the scheme in force, by code and by either name."""
    products: dict[str, str] = {}
    modules: dict[str, str] = {}
    for each in in_force(now()).scheme.products:
        place = products if each.module_of is None else modules
        place |= {name.casefold(): each.code for name in (each.code, each.name.ru, each.name.en)}
    return Catalogue(products, modules)


@transaction.atomic
def run_import(token: str, known: Catalogue, actor: Actor) -> Done:
    """Write what the dry run of this token showed and judge waiting requests anew; all or nothing.

    Raises NotAllowedError (forged or too old a token), ImportChangedError.
    """
    done = importing.run(token, known, actor)
    recognise_all(actor)
    for organisation_id, person_id in _waiting(done):
        rejudge_for(organisation_id, person_id)
    return done


@transaction.atomic
def begin(token: str, lines: int, file_name: str, kind: str, actor: Actor) -> Chore:
    """Begin to write a large file that was looked at: ``lines`` of it are to be written."""
    about = {"token": token, "lines": lines, "file": file_name, "kind": kind, "holders": None}
    return chores.begin(KIND, TASK, {"kind": actor.kind, "id": actor.id, "name": actor.name}, lines, about)


@transaction.atomic
def step(chore_id: int) -> bool:
    """Write the file, or judge for the next holders; False when there is no more to do."""
    chore = chores.held(chore_id)
    if chore.finished_at is not None:
        return False
    if chore.about["holders"] is None:
        return _write(chore)
    holders = chore.about["holders"][chore.cursor : chore.cursor + BATCH]
    if not holders:
        chores.finish(chore)
        return False
    chore.changed += sum(rejudge_for(organisation_id, person_id) for organisation_id, person_id in holders)
    chore.cursor += len(holders)
    chore.done += len(holders)
    chore.save()
    return True


def find(chore_id: int) -> Chore | None:
    """The import that was begun under this number."""
    return chores.find(KIND, chore_id)


def changed_meanwhile(chore: Chore) -> bool:
    """Whether it wrote nothing because the data is no longer what the dry run saw."""
    return bool(chore.problem) and chore.about.get("again") is True


def _write(chore: Chore) -> bool:
    try:
        with transaction.atomic():
            done = importing.run(chore.about["token"], catalogue(), Actor(**chore.by))
            recognise_all(Actor(**chore.by))
    except OkibiError as error:  # nobody waits for this job: the page says it
        chore.about = {**chore.about, "again": isinstance(error, ImportChangedError)}
        chores.finish(chore, error.sentence.as_dict())
        return False
    chore.about = {**chore.about, "holders": _waiting(done)}
    chore.done = done.plan.to_do
    chore.total = chore.done + len(chore.about["holders"])
    chore.save()
    return True


def _waiting(done: Done) -> list[tuple[int | None, int | None]]:
    """The holders in the file that have requests without cover: (organisation, None) or (None, person)."""
    organisations, people = selectors.uncovered_holders()
    return [
        *((pk, None) for pk in sorted(organisations & set(done.organisation_ids))),
        *((None, pk) for pk in sorted(people & set(done.person_ids))),
    ]
