"""What can be wrong with a webhook, each with a stable code."""

from typing import ClassVar

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

UNKNOWN_CODES = Sentence(ru="Таких событий нет: {codes}.", en="There are no such events: {codes}.")
IS_OFF = Sentence(
    ru="Вебхук выключен: включите его, и можно будет пробовать.", en="The webhook is off: switch it on, then try it."
)


class WebhookUrlError(InputError):
    """Data of ours may not go to this address."""

    code: ClassVar[str] = "webhooks.url"

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence, field="url")


class WebhookCodesError(InputError):
    """Codes that the journal does not have."""

    code: ClassVar[str] = "webhooks.codes"

    def __init__(self, codes: str) -> None:
        said = Sentence(ru=UNKNOWN_CODES.ru.format(codes=codes), en=UNKNOWN_CODES.en.format(codes=codes))
        super().__init__(said, field="codes")


class WebhookOffError(InputError):
    """It is switched off: nothing is told to it."""

    code: ClassVar[str] = "webhooks.off"

    def __init__(self) -> None:
        super().__init__(IS_OFF)
