"""A channel that lives in memory, so that the tests of inbox and outbox are about inbox and outbox."""

from collections import deque
from collections.abc import Callable, Mapping

from okibi.channels.port import Incoming, Outgoing, Party, UnreadableError
from okibi.kernel.sentence import Sentence


class EchoChannel:
    """Reads UTF-8, can't read anything else; sends into ``sent``, or does what the next of ``acts`` does."""

    kind = "echo"
    title = Sentence(ru="Эхо", en="Echo")
    icon = "mail"
    repeatable = True
    open = True
    sent: list[Outgoing]
    acts: deque[Callable[[Outgoing], None]]

    def __init__(self) -> None:
        self.sent = []
        self.acts = deque()

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableError(str(error)) from error
        return Incoming(sender=Party("anna@example.org"), subject="", text=text, reply=text)

    def new_external_id(self, key: str) -> str:
        return f"echo:{key}"

    def send(self, message: Outgoing) -> str:
        if self.acts:
            self.acts.popleft()(message)
        self.sent.append(message)
        return message.external_id

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return self.open
