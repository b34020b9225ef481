"""Words of automatic updates. Apart from the models, so that doors may name them."""

from enum import StrEnum

from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables
from okibi.policy.agreement_states import AgreementState
from okibi.policy.update_states import RunEvent, RunState


class Answered(StrEnum):
    """By what way the customer's word came."""

    PORTAL = "portal"
    IPV = "ipv"
    MAIL = "mail"
    LINK = "link"  # the personal link of the letter
    DESK = "desk"  # said to a specialist, who wrote down who said it and how


class Way(StrEnum):
    """How the server gets a host to look for its update."""

    POLL = "poll"  # the updater asks by itself: no open port
    WAKE = "wake"  # the updater's port for "wake up and ask" (mutual TLS)
    SSH = "ssh"
    WINRM = "winrm"


class Force(StrEnum):
    """How strongly a version is offered; the words of hawkBit's DDI."""

    SOFT = "soft"  # the host may put it off
    FORCED = "forced"
    TIMEFORCED = "timeforced"  # soft until a moment, forced from then on


USUAL_PORTS = {Way.WAKE: 8471, Way.SSH: 22, Way.WINRM: 5986}

AGREEMENT_TITLES = {
    AgreementState.PROPOSED: S("ждёт ответа", "waits for an answer"),
    AgreementState.CONFIRMED: S("действует", "in force"),
    AgreementState.DECLINED: S("отклонён", "declined"),
    AgreementState.WITHDRAWN: S("отозван", "withdrawn"),
    AgreementState.EXPIRED: S("истёк", "expired"),
}
ANSWERED_TITLES = {
    Answered.PORTAL: S("на портале", "in the portal"),
    Answered.IPV: S("в приложении (ИПВ)", "in the application (ИПВ)"),
    Answered.MAIL: S("ответом на письмо", "by answering the letter"),
    Answered.LINK: S("по личной ссылке из письма", "by the personal link of the letter"),
    Answered.DESK: S("со слов, записал специалист", "told to a specialist, who wrote it down"),
}
WAY_TITLES = {
    Way.POLL: S("проверяет сам, без порта", "looks by itself, no port"),
    Way.WAKE: S("сигнал «проверь»", "the signal “look”"),
    Way.SSH: S("SSH", "SSH"),
    Way.WINRM: S("WinRM", "WinRM"),
}
RUN_TITLES = {
    RunState.SCHEDULED: S("запланировано", "planned"),
    RunState.WAITING_WINDOW: S("ждёт своих часов", "waits for its hours"),
    RunState.OFFERED: S("предложено", "offered"),
    RunState.DOWNLOADING: S("скачивается", "downloading"),
    RunState.DOWNLOADED: S("скачано", "downloaded"),
    RunState.INSTALLING: S("ставится", "installing"),
    RunState.CHECKING: S("проверяется", "being checked"),
    RunState.SUCCEEDED: S("обновлён", "updated"),
    RunState.FAILED: S("не удалось", "failed"),
    RunState.ROLLED_BACK: S("вернулся к прежней версии", "went back to the old version"),
    RunState.CANCELLING: S("останавливается", "being stopped"),
    RunState.CANCELLED: S("отменено", "cancelled"),
    RunState.REJECTED: S("на компьютере отказались", "refused at the host"),
    RunState.UNCERTAIN: S("неизвестно, чем кончилось", "unknown how it ended"),
}
FORCE_TITLES = {
    Force.SOFT: S("когда удобно на компьютере", "when it suits the host"),
    Force.FORCED: S("сразу, как открыты часы", "as soon as the hours are open"),
    Force.TIMEFORCED: S("когда удобно, но не позже срока", "when it suits, but no later than a moment"),
}
REPORT_TITLES = {
    RunEvent.POSTPONE: S("ждёт установки", "waits to be installed"),
    RunEvent.DOWNLOAD: S("скачивается", "downloading"),
    RunEvent.DOWNLOADED: S("скачано", "downloaded"),
    RunEvent.INSTALL: S("ставится", "installing"),
    RunEvent.CHECK: S("проверяется", "being checked"),
    RunEvent.SUCCEED: S("поставлено, работает", "installed and working"),
    RunEvent.FAIL: S("не удалось", "failed"),
    RunEvent.ROLL_BACK: S("возвращена прежняя версия", "back on the old version"),
    RunEvent.REJECT: S("на компьютере отказались", "refused at the host"),
    RunEvent.CANCELLED: S("остановлено", "stopped"),
}
UNSEEN = "unseen"  # the step that we write down ourselves where we may not look any more
OTHER_TITLES = {  # what no report on a deployment says
    UNSEEN: RUN_TITLES[RunState.UNCERTAIN],
    "confirmed": S("на компьютере согласились", "agreed at the host"),
    "denied": S("на компьютере отказались", "refused at the host"),
}
