"""A version's file as browsers and download managers fetch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okibi.kernel import file_answers
from okibi.releases.kinds import media_type_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from okibi.releases.models import Artefact

OWN = "private, no-cache"
NOT_SEARCHED = {"X-Robots-Tag": "noindex, nofollow"}


def is_beginning(request: HttpRequest, artefact: Artefact) -> bool:
    """Whether the file's beginning is asked for: what is resumed or asked for by HEAD counts as no new download."""
    return file_answers.begins(request, artefact.blob)


def share(request: HttpRequest, artefact: Artefact) -> int:
    """Which share of the file the answer has at most, in thousandths, rounded up; 0 for none of it."""
    return -(-1000 * file_answers.most_sent(request, artefact.blob) // max(1, artefact.blob.size))


def hand_out(request: HttpRequest, artefact: Artefact, caching: str = OWN) -> HttpResponseBase:
    """The file's answer, by the proxy where there is one."""
    type_ = media_type_of(artefact.kind)
    return file_answers.answer(
        request, artefact.blob, artefact.name, type_, caching, by_proxy=True, headers=NOT_SEARCHED
    )
