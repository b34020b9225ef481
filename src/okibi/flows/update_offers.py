"""What an installation that asks for an update is offered, and who may fetch a file of a release.

The rule, docs/adr/0018: products that are free are offered to everybody. Any other product is offered to who shows a
licence's or trial's number, or a device's token, and only in versions that this right covers (published before
maintenance ended). A link made for such an offer opens its one file for a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from django.core import signing
from django.utils import timezone

from okibi.customers.models import Licence, Trial
from okibi.customers.selectors import licence_by_number, right_of, trial_by_number
from okibi.flows.links import absolute
from okibi.flows.requester import rights_of
from okibi.flows.visitor import Visitor, visitor_of
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy import entitlement
from okibi.policy.rollout import Ring
from okibi.policy.version_right import VersionRight, version_right
from okibi.policy.versions import VersionError, parse_version
from okibi.releases import selectors
from okibi.releases.kinds import ReleaseChannel
from okibi.releases.models import Artefact, Release
from okibi.releases.selectors import Installation
from okibi.releases.trust_paths import target_path

LINK_LIVES = timedelta(days=7)
DAY = timedelta(days=1)
LINKS = signing.Signer(salt="okibi.release-file")
TOKEN = "okd_"  # noqa: S105  the word that a device's token begins with


class KeyWantedError(NotAllowedError):
    """The product is not free, and nothing was shown."""

    code = "key_wanted"


class WrongKeyError(NotAllowedError):
    """What was shown is no key, or covers no version of the product."""

    code = "wrong_key"


class NobodysKeyError(WrongKeyError):
    """A number or a token that is nobody's: perhaps somebody guesses."""


KEY_WANTED = Sentence("Нужен номер лицензии или ключ устройства.", "A licence's number or a device's token is needed.")
WRONG_KEY = Sentence("По этому номеру обновления не выдаются.", "No updates are given for this number.")


@dataclass(frozen=True, slots=True)
class Right:
    """Who asks, as far as it was proved: the rights, and the numbers by which rings know them."""

    licences: Sequence[entitlement.Licence] = ()
    trials: Sequence[entitlement.Trial] = ()
    numbers: Sequence[str] = ()
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A question for an update. "" where a client does not say; ``system`` is "10.0.19045", for Android the API level.

    ``install`` is the client's own stable key (Velopack's stagingId); ``network`` stands in where there is none.
    """

    product: str
    running: str = ""
    channel: str = ReleaseChannel.STABLE.value
    install: str = ""
    platform: str = ""
    architecture: str = ""
    system: str = ""
    network: str = ""
    kinds: Sequence[str] = ()
    right: Right = field(default_factory=Right)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered: the release, its files that fit (the best first), and whether it must be taken.

    ``free``: whoever asks may have it; else the files' addresses carry a link.
    """

    release: Release
    files: Sequence[Artefact]
    forced: bool
    free: bool

    @property
    def published_at(self) -> datetime:
        """When it was published, aware UTC."""
        return self.release.published_at or self.release.created_at


def right_shown(key: str) -> Right:
    """What a number or a token proves. Raises NobodysKeyError."""
    if not key:
        return Right()
    if key.startswith(TOKEN):
        try:
            visitor = visitor_of(key)
        except NotAllowedError:
            raise NobodysKeyError(WRONG_KEY) from None
        return right_of_visitor(visitor)
    held: Licence | Trial | None = licence_by_number(key) or trial_by_number(key)
    if held is None:
        raise NobodysKeyError(WRONG_KEY)
    right = right_of(held)
    if isinstance(right, entitlement.Licence):
        return Right([right], [], [held.number], shown=True)
    return Right([], [right], [held.number], shown=True)


def right_of_visitor(visitor: Visitor) -> Right:
    """What a device's token proves: the rights of its person, its organisation and its own licence."""
    device = visitor.row
    licences, trials = rights_of(device.person if device else None, device)
    numbers = [*(each.number for each in licences), *(each.number for each in trials)]
    return Right(licences, trials, [visitor.device, *numbers], shown=True)


def offer(asking: Asking) -> Offer | None:
    """The release for who asks; None: nothing newer for them. Raises KeyWantedError, WrongKeyError, VersionError."""
    channel = _channel(asking.channel)
    shelf = selectors.shelf(asking.product, channel, [*asking.right.numbers, asking.install])
    free = shelf.free
    _refuse_strangers(asking.product, asking.right, free=free)
    running = parse_version(asking.running) if asking.running else None
    found = selectors.chosen(
        shelf.releases,
        Installation(asking.install or asking.network, running, channel, shelf.ring),
        lambda release: _may_have(release, asking.right, free=free) and bool(fitting(release, asking)),
    )
    if found is None:
        return None
    release, choice = found
    return Offer(release, fitting(release, asking), choice.forced, free)


def offered(product: str, right: Right) -> list[Offer]:
    """Every stable version that everybody with a right may have (winget's view), the highest first.

    Raises KeyWantedError, WrongKeyError.
    """
    shelf = selectors.shelf(product, ReleaseChannel.STABLE.value)
    free = shelf.free
    _refuse_strangers(product, right, free=free)
    asking = Asking(product, platform="windows", kinds=("msi", "exe"), right=right)
    return [
        Offer(release, fitting(release, asking), forced=False, free=free)
        for release in shelf.releases
        if release.ring == Ring.EVERYBODY.value and release.percent == 100
        if _may_have(release, right, free=free) and fitting(release, asking)
    ]


def file_for(artefact: Artefact, right: Right, link: str = "") -> bool:
    """Let a file of a published release through, or raise KeyWantedError, WrongKeyError; gives whether it is free."""
    release = artefact.release
    line = selectors.lines().get(release.product)
    free = line is not None and line.free
    if free or (link and _opens(link, artefact)):
        return free
    _refuse_strangers(release.product, right, free=free)
    if not _may_have(release, right, free=free):
        raise WrongKeyError(WRONG_KEY)
    return False


def link_to(artefact: Artefact, moment: datetime) -> str:
    """Opens one file until a week from the end of that day: the same all day, so that a feed can be signed."""
    until = int((moment.replace(hour=0, minute=0, second=0, microsecond=0) + LINK_LIVES + DAY).timestamp())
    return LINKS.sign(f"{artefact.pk}-{until}")


def file_address(artefact: Artefact, *, free: bool) -> str:
    """Where a client fetches a file; with a link of a week where the product is not free."""
    release = artefact.release
    name = f"{artefact.sha256}.{target_path(release.product, release.version, artefact.name).rpartition('/')[2]}"
    path = f"/updates/{release.product}/files/{quote(release.version)}/{quote(name)}"
    return absolute(f"{path}{'' if free else f'?link={quote(link_to(artefact, now()))}'}")


def fitting(release: Release, asking: Asking) -> list[Artefact]:
    """The files of a release that the asking machine can use, the closest first."""
    order = _processors(asking.architecture)
    fits = [
        each
        for each in release.artefacts.all()
        if each.platform == (asking.platform or each.platform)
        and (not asking.kinds or each.kind in asking.kinds)
        and each.architecture in order
        and _runs_on(each, asking.system)
    ]
    kinds = list(asking.kinds)
    return sorted(fits, key=lambda e: (kinds.index(e.kind) if kinds else 0, order.index(e.architecture), e.pk))


def least_system(artefact: Artefact) -> str:
    """The least system that a file asks for: Windows NT's number, Android's API level; "" where it says nothing."""
    return str(artefact.facts.get("min_sdk") or artefact.facts.get("subsystem") or "")


def _channel(channel: str) -> str:
    return channel if channel in ReleaseChannel.values else ReleaseChannel.STABLE.value


def _processors(architecture: str) -> list[str]:
    """What runs on a processor, its own first. Windows runs x86 on x64, and both on ARM64."""
    return {
        "x86": ["x86", "any"],
        "x64": ["x64", "any", "x86"],
        "arm64": ["arm64", "any", "x64", "x86"],
    }.get(architecture, ["any", "x86", "x64", "arm64"])


def _runs_on(artefact: Artefact, system: str) -> bool:
    least = least_system(artefact)
    if not system or not least:
        return True
    try:
        return parse_version(system) >= parse_version(least)
    except VersionError:
        return True  # what can't be read is no reason to keep somebody on an old version


def _refuse_strangers(product: str, right: Right, *, free: bool) -> None:
    if free:
        return
    if not right.shown:
        raise KeyWantedError(KEY_WANTED)
    zone = timezone.get_default_timezone()
    if version_right(now(), zone, product, _LONG_AGO, right.licences, right.trials) is VersionRight.NO_RIGHT:
        raise WrongKeyError(WRONG_KEY)


_LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.get_fixed_timezone(0))


def _may_have(release: Release, right: Right, *, free: bool) -> bool:
    if free:
        return True
    published = release.published_at or release.created_at
    zone = timezone.get_default_timezone()
    judged = version_right(now(), zone, release.product, published, right.licences, right.trials)
    return judged is VersionRight.GRANTED


def _opens(link: str, artefact: Artefact) -> bool:
    try:
        of, until = LINKS.unsign(link).split("-")
    except (signing.BadSignature, ValueError):
        return False
    return int(of) == artefact.pk and now().timestamp() < int(until)
