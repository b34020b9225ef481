"""The XML of AutoUpdater.NET up to 1.8.6, the last that runs on .NET 4.5 (its fields: UpdateInfoEventArgs)."""

from xml.etree import ElementTree as ET

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.feeds import answers
from okibi.feeds.asking import asking, guarded, notes_address
from okibi.flows import update_offers
from okibi.policy.versions import parse_version

NORMAL, FORCED = "0", "1"


@require_safe
@guarded
def feed(request: HttpRequest, product: str, key: str = "") -> HttpResponseBase:
    """One ``<item>``. Who has the latest is told 204: the client looks no further."""
    asked = asking(request, product, key, "windows", ("exe", "msi", "archive"))
    offer = update_offers.offer(asked)
    if offer is None:
        return HttpResponse(status=204, headers={"Cache-Control": answers.OWN})
    release, file = offer.release, offer.files[0]
    item = ET.Element("item")
    ET.SubElement(item, "version").text = four(release.version)
    ET.SubElement(item, "url").text = update_offers.file_address(file, free=offer.free)
    ET.SubElement(item, "changelog").text = notes_address(product, release.version)
    mandatory = ET.SubElement(item, "mandatory", {"mode": FORCED if offer.forced else NORMAL})
    mandatory.text = "true" if offer.forced or release.forced_below else "false"
    if release.forced_below and not offer.forced:
        mandatory.set("minVersion", four(release.forced_below))
    ET.SubElement(item, "checksum", {"algorithm": "SHA256"}).text = file.sha256
    body = ET.tostring(item, encoding="utf-8", xml_declaration=True)
    return answers.document(request, body, "application/xml; charset=utf-8", answers.OWN)


def four(version: str) -> str:
    """As System.Version compares them: four numbers. A pre-release has those of its release."""
    numbers = parse_version(version).numbers
    return ".".join(map(str, numbers + (0,) * (4 - len(numbers))))
