"""What the installation signs by itself, in time: snapshot and timestamp, renewed when half of their life is over."""

from datetime import datetime, timedelta

from django.db import transaction

from okibi.kernel import signs
from okibi.kernel.clock import now
from okibi.releases.trust import store
from okibi.releases.trust.repository import LIVES, ReleaseRepository, is_there

SIGN = "updates:metadata"
WARN = timedelta(days=30)  # before what people have signed ends


@transaction.atomic
def renew() -> list[str]:
    """Sign anew what has lived half of its life; the roles. Raises ConfigurationError where a key is gone."""
    if not is_there():
        return []
    store.lock()
    repository, moment = ReleaseRepository(), now()
    due = [role for role, life in LIVES.items() if _ends(role) - life / 2 <= moment]
    if "snapshot" in due:
        repository.do_snapshot(force=True)
    if due:
        repository.do_timestamp(force=True)
    store.forget_old()
    _tell(repository, moment)
    return due


def ending(moment: datetime) -> list[str]:
    """The roles of people whose metadata ends within a month of ``moment``, or has ended."""
    roles = ("root", "targets", *ReleaseRepository().products)
    return [role for role in roles if _ends(role) <= moment + WARN]


def _tell(repository: ReleaseRepository, moment: datetime) -> None:
    """The system page shows it."""
    found = ending(moment) if repository.products or is_there() else []
    signs.give(SIGN, ", ".join(found) if found else "")


def _ends(role: str) -> datetime:
    row = store.newest(role)
    return row.expires_at if row else datetime.max.replace(tzinfo=now().tzinfo)
