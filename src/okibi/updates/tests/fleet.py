"""A fleet for tests: a confirmed agreement of «Рябина» with hosts whose updaters are enrolled, and versions to get."""

from dataclasses import dataclass, field
from datetime import timedelta

from okibi.environments.services import create_device, token_of
from okibi.flows import update_plan, update_runs
from okibi.flows.update_plan import Wanted
from okibi.flows.update_runs import Said
from okibi.journal.services import Actor
from okibi.kernel.clock import now
from okibi.policy.agreement_states import AgreementState
from okibi.releases.tests.test_releases import shipped
from okibi.updates.models import Agreement, Batch, Host, Run
from tests.cast import Cast, make_cast

OLEG = Actor("staff", 1, "Олег Лесин")
SECRET = "s" * 43
WINDOWS = {"system": {"family": "windows", "version": "10.0.19045", "architecture": "x64"}}


@dataclass
class Fleet:
    """``hosts`` are named PC-1, PC-2 …; each runs 4.2.0."""

    cast: Cast = field(default_factory=make_cast)
    agreement: Agreement = None
    hosts: list[Host] = field(default_factory=list)

    def __post_init__(self):
        self.agreement = self.agree()

    def agree(self, **changes) -> Agreement:
        given = {
            "organisation": self.cast.ryabina,
            "person": self.cast.anna,
            "state": AgreementState.CONFIRMED.value,
            "products": ["desktop"],
            "zone": "Europe/Moscow",
            "valid_from": now() - timedelta(days=1),
            "valid_until": now() + timedelta(days=30),
            "asked_by": self.cast.oleg,
            "asked_at": now() - timedelta(days=1),
            "confirmed_at": now() - timedelta(days=1),
        }
        return Agreement.objects.create(**{**given, **changes})

    def device(self, version="4.2.0", **changes):
        given = {
            "secret": SECRET, "kind": "desktop", "enrolled_by": "licence", "name": "PC", "product": "desktop",
            "version": version, "organisation": self.cast.ryabina, "report": WINDOWS,
        }  # fmt: skip
        return create_device(**{**given, **changes})

    def host(self, version="4.2.0", *, agreement=None, device=None, **changes) -> Host:
        given = {
            "agreement": agreement or self.agreement,
            "device": device or self.device(version),
            "name": f"PC-{Host.objects.count() + 1}",
        }
        host = Host.objects.create(**{**given, **changes})
        self.hosts.append(host)
        return host

    def start(self, release, *, hosts=None, **wanted) -> Batch:
        ids = [host.pk for host in hosts or self.hosts]
        return update_plan.start(release.pk, Wanted(ids, **wanted), OLEG)


def run_of(host: Host) -> Run:
    """The newest run of a host, read anew."""
    return Run.objects.filter(host=host).select_related("release").order_by("-id").first()


def tells(host: Host, execution: str, result: str = "none", **said) -> Run:
    """The host's updater reports on its newest run."""
    update_runs.told(host.device, run_of(host).pk, Said(execution, result, **said))
    return run_of(host)


def token(host: Host) -> str:
    return token_of(host.device.public_id, SECRET)


__all__ = ["OLEG", "Fleet", "Said", "run_of", "shipped", "tells", "token"]
