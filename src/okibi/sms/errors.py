"""What can be wrong with an SMS that somebody wants to send."""

from okibi.kernel.errors import InputError
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


class SmsError(InputError):
    """An SMS that can't be taken: its number or its text."""

    code = "sms"


class SmsBusyError(SmsError):
    """A number was sent enough for now."""

    code = "sms_busy"


class SmsFileError(AccountsFileError):
    """The file of gateways can't be taken."""

    code = "sms_file"


def said(sentence: Sentence, *values: object) -> Sentence:
    """A sentence with its places filled."""
    return Sentence(sentence.ru.format(*values), sentence.en.format(*values))
