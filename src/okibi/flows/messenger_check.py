"""What a messenger would refuse is refused before it is sent, in words: a closed window, files that it can't carry."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from okibi.channels.messenger import conversations
from okibi.channels.messenger.kinds import is_messenger, shape_of
from okibi.channels.messenger.shape import MB
from okibi.channels.registry import channel
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.wording import on_moment
from okibi.tickets import conversation_selectors
from okibi.tickets.models import Ticket

MOSCOW = ZoneInfo("Europe/Moscow")


class WindowClosedError(ConflictError):
    """The messenger takes no free text now; ``until``: the moment from which on (aware)."""

    code = "messenger_window_closed"

    def __init__(self, title: str, until: datetime | None) -> None:
        said = on_moment(until.astimezone(MOSCOW), 0) if until is not None else None
        super().__init__(
            Sentence(
                ru=f"{title}: свободный текст уже не дойдёт"
                + (f", писать можно было до {said.ru} (московское время)" if said else "")
                + ". Отправьте шаблон или выберите другой адрес; ваш текст сохранён.",
                en=f"{title}: free text can't get through any more"
                + (f", one could write until {said.en} (Moscow time)" if said else "")
                + ". Send a template or choose another address; your text is kept.",
            )
        )
        self.until = until


class FileRefusedError(InputError):
    """A messenger does not carry such a file."""

    code = "messenger_file"


def check_window(ticket: Ticket, at: datetime) -> None:
    """Raises WindowClosedError where free text to the requester would be refused."""
    account = conversation_selectors.account_of(ticket)
    if not account:
        return
    window = conversations.window_of(ticket.channel, account, ticket.requester_address)
    if not window.is_open(at):
        raise WindowClosedError(channel(ticket.channel).title.ru, window.until)


def check_files(kind: str, files: Iterable[Mapping[str, Any]]) -> None:
    """Raises FileRefusedError, naming the file and what the messenger takes; ``files`` as tickets keep them."""
    if not is_messenger(kind):
        return
    title = channel(kind).title.ru
    for file in files:
        most = largest_of(kind, str(file["type"]))
        size = int(file["size"])
        if not size:
            raise FileRefusedError(
                Sentence(
                    ru=f"«{file['name']}»: файл пуст, {title} такого не передаёт.",
                    en=f"“{file['name']}” is empty; {title} does not carry that.",
                )
            )
        if size > most:
            whole = f"{size / MB:.1f}"
            raise FileRefusedError(
                Sentence(
                    ru=f"«{file['name']}» не отправить: {whole.replace('.', ',')} МБ, а {title} берёт такие файлы до "
                    f"{most // MB} МБ. Уменьшите файл, упакуйте его или ответьте письмом.",
                    en=f"“{file['name']}” can't be sent: {whole} MB, and {title} takes such files up to "
                    f"{most // MB} MB. Make it smaller, pack it, or answer by e-mail.",
                )
            )


def largest_of(kind: str, type_: str) -> int:
    """Bytes of the largest file of a media type that the messenger takes."""
    sizes = shape_of(kind).limits.sizes
    return next((most for begin, most in sizes.items() if begin and type_.startswith(begin)), sizes[""])
