"""Codes of SMS to requesters, campaigns, kept texts and lines' troubles; a part of ``okibi.journal.codes.CODES``."""

from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the table below is read as a table

SMS_CODES: dict[str, S] = {
    "phone.sms_on": S(
        "{actor}: SMS о заявках на {number} — да ({how})", "{actor}: SMS about requests to {number}: yes ({how})"
    ),
    "phone.sms_off": S(
        "{actor}: SMS о заявках на {number} — нет ({how})", "{actor}: SMS about requests to {number}: no ({how})"
    ),
    "ticket.told_by_sms": S("SMS заявителю на {number}: {event}", "SMS to the requester at {number}: {event}"),
    "ticket.not_told_by_sms": S(
        "SMS заявителю на {number} не отправлена ({event}): {why}",
        "No SMS to the requester at {number} ({event}): {why}",
    ),
    "sms.campaign_made": S("{actor}: SMS-кампания «{name}» создана", "{actor}: SMS campaign “{name}” made"),
    "sms.campaign_changed": S("{actor}: SMS-кампания «{name}» изменена", "{actor}: SMS campaign “{name}” changed"),
    "sms.campaign_recipients": S(
        "{actor}: SMS-кампания «{name}», получателей: {count} ({source})",
        "{actor}: SMS campaign “{name}”, recipients: {count} ({source})",
    ),
    "sms.campaign_tested": S(
        "{actor}: проба SMS-кампании «{name}» на {number}", "{actor}: SMS campaign “{name}” tried on {number}"
    ),
    "sms.campaign_scheduled": S(
        "{actor}: SMS-кампания «{name}» начнётся {starts}", "{actor}: SMS campaign “{name}” begins at {starts}"
    ),
    "sms.campaign_unscheduled": S(
        "{actor}: SMS-кампания «{name}» больше не назначена", "{actor}: SMS campaign “{name}” is not scheduled any more"
    ),
    "sms.campaign_started": S(
        "{actor}: SMS-кампания «{name}» начата: получателей {count}, {pace} SMS в минуту",
        "{actor}: SMS campaign “{name}” begun: {count} recipients, {pace} SMS per minute",
    ),
    "sms.campaign_paused": S("{actor}: SMS-кампания «{name}» приостановлена", "{actor}: SMS campaign “{name}” paused"),
    "sms.campaign_resumed": S("{actor}: SMS-кампания «{name}» продолжена", "{actor}: SMS campaign “{name}” resumed"),
    "sms.campaign_pace": S(
        "{actor}: SMS-кампания «{name}»: {pace} SMS в минуту", "{actor}: SMS campaign “{name}”: {pace} SMS per minute"
    ),
    "sms.key_limit": S(
        "{actor}: ключу «{name}» — {segments} частей SMS в день",
        "{actor}: the key “{name}” may send {segments} SMS segments a day",
    ),
    "sms.key_limit_off": S(
        "{actor}: у ключа «{name}» снова общий лимит SMS", "{actor}: the key “{name}” has the common SMS limit again"
    ),
    "sms.campaign_hours": S(
        "{actor}: SMS-кампания «{name}»: только с {begin} до {end}",
        "{actor}: SMS campaign “{name}”: {begin}–{end} alone",
    ),
    "sms.campaign_any_hours": S(
        "{actor}: SMS-кампания «{name}»: в любые часы", "{actor}: SMS campaign “{name}”: at any hour"
    ),
    "sms.campaign_stopped": S(
        "{actor}: SMS-кампания «{name}» остановлена ({reason})", "{actor}: SMS campaign “{name}” stopped ({reason})"
    ),
    "sms.campaign_discarded": S(
        "{actor}: черновик SMS-кампании «{name}» удалён", "{actor}: draft of the SMS campaign “{name}” deleted"
    ),
    "sms.campaign_finished": S(
        "SMS-кампания «{name}» разослана: SMS {count}", "SMS campaign “{name}” sent out: {count} SMS"
    ),
    "sms.template_saved": S("{actor}: шаблон SMS «{name}» сохранён", "{actor}: SMS template “{name}” saved"),
    "sms.template_deleted": S("{actor}: шаблон SMS «{name}» удалён", "{actor}: SMS template “{name}” deleted"),
    "sms.sent_by_hand": S("{actor}: SMS на {number} отправлена вручную", "{actor}: SMS to {number} sent by hand"),
    "sms.taken_back": S("{actor}: SMS на {number} отозвана", "{actor}: SMS to {number} taken back"),
    "sms.line_no_network": S("Линия SMS {line} потеряла сеть", "The SMS line {line} lost its network"),
    "sms.line_low_balance": S("Линия SMS {line}: деньги кончаются ({why})", "The SMS line {line} runs dry ({why})"),
    "sms.trouble_told": S(
        "Администраторам написано о неполадке линии SMS {line}", "Administrators were written about the SMS line {line}"
    ),
    "sms.line_well": S("Линия SMS {line} снова в порядке", "The SMS line {line} is well again"),
}
