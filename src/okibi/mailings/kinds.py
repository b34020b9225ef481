"""Words of mailings. Apart from the models, so that doors may name them."""

from enum import StrEnum

from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables


class MailingState(StrEnum):
    """How far a mailing has come."""

    DRAFT = "draft"
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class LineState(StrEnum):
    """What is known of one address of a mailing: always the furthest that happened."""

    QUEUED = "queued"
    HANDED = "handed"  # in the outbox
    SENT = "sent"
    OPENED = "opened"
    DOWNLOADED = "downloaded"
    INSTALLED = "installed"
    BOUNCED = "bounced"
    FAILED = "failed"  # the mail server would not take it, or nobody knows whether it did
    DROPPED = "dropped"  # no letter: taken out of the registry meanwhile, or the mailing was stopped


class LeftOut(StrEnum):
    """Why an address of the registry gets no letter of a mailing."""

    BOUNCED = "bounced"
    NO_RIGHT = "no_right"
    MAINTENANCE_ENDED = "maintenance_ended"
    HAS_IT = "has_it"


MAILING_TITLES = {
    MailingState.DRAFT: S("не начата", "not started"),
    MailingState.SENDING: S("идёт", "going on"),
    MailingState.PAUSED: S("приостановлена", "paused"),
    MailingState.STOPPED: S("остановлена", "stopped"),
    MailingState.FINISHED: S("разослана", "sent out"),
}
LINE_TITLES = {
    LineState.QUEUED: S("в очереди", "queued"),
    LineState.HANDED: S("отправляется", "being sent"),
    LineState.SENT: S("отправлено", "sent"),
    LineState.OPENED: S("открыто", "opened"),
    LineState.DOWNLOADED: S("скачано", "downloaded"),
    LineState.INSTALLED: S("установлено", "installed"),
    LineState.BOUNCED: S("вернулось", "bounced"),
    LineState.FAILED: S("не ушло", "not sent"),
    LineState.DROPPED: S("отменено", "cancelled"),
}
LEFT_OUT_TITLES = {
    LeftOut.BOUNCED: S("адрес не принимает письма", "the address takes no mail"),
    LeftOut.NO_RIGHT: S("нет действующей лицензии или пробной версии", "no licence or trial in force"),
    LeftOut.MAINTENANCE_ENDED: S(
        "версия вышла после окончания сопровождения", "the version came out after maintenance ended"
    ),
    LeftOut.HAS_IT: S("эта версия уже установлена", "has this version already"),
}
TROUBLED = (LineState.BOUNCED, LineState.FAILED)
WAITING = (LineState.QUEUED, LineState.HANDED)
"""A mailing with none of these is finished."""
ARRIVED = (LineState.SENT, LineState.OPENED, LineState.DOWNLOADED, LineState.INSTALLED)
