"""The words of an access for automatic updates."""

from okibi_sdk.words import Sentence as S  # noqa: N817 - read as a table

WORDS = {
    "agreement_title": S("Доступ для обновлений", "Access for updates"),
    "agreement_proposed": S("ждёт ответа", "waits for an answer"),
    "agreement_confirmed": S("подтверждён", "confirmed"),
    "agreement_declined": S("отклонён", "declined"),
    "agreement_withdrawn": S("отозван", "withdrawn"),
    "agreement_expired": S("срок истёк", "expired"),
    "agreement_asked": S(
        "Поддержка просит разрешить вот что. Пока вы не подтвердили, само ничего не установится.",
        "Support asks you to allow this. Until you confirm it, nothing installs itself.",
    ),
    "agreement_not_yours": S(
        "Отвечает тот, кто просил об обновлении, или администратор вашей организации.",
        "It is answered by whoever asked for the update, or an administrator of your organisation.",
    ),
    "agreement_runs": S("Обновления ставятся сами, как разрешено.", "Updates install themselves, as allowed."),
    "agreement_nothing": S("Само ничего не установится.", "Nothing installs itself."),
    "agreement_said_confirmed": S("Подтверждено: {who}.", "Confirmed: {who}."),
    "agreement_said_declined": S("Отклонено: {who}.", "Declined: {who}."),
    "agreement_said_withdrawn": S("Отозвано: {who}.", "Withdrawn: {who}."),
    "agreement_terms": S("Условия", "Terms"),
    "agreement_confirm": S("Подтвердить", "Confirm"),
    "agreement_decline": S("Отклонить", "Decline"),
    "agreement_withdraw": S("Отозвать доступ", "Withdraw the access"),
    "agreement_withdraw_ask": S(
        "Отозвать доступ? С этой минуты само ничего не установится.",
        "Withdraw the access? Nothing installs itself from that moment.",
    ),
    "agreement_on_its_way": S("Передаём ваше решение…", "Your decision is on its way…"),
    "agreement_offline": S(
        "Нет связи: поддержка не подтвердила, что ваше решение принято, и само оно не уйдёт. "
        "Повторите, когда связь появится.",
        "No connection: support has not confirmed your decision, and it does not go by itself. "
        "Try again once there is a connection.",
    ),
    "agreement_refused": S("Не принято. {reason}", "Not accepted. {reason}"),
    "agreement_awaited": S("ждёт вашего согласия", "waits for your consent"),
}
