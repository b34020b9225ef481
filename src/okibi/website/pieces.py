"""Files that come in pieces before a form of the site is sent (tus 1.0). Nobody signed in: the form itself owns them.

Who opened a form may bring a few files for it; how much one network brings, and how much lies here unsent of all forms
together, is limited too. Beyond any limit the form still takes what fits into it, as without a script.
"""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.uploads.fields import arrived
from okibi.uploads.services import Room, unsent
from okibi.uploads.services import most as most_of_one
from okibi.website.files import MOST_FILES, limit_words
from okibi.website.opened import form_of

OWNERS = "form:"
TOGETHER = 250 * 1024 * 1024  # bytes, of all files of one form: a log of 200 MB and some pictures
LIVES_FOR = timedelta(hours=24)  # as long as the page
ALL_FORMS = 5 * 1024 * 1024 * 1024  # bytes that came and were not sent, of all forms


class FullError(InputError):
    """Too much lies here unsent already."""

    code = "site.uploads_full"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Сейчас такой файл не принять. Отправьте заявку без него: попросим его письмом.",
                en="Such a file can't be taken now. Send the request without it: we will ask for it by e-mail.",
            )
        )


class OverError(InputError):
    """The page was open for more than a day."""

    code = "site.form_over"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Страница открыта больше суток. Отправьте её: она вернётся заполненной, и файл можно будет выбрать.",
                en="The page was open for more than a day. Send it: it comes back filled in, then choose the file.",
            )
        )


def owner_of(opened: str) -> str:
    """How uploads name the form that this token opened; "" for a token that opens nothing (any more)."""
    form_id = form_of(opened)
    return f"{OWNERS}{uuid.UUID(form_id).hex}" if form_id else ""


def largest() -> int:
    """Bytes of one file."""
    return min(most_of_one(), TOGETHER)


def room() -> Room:
    """What one form may bring."""
    return Room(MOST_FILES, largest(), TOGETHER, LIVES_FOR)


def check_room(size: int) -> None:
    """Whether so many bytes more may lie here. Raises FullError."""
    if unsent(OWNERS) + size > ALL_FORMS:
        raise FullError


def pieces_help() -> str:
    """The limits where a script sends the files in pieces."""
    words = gettext(
        "A picture of the error or a log helps: choose, drop or paste it. Up to %(most)d files, %(size)s together."
        " A large one arrives over a bad line, too."
    )
    return words % {"most": MOST_FILES, "size": limit_words(TOGETHER)}


def told(form: forms.Form, opened: str) -> dict[str, Any]:
    """What the script that sends files in pieces is told, and what came by it already."""
    return {
        "url": reverse("website-uploads", args=[opened]),
        "most": MOST_FILES,
        "largest": largest(),
        "help": pieces_help(),
        "arrived": arrived(owner_of(opened), form),
    }
