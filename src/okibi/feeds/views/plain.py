"""Our own feed: plain JSON. docs/howto/connect-an-updater.md."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from okibi.feeds import answers
from okibi.feeds.asking import asking, guarded, notes_address
from okibi.flows import update_offers
from okibi.flows.update_offers import Offer
from okibi.releases.trust_paths import target_path

if TYPE_CHECKING:
    from okibi.releases.models import Artefact


@require_safe
@guarded
def latest(request: HttpRequest, product: str, key: str = "") -> HttpResponseBase:
    """``{"product", "channel", "update": null}`` or the version to take, with every file that fits the machine."""
    asked = asking(request, product, key)
    offer = update_offers.offer(asked)
    value = {"product": product, "channel": asked.channel, "update": _update(offer) if offer else None}
    return answers.as_json(request, value, answers.OWN)


def _update(offer: Offer) -> dict[str, Any]:
    release = offer.release
    return {
        "version": release.version,
        "channel": release.channel,
        "published_at": offer.published_at.isoformat(),
        "forced": offer.forced,
        "floor": release.floor,
        "notes": {"ru": release.notes_ru, "en": release.notes_en},
        "notes_url": notes_address(release.product, release.version),
        "files": [_file(each, free=offer.free) for each in offer.files],
    }


def _file(artefact: "Artefact", *, free: bool) -> dict[str, Any]:
    release = artefact.release
    return {
        "platform": artefact.platform,
        "architecture": artefact.architecture,
        "kind": artefact.kind,
        "name": artefact.name,
        "size": artefact.size,
        "sha256": artefact.sha256,
        "least_system": update_offers.least_system(artefact),
        "url": update_offers.file_address(artefact, free=free),
        "target": target_path(release.product, release.version, artefact.name),
    }
