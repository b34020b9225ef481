"""The appcast of Sparkle, WinSparkle and NetSparkle, and its signature. The server filters; few clients can."""

from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.feeds import answers
from okibi.feeds.asking import asking, guarded, notes_address, product_name
from okibi.feeds.views.autoupdater import four
from okibi.flows import update_offers
from okibi.flows.update_offers import Offer
from okibi.kernel.later import later

if TYPE_CHECKING:
    from okibi.releases.models import Artefact

keys = later("okibi.releases.trust.keys")
SPARKLE = "http://www.andymatuschak.org/xml-namespaces/sparkle"
SIGNATURE = ".signature"  # NetSparkle puts it behind the whole address, query and all
ET.register_namespace("sparkle", SPARKLE)


@require_safe
@guarded
def feed(request: HttpRequest, product: str, key: str = "") -> HttpResponseBase:
    """The appcast with the one version that is offered, or none; its signature where that was asked for."""
    wants_signature = request.META.get("QUERY_STRING", "").endswith(SIGNATURE)
    if wants_signature:
        request.META["QUERY_STRING"] = request.META["QUERY_STRING"].removesuffix(SIGNATURE)
        return signature(request, product, key)
    return answers.document(request, _body(request, product, key), "application/xml; charset=utf-8", answers.OWN)


@require_safe
@guarded
def signature(request: HttpRequest, product: str, key: str = "") -> HttpResponseBase:
    """Ed25519 over the exact bytes of the appcast, base64; 404 where the installation has no key for appcasts."""
    signed = keys.appcast_signature(_body(request, product, key))
    if not signed:
        return HttpResponse(status=404, headers={"Cache-Control": "no-store"})
    return answers.document(request, signed.encode(), "text/plain; charset=ascii", answers.OWN)


def _body(request: HttpRequest, product: str, key: str) -> bytes:
    offer = update_offers.offer(asking(request, product, key, "windows", ("exe", "msi")))
    rss = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(rss, "channel")
    ET.SubElement(channel, "title").text = product_name(product, "ru")
    ET.SubElement(channel, "language").text = "ru"
    if offer:
        _item(channel, product, offer)
    body: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return body


def _item(channel: ET.Element, product: str, offer: Offer) -> None:
    release = offer.release
    item = ET.SubElement(channel, "item")
    ET.SubElement(item, "title").text = release.version
    ET.SubElement(item, "pubDate").text = format_datetime(offer.published_at)
    ET.SubElement(item, _named("version")).text = four(release.version)
    ET.SubElement(item, _named("shortVersionString")).text = release.version
    if release.channel != "stable":
        ET.SubElement(item, _named("channel")).text = release.channel
    ET.SubElement(item, _named("releaseNotesLink")).text = notes_address(product, release.version)
    if release.forced_below:
        ET.SubElement(item, _named("criticalUpdate"), {_named("version"): four(release.forced_below)})
    file = offer.files[0]
    if least := update_offers.least_system(file):
        ET.SubElement(item, _named("minimumSystemVersion")).text = least
    ET.SubElement(item, "enclosure", _enclosure(file, four(release.version), free=offer.free))


def _enclosure(file: "Artefact", version: str, *, free: bool) -> dict[str, str]:
    found = {
        "url": update_offers.file_address(file, free=free),
        "length": str(file.size),
        "type": "application/octet-stream",
        _named("version"): version,
        _named("os"): "windows" if file.architecture == "any" else f"windows-{file.architecture}",
    }
    if file.signature:
        found |= {_named("edSignature"): file.signature, _named("signature"): file.signature}
    return found


def _named(name: str) -> str:
    return f"{{{SPARKLE}}}{name}"
