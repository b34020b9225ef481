"""The request form of the public site as a channel: what was filled in is stored raw first, like a mail.

The raw bytes are a document made by :data:`pack`. The form has no way back of its own: the answer to a form goes by
e-mail to the address that was given in it, so this channel can never send.
"""

from collections.abc import Mapping
from functools import partial

from okibi.channels import document
from okibi.channels.document import StoredFile
from okibi.channels.port import Incoming, Outgoing, SendError
from okibi.kernel.sentence import Sentence

__all__ = ["FORMAT", "FormChannel", "StoredFile", "pack"]

FORMAT = "okibi-form/1"
pack = partial(document.pack, FORMAT)  # a filled-in form, for ``inbox.receive("form", <the form's own id>, …)``


class FormChannel:
    """kind ``form``."""

    kind = "form"
    title = Sentence(ru="Форма на сайте", en="Web form")
    icon = "globe"
    repeatable = False

    def parse(self, raw: bytes, envelope: Mapping[str, object]) -> Incoming:  # noqa: ARG002
        """Raises UnreadableError for anything that is not a form of a known format."""
        return document.unpack(FORMAT, raw)

    def new_external_id(self, key: str) -> str:  # noqa: ARG002
        return ""

    def send(self, message: Outgoing) -> str:  # noqa: ARG002
        """Always raises: the answer to a form goes by e-mail."""
        raise SendError("a form has no way back; answer by e-mail", permanent=True)

    def problems(self) -> list[Sentence]:
        return []

    def can_send(self) -> bool:
        return False
