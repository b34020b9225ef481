"""What staff may upload: how much (OKIBI_MAX_UPLOAD_MB), under which names. A refusal says which file and why."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi.channels.email.attachments import safe_name
from okibi.kernel.errors import InputError
from okibi.kernel.human import size_text
from okibi.kernel.sentence import Sentence
from okibi.tickets.services import FileLike

MOST_FILES = 20  # of one message


class UploadError(InputError):
    """Files that can't be taken as they are."""

    code = "upload"


def largest() -> int:
    """Bytes of one file, and of all files of one message together."""
    return int(settings.OKIBI_MAX_UPLOAD)


def limit_words() -> str:
    """The limit in the reader's language."""
    return size_text(largest(), get_language())


def files_of(request: HttpRequest, field: str = "files") -> list[FileLike]:
    """The files of a message, with names that are safe to save under. Nothing is read before all fit.

    Raises UploadError for an empty file, one that is too large, too many, or too much together.
    """
    given = request.FILES.getlist(field)
    named = [(_name(file, at), file) for at, file in enumerate(given, 1)]
    check([(name, file.size or 0) for name, file in named])
    return [
        {"name": name, "type": file.content_type or "application/octet-stream", "content": file.read()}
        for name, file in named
    ]


def check(files: list[tuple[str, int]]) -> None:
    """Whether files of these names and sizes (bytes) can go with one message. Raises UploadError."""
    ru, en = size_text(largest(), "ru"), size_text(largest(), "en")
    empty = ", ".join(name for name, size in files if not size)
    large = ", ".join(name for name, size in files if size > largest())
    if empty:
        raise UploadError(Sentence(f"Пустой файл: {empty}. Уберите его.", f"Empty file: {empty}. Please remove it."))
    if large:
        raise UploadError(
            Sentence(
                f"Слишком большой файл: {large}. Можно не больше {ru}.", f"Too large: {large}. At most {en} can go."
            )
        )
    if sum(size for _, size in files) > largest():
        raise UploadError(
            Sentence(
                f"Вместе файлы больше {ru}. Отправьте часть следующим сообщением.",
                f"Together the files are larger than {en}. Send some by another message.",
            )
        )
    if len(files) > MOST_FILES:
        raise UploadError(
            Sentence(
                f"Файлов {len(files)}, а можно не больше {MOST_FILES}. Сложите их в архив.",
                f"There are {len(files)} files; at most {MOST_FILES} can go. Put them into an archive.",
            )
        )


def _name(file: "UploadedFile[Any]", number: int) -> str:
    return safe_name(file.name or "") or f"file-{number}"


class UploadField(forms.FileField):
    """One file within the installation's limit."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file. Raises ValidationError with the limit where it is larger."""
        file = super().clean(data, initial)
        if file and (getattr(file, "size", 0) or 0) > largest():
            raise forms.ValidationError(_("The file is too large: at most %(size)s.") % {"size": limit_words()})
        return file
