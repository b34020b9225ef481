"""What can be wrong with an upload. Codes are stable."""

from typing import ClassVar

from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence


class NoSuchUploadError(NotAllowedError):
    """No such upload, or it is somebody else's, or it expired."""

    code: ClassVar[str] = "uploads.not_found"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Такой загрузки нет, или её срок истёк: начните её снова.",
                en="There is no such upload, or it has expired: begin it again.",
            )
        )


class TooLargeError(InputError):
    """The announced size is more than one file may have."""

    code: ClassVar[str] = "uploads.too_large"

    def __init__(self, most: int) -> None:
        size = most // 1024 // 1024
        super().__init__(
            Sentence(ru=f"Один файл — не больше {size} МБ.", en=f"One file may have at most {size} MB."), most=most
        )


class QuotaError(InputError):
    """The owner has too many uploads, or too many bytes, that no message took yet."""

    code: ClassVar[str] = "uploads.quota"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Слишком много незаконченных загрузок: приложите готовые к заявке или удалите лишние.",
                en="Too many uploads are pending: attach the finished ones to a request or delete those not needed.",
            )
        )


class OffsetError(ConflictError):
    """The piece does not begin where the upload stands (``data["offset"]``)."""

    code: ClassVar[str] = "uploads.offset"

    def __init__(self, offset: int) -> None:
        super().__init__(
            Sentence(
                ru=f"Загрузка стоит на байте {offset}: продолжайте с него.",
                en=f"The upload stands at byte {offset}: go on from there.",
            ),
            offset=offset,
        )


class BeyondEndError(InputError):
    """The piece is longer than what the file still lacks."""

    code: ClassVar[str] = "uploads.beyond_end"

    def __init__(self) -> None:
        super().__init__(
            Sentence(ru="Байтов больше, чем было объявлено.", en="These are more bytes than were announced.")
        )


class BusyError(ConflictError):
    """Another connection writes into this upload at this moment."""

    code: ClassVar[str] = "uploads.locked"
    permanent: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="В эту загрузку сейчас пишет другое соединение: повторите через несколько секунд.",
                en="Another connection is writing into this upload: try again in a few seconds.",
            )
        )


class ChecksumError(InputError):
    """The piece arrived damaged; nothing of it was kept."""

    code: ClassVar[str] = "uploads.checksum"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Контрольная сумма не сошлась: отправьте этот кусок ещё раз.",
                en="The checksum does not match: send this piece again.",
            )
        )


class NotWholeError(ConflictError):
    """A message can take only a whole upload."""

    code: ClassVar[str] = "uploads.not_whole"

    def __init__(self) -> None:
        super().__init__(
            Sentence(ru="Файл загружен ещё не до конца.", en="The file has not been uploaded to its end yet.")
        )
