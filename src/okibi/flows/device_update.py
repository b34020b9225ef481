"""The update that an enrolled device is offered: the newest version of what it runs that its owner may have.

Ring, share, floors, force, the right and the least system are judged as for every feed (``flows.update_offers``); the
device only says less, for it reported most of it before. scheme.md §3: ОКИБИ Моб knows its version and offers the
update itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from okibi.environments.models import Device
from okibi.environments.reports import policy_report
from okibi.environments.selectors import access_device
from okibi.flows import links
from okibi.flows.downloads import key_of_visitor
from okibi.flows.update_offers import Asking, Offer, WrongKeyError, file_address, offer, right_of_visitor
from okibi.flows.visitor import Visitor, of_device
from okibi.policy.platform_android import api_level_of
from okibi.policy.versions import VersionError, parse_version
from okibi.releases.kinds import Platform

PROCESSORS = {
    **dict.fromkeys(("x86", "i386", "i486", "i586", "i686"), "x86"),
    **dict.fromkeys(("x64", "amd64", "x86_64"), "x64"),
    **dict.fromkeys(("arm64", "aarch64", "arm64-v8a"), "arm64"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says in its question; "" for what it reported before. ``system`` as in ``Asking``."""

    product: str = ""
    version: str = ""
    channel: str = ""
    platform: str = ""
    architecture: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A file of an offer and where it is fetched; the address opens it for a week, without a token."""

    name: str
    platform: str
    architecture: str
    kind: str
    size: int  # bytes
    sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class Update:
    """The answer. ``offer`` None: nothing newer for this device. ``page``: where a person reads on and fetches it."""

    product: str
    running: str
    offer: Offer | None = None
    files: tuple[Way, ...] = ()
    page: str = ""


def update_for(visitor: Visitor, told: Told) -> Update:
    """Ask for a device. Who has no right to any version of a product is offered none.

    Raises VersionError where the question names a version that is none; what a device reported before is not refused.
    """
    device = access_device(visitor.device)
    if told.version:
        parse_version(told.version)
    asking = replace(asking_of(device, told), right=right_of_visitor(of_device(device)))
    found = Update(asking.product, asking.running)
    if not asking.product or not _readable(asking.running):
        return found
    try:
        given = offer(asking)
    except WrongKeyError:
        return found
    if given is None:
        return found
    files = tuple(
        Way(e.name, e.platform, e.architecture, e.kind, e.size, e.sha256, file_address(e, free=given.free))
        for e in given.files
    )
    key = "" if given.free else f"?{urlencode({'key': key_of_visitor(visitor)})}"
    return replace(found, offer=given, files=files, page=f"{links.downloads(asking.product)}{key}")


def asking_of(device: Device, told: Told) -> Asking:
    """The question, filled up with what the device reported. A version it never said is none: it is offered any."""
    product = told.product or device.product
    running = told.version or (device.version if product == device.product else "")
    reported = policy_report(device.report)
    platform = told.platform or _platform(device.report)
    return Asking(
        product=product,
        running=running,
        channel=told.channel,
        install=device.public_id,
        platform=platform,
        architecture=PROCESSORS.get((told.architecture or reported.get("arch", "")).lower(), ""),
        system=told.system or _system(platform, reported),
    )


def _platform(report: Mapping[str, Any]) -> str:
    system = report.get("system")
    family = str(system.get("family", "")).lower() if isinstance(system, Mapping) else ""
    return family if family in Platform.values else "" if not family else "other"


def _system(platform: str, reported: Mapping[str, str]) -> str:
    """As artefacts ask for it: Windows NT's number, Android's API level; "" where it was not reported."""
    if platform == Platform.WINDOWS:
        return reported.get("nt_version", "")
    if platform == Platform.ANDROID:
        level = api_level_of(reported.get("android_version", ""))
        return reported.get("android_api", "") or (str(level) if level else "")
    return ""


def _readable(version: str) -> bool:
    try:
        return not version or bool(parse_version(version))
    except VersionError:
        return False
