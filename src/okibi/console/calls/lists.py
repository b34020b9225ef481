"""The list of calls, and listening to a recording."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from okibi.calls import selectors
from okibi.calls.kinds import CallState
from okibi.calls.selectors import Found
from okibi.console.calls.present import call_view, recording_view
from okibi.console.customers.gate import page, said
from okibi.console.desk.files import hand_out
from okibi.flows import phone_recordings
from okibi.kernel import blobs
from okibi.kernel.errors import OkibiError

SOUNDS = {b"RIFF": ("wav", "audio/wav"), b"OggS": ("ogg", "audio/ogg"), b"fLaC": ("flac", "audio/flac")}
UNKNOWN = ("mp3", "audio/mpeg")
KINDS: dict[str, tuple[Any, Found]] = {
    "all": (_("All calls"), Found()),
    "missed": (_("Missed"), Found(state=CallState.MISSED)),
    "in": (_("Incoming"), Found(direction="in")),
    "out": (_("Outgoing"), Found(direction="out")),
}


@page
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Calls by day, the newest first; ``?show=missed``, ``?q=`` a person or digits of a number."""
    shown = request.GET.get("show", "all")
    shown = shown if shown in KINDS else "all"
    query = request.GET.get("q", "").strip()[:100]
    narrowed = KINDS[shown][1]
    found = selectors.list_calls(Found(narrowed.state, narrowed.direction, query), request.GET.get("after"))
    days = groupby(found.rows, key=lambda call: timezone.localdate(call.started_at))
    asked = {name: value for name, value in (("show", shown), ("q", query)) if value}
    after = f"?{urlencode({**asked, 'after': found.next_cursor})}" if found.next_cursor else ""
    base = reverse("console-calls")
    context = {
        "tab": "calls",
        "days": [{"at": (rows := list(of_day))[0].started_at, "calls": [call_view(row) for row in rows]}
                 for _day, of_day in days],
        "kinds": [{"url": f"{base}?show={kind}", "label": label, "current": kind == shown}
                  for kind, (label, _found) in KINDS.items()],
        "shown": shown,
        "query_text": query,
        "more_url": after,
    }  # fmt: skip
    return render(request, "console/calls/list.html", context)


@page
@require_POST
def fetch_recording(request: HttpRequest, recording_id: int) -> HttpResponse:
    """Have the exchange give a recording, and play it; what it refuses stands where the player would."""
    error = ""
    try:
        found = phone_recordings.fetch(recording_id)
    except OkibiError as refused:
        found, error = selectors.recording(recording_id), said(refused.sentence)
    context = {"recording": recording_view(found), "error": error, "play_now": not error}
    return render(request, "console/calls/recording.html", context)


@page
@require_GET
def recording(request: HttpRequest, recording_id: int) -> HttpResponseBase:
    """The bytes of a recording that is kept here, or the range that the player asks for; nothing of it runs."""
    found = selectors.recording(recording_id)
    if found.blob is None:
        raise Http404
    ending, kind = SOUNDS.get(b"".join(blobs.pieces(found.blob, 0, 4)), UNKNOWN)
    return hand_out(request, found.blob, f"call-{found.call_id}-{found.pk}.{ending}", kind)
