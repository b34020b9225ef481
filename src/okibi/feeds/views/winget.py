"""A source for winget: the three questions of its REST interface (microsoft/winget-cli-restsource, API 1.0 to 1.10)."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from okibi.feeds import answers
from okibi.feeds.asking import guarded, said, shown
from okibi.feeds.winget_search import NORMALIZED, UNSUPPORTED, plain, question_of
from okibi.flows import update_offers
from okibi.flows.update_offers import KeyWantedError, Offer, Right, WrongKeyError
from okibi.kernel.clock import now
from okibi.policy.scheme_values import Product, Scheme
from okibi.schemes.services import in_force

if TYPE_CHECKING:
    from okibi.releases.models import Artefact

VERSIONS = ["1.0.0", "1.1.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.9.0", "1.10.0"]
LARGEST = 64 * 1024  # bytes of a question
ARCHITECTURES = {"any": "neutral", "x86": "x86", "x64": "x64", "arm64": "arm64"}


@require_safe
def information(request: HttpRequest, key: str = "") -> HttpResponseBase:  # noqa: ARG001  open to everybody
    """What the source is."""
    name = _letters(_scheme().vendor.name.en)
    value = {
        "Data": {
            "SourceIdentifier": name,
            "ServerSupportedVersions": VERSIONS,
            "UnsupportedPackageMatchFields": UNSUPPORTED,
        }
    }
    return answers.as_json(request, value, answers.SHORT)


@csrf_exempt
@require_POST
@guarded
def search(request: HttpRequest, key: str = "") -> HttpResponseBase:
    """Packages that fit the question; all of them for an empty one."""
    question = question_of(request.read(LARGEST))
    right, found = shown(request, key), []
    for product in _scheme().products:
        identifier, offers = _identifier(product), _offers(product, right)
        if offers and question.fits(_searched(product, offers)):
            versions = [{"PackageVersion": each.release.version} | _codes(each) for each in offers]
            about = {"PackageIdentifier": identifier, "PackageName": product.name.en}
            found.append(about | {"Publisher": _scheme().vendor.name.en, "Versions": versions})
    if not found:
        return HttpResponse(status=204)
    return answers.as_json(request, {"Data": found}, answers.OWN)


@require_safe
@guarded
def manifest(request: HttpRequest, identifier: str, key: str = "") -> HttpResponseBase:
    """A package with its installers, every version or the one that was asked for."""
    product = next((each for each in _scheme().products if _identifier(each).lower() == identifier.lower()), None)
    if product is None:
        return HttpResponse(status=404)
    right, wanted = shown(request, key), said(request, "Version")
    offers = [each for each in update_offers_of(product, right) if wanted in ("", each.release.version)]
    if not offers:
        return HttpResponse(status=404)
    versions = [_version(product, each) for each in offers]
    value = {"Data": {"PackageIdentifier": _identifier(product), "Versions": versions}}
    return answers.as_json(request, value, answers.OWN)


def update_offers_of(product: Product, right: Right) -> list[Offer]:
    """What this right may install of a product. Raises KeyWantedError, WrongKeyError."""
    return update_offers.offered(product.code, right)


def _offers(product: Product, right: Right) -> list[Offer]:
    try:
        return update_offers_of(product, right)
    except (KeyWantedError, WrongKeyError):
        return []


def _version(product: Product, offer: Offer) -> dict[str, Any]:
    scheme = _scheme()
    locale = {
        "PackageLocale": "en-US",
        "Publisher": scheme.vendor.name.en,
        "PackageName": product.name.en,
        "License": "Proprietary",
        "ShortDescription": product.kind.en,
        "ReleaseNotes": offer.release.notes("en"),
    }
    installers = [_installer(each, free=offer.free) for each in offer.files]
    return {"PackageVersion": offer.release.version, "DefaultLocale": locale, "Installers": installers}


def _installer(file: "Artefact", *, free: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Architecture": ARCHITECTURES[file.architecture],
        "InstallerType": file.kind,
        "InstallerUrl": update_offers.file_address(file, free=free),
        "InstallerSha256": file.sha256.upper(),
    }
    code, upgrade = file.facts.get("product_code"), file.facts.get("upgrade_code")
    if code:
        found["ProductCode"] = code
    if upgrade:  # how winget knows the installed program again when its ProductCode has changed
        found["AppsAndFeaturesEntries"] = [{"UpgradeCode": upgrade, "InstallerType": file.kind}]
    return found


def _codes(offer: Offer) -> dict[str, list[str]]:
    named = {"ProductCodes": "product_code", "UpgradeCodes": "upgrade_code"}
    codes = {name: [str(e.facts[fact]) for e in offer.files if e.facts.get(fact)] for name, fact in named.items()}
    return {name: found for name, found in codes.items() if found}


def _searched(product: Product, offers: list[Offer]) -> dict[str, list[str]]:
    facts = [each.facts for offer in offers for each in offer.files]
    names = [product.name.en, product.name.ru]
    return {
        "PackageIdentifier": [_identifier(product)],
        "PackageName": names,
        NORMALIZED: [each for name in names for each in (plain(name), plain(name) + plain(_scheme().vendor.name.en))],
        "ProductCode": [str(each["product_code"]) for each in facts if each.get("product_code")],
        "UpgradeCode": [str(each["upgrade_code"]) for each in facts if each.get("upgrade_code")],
    }


def _identifier(product: Product) -> str:
    """``OKIBI.Desktop``: the vendor's name and the product's code, letters and digits."""
    words = product.code.replace("_", "-").split("-")
    return f"{_letters(_scheme().vendor.name.en)}.{''.join(word.capitalize() for word in words)}"


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isalnum())


def _scheme() -> Scheme:
    return in_force(now()).scheme
