"""Velopack's ``releases.<channel>.json``: one full package, the one that is offered. Its share's key is stagingId."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.feeds import answers
from okibi.feeds.asking import asking, guarded, said
from okibi.flows import update_offers
from okibi.releases.trust_paths import target_name

if TYPE_CHECKING:
    from okibi.releases.models import Artefact


@require_safe
@guarded
def feed(request: HttpRequest, product: str, channel: str, key: str = "") -> HttpResponseBase:
    """``{"Assets": […]}``; empty where nothing newer is for this installation."""
    asked = asking(request, product, key, said(request, "os") or "windows", ("nupkg",))
    offer = update_offers.offer(replace(asked, channel=channel))
    assets = [_asset(offer.files[0])] if offer else []
    return answers.as_json(request, {"Assets": assets}, answers.OWN)


def _asset(artefact: "Artefact") -> dict[str, Any]:
    release = artefact.release
    return {
        "PackageId": artefact.facts.get("package") or release.product,
        "Version": artefact.facts.get("version") or release.version,
        "Type": "Full",
        "FileName": target_name(artefact.name),
        "SHA1": artefact.sha1.upper(),
        "SHA256": artefact.sha256.upper(),
        "Size": artefact.size,
        "NotesMarkdown": release.notes_ru,
        "NotesHTML": "",
    }
