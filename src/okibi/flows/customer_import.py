"""A file of customers is imported: what it brings may cover requests that wait."""

from django.db import transaction

from okibi.customers.importing import run as importing
from okibi.customers.importing.run import Catalogue, Done
from okibi.flows.coverage import rejudge_for
from okibi.journal.services import Actor


@transaction.atomic
def run_import(token: str, catalogue: Catalogue, actor: Actor) -> Done:
    """Write what the dry run of this token showed and judge waiting requests anew; all or nothing.

    Raises NotAllowedError (forged or too old a token), ImportChangedError.
    """
    done = importing.run(token, catalogue, actor)
    for organisation_id in done.organisation_ids:
        rejudge_for(organisation_id, None)
    for person_id in done.person_ids:
        rejudge_for(None, person_id)
    return done
