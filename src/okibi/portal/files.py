"""Files that come with a form: within the installation's limits, kept before the request is placed."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext

from okibi.channels.email.attachments import safe_name
from okibi.channels.ipv.adapter import StoredFile
from okibi.kernel import blobs
from okibi.kernel.human import size_text

MOST_FILES = 10
TOGETHER = 50 * 1024 * 1024  # bytes


def most() -> int:
    """Bytes of all files of one message together."""
    return min(int(settings.OKIBI_MAX_UPLOAD), TOGETHER)


def files_help() -> str:
    """The limits, said before anything is chosen."""
    return gettext("A picture of the error or a log helps. Up to %(most)d files, %(size)s together.") % {
        "most": MOST_FILES,
        "size": size_text(most(), get_language()),
    }


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
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                gettext(
                    "There are %(count)d files; at most %(most)d can go with one message. Put the rest into an archive."
                )
                % {"count": len(files), "most": MOST_FILES}
            )
        if sum(file.size or 0 for file in files) > most():
            raise forms.ValidationError(
                gettext("Together the files have more than %(size)s. Send the largest by another message.")
                % {"size": size_text(most(), get_language())}
            )
        return files


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
