"""Error families: whose fault it is, a stable code for machines, a sentence for people, and whether to try again."""

from typing import Any, ClassVar

from okibi.kernel.sentence import Sentence


class OkibiError(Exception):
    """The root of every error that the product raises on purpose.

    ``code`` is stable and never translated; ``sentence`` is shown at the door; ``permanent`` tells a worker
    whether trying again can help.
    """

    code: ClassVar[str] = "error"
    permanent: ClassVar[bool] = True

    def __init__(self, sentence: Sentence, **data: Any) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.data = data


class InputError(OkibiError):
    """What somebody gave us can't be taken as it is: the giver can mend it."""

    code = "input"


class NotAllowedError(OkibiError):
    """Somebody may not do this, or it isn't theirs; the same answer for "absent" and "not yours"."""

    code = "not_allowed"


class ConflictError(OkibiError):
    """The thing is not in the state that this act needs."""

    code = "conflict"


class ConfigurationError(OkibiError):
    """A setting is missing or wrong; the operator can mend it."""

    code = "configuration"


class OutsideError(OkibiError):
    """A foreign server failed; it may work later."""

    code = "outside"
    permanent = False
