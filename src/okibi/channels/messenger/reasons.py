"""Why a message of ours was not delivered, in words people understand; the vendor's code stands behind them. Pure."""

import re

from okibi.kernel.sentence import Sentence

S = Sentence

_NUMBER = re.compile(r"^\s*\(?#?(\d{2,6})\b")
CODES: dict[str, S] = {  # Meta: Cloud API error codes
    "131026": S("у этого номера нет WhatsApp, или он не принимает сообщения фирм",
                "this number has no WhatsApp, or takes no messages of firms"),
    "131047": S("прошло больше 24 часов с последнего сообщения клиента", "more than 24 hours since the client's last"),
    "131048": S("WhatsApp ограничил номер: слишком много жалоб", "WhatsApp limits the number: too many complaints"),
    "131049": S("WhatsApp бережёт клиента от рассылок и не доставил", "WhatsApp spares the client mailings"),
    "131050": S("клиент отказался от сообщений фирмы", "the client wants no messages of the firm"),
    "131051": S("такой вид сообщения не поддерживается", "this type of message is not supported"),
    "131052": S("файл клиента не удалось получить", "the client's file could not be fetched"),
    "131053": S("файл не принят: вид или размер не подходит", "the file was refused: its type or size"),
    "131056": S("слишком часто одному человеку, отправится позже", "too often to one person, goes out later"),
    "130429": S("слишком много сообщений сразу, отправится позже", "too many messages at once, goes out later"),
    "130472": S("клиент участвует в опыте Meta и сообщений фирм не получает", "the client is in an experiment"),
    "131031": S("учётная запись WhatsApp заблокирована", "the WhatsApp account is locked"),
    "131062": S("клиенту без номера такое сообщение не отправить", "it can't go to a client without a number"),
    "132000": S("у шаблона другое число полей", "the template has another number of fields"),
    "132001": S("шаблона нет на этом языке или он не одобрен", "no such template in this language, or not approved"),
    "132012": S("значения полей шаблона не подходят", "the template's values do not fit"),
    "132015": S("шаблон приостановлен за низкое качество", "the template is paused for its quality"),
    "190": S("ключ доступа больше не действует", "the access token is no longer valid"),
    "368": S("учётная запись временно заблокирована", "the account is locked for a time"),
    "403": S("клиент закрыл боту доступ", "the client closed the door to the bot"),
}  # fmt: skip
WORDS: dict[str, S] = {  # Wazzup24 and GREEN-API
    "24_HOURS_EXCEEDED": CODES["131047"],
    "BAD_CONTACT": S("у этого номера нет такого мессенджера", "this number does not have that messenger"),
    "noAccount": S("у этого номера нет WhatsApp", "this number has no WhatsApp"),
    "notInGroup": S("наш номер не состоит в этой группе", "our number is not in that group"),
    "yellowCard": S("WhatsApp предупредил номер о рассылках", "WhatsApp warned the number of mailings"),
    "CHANNEL_BLOCKED": S("канал заблокирован", "the channel is locked"),
    "window is closed": CODES["131047"],
}


def in_words(why: str) -> S:
    """The reason as people say it, the vendor's own words where nobody knows better; a code stays readable."""
    number = _NUMBER.match(why)
    known = CODES.get(number[1]) if number else None
    known = known or next((said for word, said in WORDS.items() if word in why), None)
    if known is None:
        return S(why, why)
    return S(f"{known.ru} ({number[1]})", f"{known.en} ({number[1]})") if number else known
