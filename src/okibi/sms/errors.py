"""What can be wrong with an SMS that somebody wants to send."""

from okibi.kernel.errors import ConfigurationError, InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_table import Problem

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


class SmsFileError(ConfigurationError):
    """The file of gateways can't be taken. ``problems`` has every reason with its line."""

    code = "sms_file"

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        ru = "; ".join(f"строка {each.line}, {each.where}: {each.sentence.ru}" for each in problems)
        en = "; ".join(f"line {each.line}, {each.where}: {each.sentence.en}" for each in problems)
        super().__init__(Sentence(f"{path} не принят: {ru}", f"{path} is refused: {en}"))
        self.problems = problems


def said(sentence: Sentence, *values: object) -> Sentence:
    """A sentence with its places filled."""
    return Sentence(sentence.ru.format(*values), sentence.en.format(*values))
