"""What can go wrong with an update, as types: whose fault it is, a code word, a number for the desk, a sentence."""

from okibi_sdk.words import Sentence


class UpdaterError(Exception):
    """Everything that is raised on purpose. ``number``: the code of the feedback, HTTP-like."""

    word = "updater"
    number = 500

    def __init__(self, sentence: Sentence, *details: str) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.details = details


class SettingsError(UpdaterError):
    """The settings file can't be used as it is."""

    word, number = "settings", 422


class RefusedError(UpdaterError):
    """Must not be installed here: a lower version, another product, a file that TUF doesn't vouch for."""

    word, number = "refused", 409


class RoomError(UpdaterError):
    """Not enough free disk."""

    word, number = "disk", 507


class InstallError(UpdaterError):
    """The installer, the stop or the start command failed."""

    word, number = "install", 500


class UnhealthyError(UpdaterError):
    """The health check says that the program doesn't work."""

    word, number = "health", 502


class LaterError(UpdaterError):
    """Can't go on now; nothing is lost: the same step is tried again at the next poll."""

    word, number = "later", 503


class OfflineError(LaterError):
    """The server can't be reached, or answers with a fault of its own. ``wait``: seconds it asked for, if it did."""

    word, number = "offline", 503

    def __init__(self, sentence: Sentence, *details: str, wait: float | None = None) -> None:
        super().__init__(sentence, *details)
        self.wait = wait


class StrangerError(UpdaterError):
    """The server doesn't know this device (401): its token was revoked, or is another server's."""

    word, number = "stranger", 401
