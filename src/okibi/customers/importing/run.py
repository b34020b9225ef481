"""The two steps of an import: the dry run, and the run of exactly the file that was looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from okibi.customers.errors import ImportChangedError, NotFoundError
from okibi.customers.importing.columns import Kind
from okibi.customers.importing.people import PeopleImport
from okibi.customers.importing.plan import Plan
from okibi.customers.importing.rights import LicencesImport, TrialsImport
from okibi.customers.importing.tables import read_table
from okibi.journal.services import Actor, record
from okibi.kernel import blobs, signing
from okibi.kernel.clock import now
from okibi.kernel.models import Blob

PURPOSE = "customers.import"
LOOK_AT_IT = 24 * 3600  # seconds for which a dry run may be run
LOCK = 0x0B1B2  # advisory lock: one import at a time

Import = PeopleImport | LicencesImport | TrialsImport


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products and modules that licences may name: code by code or name in lower case."""

    products: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DryRun:
    """A file that was read and kept: what it would do, and the token with which it can be run within a day."""

    plan: Plan
    file_name: str
    token: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did; the ids are of holders whose waiting requests may be covered now."""

    plan: Plan
    file_name: str
    organisation_ids: Sequence[int]
    person_ids: Sequence[int]


def dry_run(kind: Kind, content: bytes, file_name: str, catalogue: Catalogue) -> DryRun:
    """Read a file, keep it, and say what it would do; nothing else is written. Raises ImportFileError."""
    plan = _prepare(kind, content, catalogue).plan
    blob = blobs.put(content)
    payload = {"sha256": blob.sha256, "kind": kind.value, "name": file_name[:200], "counts": plan.counts}
    return DryRun(plan, file_name, signing.sign(PURPOSE, payload))


def look_again(token: str, catalogue: Catalogue) -> DryRun:
    """The dry run of a kept file as it would go now. Raises NotAllowedError, NotFoundError."""
    kind, content, name, _ = _kept(token)
    return dry_run(kind, content, name, catalogue)


@transaction.atomic
def run(token: str, catalogue: Catalogue, actor: Actor) -> Done:
    """Write what the dry run of this token showed: its good lines, all or none. Running it twice changes nothing more.

    Raises NotAllowedError (forged or too old a token), ImportChangedError (the data changed since the dry run).
    """
    kind, content, name, counts = _kept(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    prepared = _prepare(kind, content, catalogue)
    if prepared.plan.counts != counts:
        raise ImportChangedError
    moment = now()
    prepared.apply(actor, moment)
    data = {"file": name, "rows": prepared.plan.to_do, "kind": kind.value, "counts": counts}
    record("import.done", ("import", 0), actor, data, at=moment)
    organisation_ids, person_ids = prepared.holders()
    return Done(prepared.plan, name, organisation_ids, person_ids)


def _prepare(kind: Kind, content: bytes, catalogue: Catalogue) -> Import:
    table = read_table(kind, content)
    if kind is Kind.PEOPLE:
        return PeopleImport(table)
    importer = LicencesImport if kind is Kind.LICENCES else TrialsImport
    return importer(table, catalogue.products, catalogue.modules)


def _kept(token: str) -> tuple[Kind, bytes, str, dict[str, int]]:
    payload = signing.unsign(PURPOSE, token, max_age=LOOK_AT_IT)
    blob = Blob.objects.filter(pk=payload["sha256"]).first()
    if blob is None:
        raise NotFoundError
    return Kind(payload["kind"]), blobs.read(blob), payload["name"], payload["counts"]
