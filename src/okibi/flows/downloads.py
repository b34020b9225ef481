"""Versions fetched by hand: what stands on a product's page for whoever looks, and the file itself.

Who may have what is asked anew at every fetch: a key only says who asks. scheme.md §3 "Desktop, by hand".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from okibi.customers import selectors as customers
from okibi.environments.selectors import access_device
from okibi.flows.requester import rights_of
from okibi.flows.visitor import Visitor, of_device
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.kernel.signing import sign, unsign
from okibi.policy import downloads as rules
from okibi.policy.downloads import Access, Version
from okibi.policy.entitlement import Licence, Trial
from okibi.policy.scheme_values import Product, Scheme
from okibi.releases import downloads as registry
from okibi.releases.models import Artefact, ProductLine, Release
from okibi.releases.selectors import lines
from okibi.schemes.services import in_force

KEY = "download"  # what a key is signed for
LIFETIME = 24 * 3600  # seconds
GONE = Sentence(ru="Здесь нечего скачать.", en="There is nothing to download here.")
NO_SUCH_NUMBER = Sentence(
    ru="Лицензии или пробной версии с таким номером нет. Проверьте номер.",
    en="There is no licence or trial with this number. Please check it.",
)


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody showed. ``known`` False: nothing."""

    licences: Sequence[Licence] = ()
    trials: Sequence[Trial] = ()
    known: bool = False
    number: str = ""  # as they gave it


NOBODY = Rights()


@dataclass(frozen=True, slots=True)
class Offer:
    """A version on a page, and whether whoever looks may fetch it."""

    release: Release
    files: tuple[Artefact, ...]
    access: Access


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product's versions, the current one first. ``trial_days`` 0: no trial is given on the site."""

    product: Product
    current: Offer
    older: tuple[Offer, ...]
    free: bool
    trial_days: int


def shelves(rights: Rights = NOBODY) -> list[Shelf]:
    """Every product of the scheme that has a version to fetch, in the scheme's order; three queries and the scheme."""
    scheme = in_force(now()).scheme
    return _shelves(scheme, [part.code for part in scheme.products], rights)


def shelf(product: str, rights: Rights = NOBODY) -> Shelf:
    """One product's page. Raises NotAllowedError where nothing of it is published."""
    found = _shelves(in_force(now()).scheme, [product], rights)
    if not found:
        raise NotAllowedError(GONE)
    return found[0]


def _shelves(scheme: Scheme, products: Sequence[str], rights: Rights) -> list[Shelf]:
    known = lines()
    offered = registry.offered(products)
    found = []
    for code in products:
        part, line = scheme.product(code), known.get(code)
        releases = [each for each in offered if each.product == code]
        if part is None or not releases:
            continue
        offers = [_offer(each, scheme, line, rights, current=each is releases[0]) for each in releases]
        free, days = (line.free, line.trial_days) if line else (False, 0)
        found.append(Shelf(part, offers[0], tuple(offers[1:]), free, days))
    return found


def _offer(release: Release, scheme: Scheme, line: ProductLine | None, rights: Rights, *, current: bool) -> Offer:
    given = _judge(release, scheme, line, rights, current=current)
    return Offer(release, tuple(sorted(release.artefacts.all(), key=lambda each: each.pk)), given)


def _judge(release: Release, scheme: Scheme, line: ProductLine | None, rights: Rights, *, current: bool) -> Access:
    published = release.published_at or release.created_at
    version = Version(release.product, published, current, free=line is not None and line.free)
    return rules.access(now(), scheme.zone, version, rights.licences, rights.trials, known=rights.known)


def key_of_number(number: str) -> str:
    """The key that a licence or trial number opens. Raises InputError for a number that nobody has."""
    found = _of_number(number)
    if not found.known:
        raise InputError(NO_SUCH_NUMBER, field="number")
    return sign(KEY, ["number", found.number])


def key_of_visitor(visitor: Visitor) -> str:
    """The key of who is signed in to the portal."""
    return sign(KEY, ["device", visitor.device])


def rights_behind(key: str) -> Rights:
    """What a key shows at this moment; nothing for one that is none, is over, or whose device was cut off."""
    try:
        kind, value = unsign(KEY, key, LIFETIME)
        return _of_number(value) if kind == "number" else _of_visitor(of_device(access_device(value)))
    except (NotAllowedError, ValueError, TypeError):
        return NOBODY


def _of_number(number: str) -> Rights:
    licence = customers.licence_by_number(number)
    if licence is not None:
        return Rights([customers.right_of(licence)], (), known=True, number=licence.number)
    trial = customers.trial_by_number(number)
    if trial is not None:
        return Rights((), [customers.right_of(trial)], known=True, number=trial.number)
    return NOBODY


def _of_visitor(visitor: Visitor) -> Rights:
    device = visitor.row
    if device is None:
        return NOBODY
    licences, trials = rights_of(customers.kept(device.person) if device.person else None, device)
    return Rights(licences, trials, known=True)


def for_visitor(visitor: Visitor) -> list[Shelf]:
    """Every product that has a version to fetch, as somebody signed in may have it."""
    return shelves(_of_visitor(of_device(access_device(visitor.device))))


def fetch(product: str, artefact_id: int, key: str) -> tuple[Artefact, Access]:
    """A file and whether whoever asks may have it; puts nothing on record. Raises NotAllowedError for no file."""
    artefact = registry.file_of(product, artefact_id)
    scheme = in_force(now()).scheme
    current = registry.is_current(artefact.release)
    return artefact, _judge(artefact.release, scheme, lines().get(product), rights_behind(key), current=current)


def begun(artefact: Artefact, given: Access) -> None:
    """Somebody began to fetch a file: counted once, where its first byte is asked for."""
    if given.ground is not None:
        registry.handed_out(artefact, given.ground.value, given.number)
