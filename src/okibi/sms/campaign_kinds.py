"""Words of campaigns and of what is wrong with lines. Apart from the models, so that doors may name them."""

from enum import StrEnum

from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables


class CampaignState(StrEnum):
    """How far a campaign has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class RecipientState(StrEnum):
    """What the campaign did with one recipient; what became of the SMS says the SMS."""

    PLANNED = "planned"
    LEFT_OUT = "left_out"
    HANDED = "handed"  # in the queue
    DROPPED = "dropped"  # the campaign was stopped before


class Why(StrEnum):
    """Why a recipient gets nothing of a campaign."""

    BAD_NUMBER = "bad_number"
    LANDLINE = "landline"
    NO_SMS = "no_sms"  # short, toll-free …
    DUPLICATE = "duplicate"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NO_VALUE = "no_value"
    TOO_LONG = "too_long"


class TroubleKind(StrEnum):
    """What may be wrong with a line."""

    SILENT = "silent"
    NETWORK = "network"
    BALANCE = "balance"
    FAILING = "failing"


CAMPAIGN_TITLES = {
    CampaignState.DRAFT: S("не начата", "not started"),
    CampaignState.SCHEDULED: S("назначена", "scheduled"),
    CampaignState.SENDING: S("идёт", "going on"),
    CampaignState.PAUSED: S("приостановлена", "paused"),
    CampaignState.STOPPED: S("остановлена", "stopped"),
    CampaignState.FINISHED: S("разослана", "sent out"),
}
WHY_TITLES = {
    Why.BAD_NUMBER: S("не номер телефона", "not a telephone number"),
    Why.LANDLINE: S("городской номер: SMS не примет", "a landline: takes no SMS"),
    Why.NO_SMS: S("короткий или бесплатный номер: SMS не примет", "a short or toll-free number: takes no SMS"),
    Why.DUPLICATE: S("номер уже есть выше", "the number stands above already"),
    Why.OPTED_OUT: S("отказался от SMS", "wants no SMS"),
    Why.NO_CONSENT: S("нет согласия на рекламу", "did not agree to adverts"),
    Why.NO_VALUE: S("нечего подставить в поле", "nothing to put into a field"),
    Why.TOO_LONG: S("текст с его данными слишком длинный", "the text with their data is too long"),
}
TROUBLE_TITLES = {
    TroubleKind.SILENT: S("молчит больше 92 секунд", "has been silent for over 92 seconds"),
    TroubleKind.NETWORK: S("потеряла сеть", "lost its network"),
    TroubleKind.BALANCE: S("остаётся без денег", "is running dry"),
    TroubleKind.FAILING: S("не отправляет: ошибки подряд", "fails in a row"),
}
OVER_TITLES = {
    TroubleKind.SILENT: S("снова на связи", "is back"),
    TroubleKind.NETWORK: S("снова в сети", "is in its network again"),
    TroubleKind.BALANCE: S("пополнена", "has money again"),
    TroubleKind.FAILING: S("снова отправляет", "sends again"),
}
