"""How the product itself is: what waits, what is configured, and whether the journal is whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okibi import __version__
from okibi.channels.health import standing
from okibi.console.access import staff_required
from okibi.console.desk.present import channel_title
from okibi.kernel.sentence import Sentence


@staff_required
@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """One page: channels with their problems, what waits to be read or sent, the version."""
    health = standing()
    facts: list[dict[str, Any]] = [
        {"name": _("Version"), "value": __version__},
        {"name": _("Waiting to be read"), "value": str(health.unread)},
        {"name": _("Unreadable"), "value": str(health.unreadable)},
        {"name": _("Waiting to be sent"), "value": str(health.queued)},
        {"name": _("Could not be sent"), "value": str(health.failed)},
    ]
    channels = [
        {
            "title": channel_title(kind),
            "problems": problems,
            "well": Sentence("Всё настроено", "Everything is set up"),
        }
        for kind, problems in health.problems.items()
    ]
    return render(request, "console/system/system.html", {"facts": facts, "channels": channels})
