"""Files that go with a form: sent with it, or in pieces before it; kept before the request is placed."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext_lazy

from okibi.channels.email.attachments import safe_name
from okibi.channels.ipv.adapter import StoredFile
from okibi.flows import tus
from okibi.flows.visitor import Visitor
from okibi.kernel import blobs
from okibi.kernel.errors import OkibiError
from okibi.kernel.human import size_text
from okibi.uploads.fields import UploadsField, arrived
from okibi.uploads.services import most as most_in_pieces

MOST_FILES = 10
TOGETHER = 50 * 1024 * 1024  # bytes, where the files go with the form


def owner_of(visitor: Visitor) -> str:
    """How uploads name this browser: as the API names a device."""
    return f"device:{visitor.device}"


def most() -> int:
    """Bytes of all files of one form together."""
    return min(int(settings.OKIBI_MAX_UPLOAD), TOGETHER)


def files_help() -> str:
    """The limits, said before anything is chosen."""
    return gettext("A picture of the error or a log helps. Up to %(most)d files, %(size)s together.") % {
        "most": MOST_FILES,
        "size": size_text(most(), get_language()),
    }


def pieces_help() -> str:
    """The limits where a script sends the files in pieces."""
    words = gettext(
        "A picture of the error or a log helps: choose, drop or paste it. Up to %(most)d files, %(size)s each."
        " A large one arrives over a bad line, too."
    )
    return words % {"most": MOST_FILES, "size": size_text(most_in_pieces(), get_language())}


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; its value is what the flows take, the bytes kept already."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Raises ValidationError with a sentence for whichever limit is passed; nothing is kept then."""
        given: list[Any] = list(data) if isinstance(data, list | tuple) else [data] if data else []
        files: list[UploadedFile[Any]] = [super(FilesField, self).clean(one, initial) for one in given]
        _check_number(len(files))
        if sum(file.size or 0 for file in files) > most():
            raise forms.ValidationError(
                gettext("Together the files have more than %(size)s. Send the largest by another message.")
                % {"size": size_text(most(), get_language())}
            )
        return files


def _check_number(count: int) -> None:
    if count > MOST_FILES:
        raise forms.ValidationError(
            gettext(
                "There are %(count)d files; at most %(most)d can go with one message. Put the rest into an archive."
            )
            % {"count": count, "most": MOST_FILES}
        )


class FilesForm(forms.Form):
    """What a form with files shares."""

    attachments = FilesField(label=pgettext_lazy("site", "Files"), required=False)
    uploads = UploadsField(required=False, check=_check_number)

    def __init__(self, *args: Any, visitor: Visitor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visitor = visitor
        self.fields["attachments"].help_text = files_help()

    @property
    def pieces(self) -> dict[str, Any]:
        """What the script that sends files in pieces is told, and what came by it already."""
        return {
            "url": reverse("portal-uploads"),
            "most": MOST_FILES,
            "largest": most_in_pieces(),
            "help": pieces_help(),
            "arrived": arrived(self.owner, self),
        }

    @property
    def owner(self) -> str:
        """Whose uploads the form may take; nobody's where it was not told who sends it."""
        return owner_of(self.visitor) if self.visitor else ""

    def stored(self) -> tuple[StoredFile, ...] | None:
        """All files of a valid form, their bytes kept; None, with a sentence beside the field, where one is gone."""
        given = self.cleaned_data
        try:
            pieces = tus.files_of(self.owner, given["uploads"])
        except OkibiError as error:
            self.add_error("attachments", error.sentence.in_language(get_language() or "ru"))
            return None
        return (*kept(given["attachments"]), *pieces)


def kept(files: list["UploadedFile[Any]"]) -> tuple[StoredFile, ...]:
    """The files of a valid form, their bytes kept."""
    return tuple(
        StoredFile(
            safe_name(file.name or "") or f"file-{number}",
            (file.content_type or "application/octet-stream")[:120],
            blobs.put(file.read()).sha256,
        )
        for number, file in enumerate(files, 1)
    )
