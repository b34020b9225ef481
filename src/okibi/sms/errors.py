"""What can be wrong with an SMS that somebody wants to send."""

from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.account_files import AccountsFileError

NO_SMS = Sentence(
    "SMS на «{0}» отправить нельзя: нужен мобильный номер.", "“{0}” takes no SMS: a mobile number is needed."
)
BUSY = Sentence("На {0} и так ушло много SMS за последний час.", "{0} was sent many SMS within the last hour already.")
EMPTY = Sentence("В сообщении нет текста.", "The message has no text.")
TOO_LONG = Sentence(
    "Сообщение длиннее {0} частей: отправьте ссылку или письмо.",
    "The message is over {0} segments: send a link or a mail.",
)

NO_ZONE = Sentence("Такого часового пояса нет: «{0}».", "There is no such time zone: “{0}”.")
USED = Sentence("С этой пометкой (reference) уже есть другая SMS: {0}.", "Another SMS has this reference already: {0}.")
TWICE = Sentence("Пометка «{0}» стоит в пакете дважды.", "The reference “{0}” stands in the batch twice.")
DAY_LIMIT = Sentence(
    "Суточный лимит ключа исчерпан (частей: {0}): до полуночи больше нельзя.",
    "The key's limit is {0} segments a day: no more before midnight.",
)
NOT_QUEUED = Sentence("SMS уже не в очереди: {0}.", "The SMS is not in the queue any more: {0}.")
NO_SUCH = Sentence("Такой SMS нет.", "There is no such SMS.")


class SmsError(InputError):
    """An SMS that can't be taken: its number or its text."""

    code = "sms"


class SmsNumberError(SmsError):
    """A number that takes no SMS, or is none."""

    code = "sms.number"


class SmsTextError(SmsError):
    """A text that is empty or too long."""

    code = "sms.text"


class SmsZoneError(SmsError):
    """There is no such time zone."""

    code = "sms.time_zone"


class SmsReferenceError(ConflictError):
    """The key asked for another SMS by this reference before."""

    code = "sms.reference_used"


class SmsTwiceError(InputError):
    """One reference stands in a batch twice."""

    code = "sms.reference_twice"


class SmsDayLimitError(InputError):
    """The key asked for as many segments as it may in a day. ``data``: ``retry_after``, seconds until midnight."""

    code = "sms.day_limit"


class SmsNotQueuedError(ConflictError):
    """Only what waits in the queue can be taken back."""

    code = "sms.not_queued"


class SmsBusyError(SmsError):
    """A number was sent enough for now."""

    code = "sms_busy"


class SmsFileError(AccountsFileError):
    """The file of gateways can't be taken."""

    code = "sms_file"


def said(sentence: Sentence, *values: object) -> Sentence:
    """A sentence with its places filled."""
    return Sentence(sentence.ru.format(*values), sentence.en.format(*values))
