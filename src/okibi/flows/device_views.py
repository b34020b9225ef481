"""A device as its owner and their administrator see it: what runs on it, and whether support covers that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from okibi.environments.kinds import DeviceKind
from okibi.environments.models import Device
from okibi.environments.reports import policy_report
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.platform_described import described
from okibi.policy.platform_judge import judge
from okibi.policy.platforms import Place, environment_from_report
from okibi.policy.verdict import Line, Status, worst
from okibi.schemes.services import Stored, in_force

UNSAID = Sentence(ru="", en="")


@dataclass(frozen=True, slots=True)
class DeviceView:
    """Moments are UTC. ``status`` is None where the device reported nothing that could be judged."""

    id: str  # public
    name: str
    kind: DeviceKind
    person: str
    product: Sentence
    version: str
    environment: Sentence
    status: Status | None
    lines: tuple[Line, ...]
    enrolled_at: datetime
    last_seen_at: datetime
    reported_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str


def views(devices: Iterable[Device], *, with_person: bool = False) -> list[DeviceView]:
    """Devices judged by the scheme in force. ``with_person``: their people are loaded and named."""
    stored = in_force(now())
    return [_view(device, stored, with_person=with_person) for device in devices]


def _view(device: Device, stored: Stored, *, with_person: bool) -> DeviceView:
    environment = environment_from_report(policy_report(device.report))
    part = stored.scheme.product(device.product)
    place = part.place if part else Place.MOBILE if device.kind == DeviceKind.MOBILE else Place.WORKSTATION
    judged = not environment.empty
    lines = judge(environment, stored.scheme.environments[place], stored.digest).lines if judged else ()
    return DeviceView(
        id=device.public_id,
        name=device.name,
        kind=DeviceKind(device.kind),
        person=(device.person.name if device.person else device.user_name) if with_person else "",
        product=part.name if part else Sentence(device.product, device.product),
        version=device.version,
        environment=described(environment) if judged else UNSAID,
        status=worst(line.status for line in lines) if lines else None,
        lines=tuple(lines),
        enrolled_at=device.created_at,
        last_seen_at=device.last_seen_at,
        reported_at=device.reported_at,
        revoked_at=device.revoked_at,
        revoked_by=device.revoked_by,
    )
