"""The words by which mail programs, Russian and English, begin a quote, a forwarded mail, or a signature."""

import re

# -----Original Message-----, -------- Исходное сообщение --------, and the like.
ORIGINAL = re.compile(
    r"^[ \t>*]*[-_=*]{2,}\s*(?:original (?:message|appointment)|исходное сообщение|исходное письмо"
    r"|пересылаемое сообщение|ursprüngliche nachricht|message d'origine|вихідне повідомлення"
    r"|reply message|reply above|ответ на сообщение)\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
# A forwarded mail is what its sender wants read, so what follows is no quote of ours.
FORWARD = re.compile(
    r"^[ \t]*(?:[-_=*]{2,}\s*(?:forwarded (?:message|letter)|пересланное сообщение|пересылаемое сообщение"
    r"|переадресованное сообщение|начало переадресованного сообщения|weitergeleitete nachricht"
    r"|конец переадресованного сообщения).{0,80}"
    r"|begin forwarded message:|начало переадресованного сообщения:|завершение пересылаемого сообщения.{0,10})\s*$",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|пер|wg|переслано)\s*:", re.IGNORECASE)

# The header block that Outlook and others put above the mail they answer.
BLOCK_FROM = re.compile(r"^[ \t>*]*(?:from|от(?: кого)?|von|від)\s*:\*?\s*\S", re.IGNORECASE)
BLOCK_FIELD = re.compile(
    r"^[ \t>*]*(sent|date|отправлено|дата|дата отправки|надіслано|gesendet|to|кому|an|cc|копия"
    r"|subject|тема|betreff|reply-to)"
    r"\s*:",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*_{10,}\s*$|^\s*-{20,}\s*$")
# Yandex puts a rule and "Кому: …; Тема: …;" between the answer and the line that says who wrote what follows.
SHORT_RULE = re.compile(r"^\s*-{10,}\s*$")

_MONTH = (
    r"янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|märz|okt|dez"
)
TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
DATE = re.compile(
    rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}\.?\s+(?:{_MONTH})"
    rf"|\b(?:{_MONTH})[a-zа-я]*\.?\s+\d{{1,2}}\b",
    re.IGNORECASE,
)
SAID = re.compile(
    r"\b(?:wrote|writes|schrieb|a écrit|написал(?:\(а\)|\(-а\)|а)?|писал(?:\(а\)|а)?|пишет|пише|skrev)"
    r"[^\n]{0,120}:\s*$",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[<\[(](?:mailto:)?[^\s<>\[\]()]+@[^\s<>\[\]()]+[>\])]")
FROM_WHOM = re.compile(r"\bот\s+\S", re.IGNORECASE)
MAX_ATTRIBUTION = 400  # characters

# "-- " and what people make of it.
DASHES = re.compile(r"^(?:-- ?|—\s?|–\s?|--\s*\u00a0)$")
PHONE = re.compile(
    r"^\s*(?:отправлено (?:с|из|через) .{2,80}|отправлено от .{2,60}|sent (?:from|via) .{2,80}|послано (?:с|из) .{2,60}"
    r"|get outlook for .{2,30}|скачать outlook для .{2,30}|получить outlook .{2,30}|von meinem .{2,40} gesendet"
    r"|отправлено из outlook.{0,40}|с мобильного устройства|надіслано (?:з"
    r"|із) .{2,60})\s*(?:<https?://\S+>)?\s*\.?\s*$",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"^\s*(?:с (?:глубоким |большим )?уважением|с ув(?:\.|аж\.)?|с наилучшими(?: пожеланиями)?"
    r"|всего (?:доброго|хорошего)"
    r"|искренне ваш[аи]?|с благодарностью|хорошего (?:дня|вечера)|(?:с )?(?:best|kind|warm|many)(?: regards| wishes)"
    r"|regards|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|thanks and regards|best wishes"
    r"|mit freundlichen grüßen|cordialement|cheers|з повагою)"
    r"(?:\s*[!.]?|\s*[,;–—-]\s*.{0,60}|,?\s+(?:[А-ЯЁA-Z][а-яёa-z-]+[.,]?\s*){1,3}"
    r"|,?\s+[А-ЯЁ][а-яё-]+\s+[А-ЯЁ]\.\s*[А-ЯЁ]?\.?)\s*$",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?(?:p\.?\s?)?s\b|п\.?\s?(?:п\.?\s?)?с\b|з\.?\s?ы\b)[.:,\s]", re.IGNORECASE)
GREETING = re.compile(
    r"^\s*(?:здравствуй(?:те)?|добр(?:ый|ого) (?:день|дня|утро|вечер|времени суток)|доброе утро"
    r"|привет(?:ствую)?|уважаем\w+"
    r"|коллеги|hello|hi|hey|dear|good (?:morning|day|afternoon|evening))\b[^\n]{0,60}$",
    re.IGNORECASE,
)
