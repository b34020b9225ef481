"""Proposes the class of a request from its words; a person decides (scheme.md §5, design.md §6).

Where the words don't speak clearly the proposal is an incident: that class has the strictest promise.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from okibi.policy.platform_text import plain


class TicketClass(StrEnum):
    """What a request is."""

    INCIDENT = "incident"  # failures and errors
    SUGGESTION = "suggestion"  # proposals for improvement
    QUESTION = "question"
    UPDATE = "update"  # automatic update of a workstation or server
    MAILING = "mailing"  # join the mobile version registry


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed class, how sure it is (0…1), and the words that spoke for it; not confident: incident by default."""

    ticket_class: TicketClass
    confidence: float
    words: tuple[str, ...]

    @property
    def confident(self) -> bool:
        return self.confidence >= LEAST_CONFIDENCE


LEAST_CONFIDENCE = 0.5
_ENOUGH = 2

_W = r"[а-яa-z]*"
_SIGNS: dict[TicketClass, tuple[tuple[int, str], ...]] = {
    TicketClass.INCIDENT: (
        (
            4,
            (
                rf"не\s+(?:могу\s+|может\s+|можем\s+|удается\s+|получается\s+)?(?:работ|открыва|запуска|загружа|отправля|печата|сохраня"
                rf"|приход|доход|войти|зайти|открыть|запустить|сохранить|отправить|печатать|грузит|показыва|отвеча|видн|видит|вид[ия]т|синхрониз"
                rf"|обновля|устанавлива|ставит|реагиру|включа|подключа|находит|считает|формиру|выгруж|создает){_W}"
            ),
        ),
        (4, rf"ошибк{_W}|сбо[йеяию]{_W}|авари{_W}|исключени[ея]\b|глюч{_W}|глюк{_W}|баг(?:и|а|ов)?\b"),
        (
            4,
            rf"вылет(?:ает|ела|ело|ает)|вылетает{_W}|завис{_W}|виснет|упал[ао]?\b|падает|сломал{_W}|слетел{_W}|крах\b|рухнул{_W}|тормоз{_W}",
        ),
        (
            3,
            rf"пропал{_W}|исчез{_W}|потерял{_W}|неправильно|неверн{_W}|некорректн{_W}|перестал{_W}|задвоил{_W}|белый\s+экран|синий\s+экран",
        ),
        (
            4,
            r"\berrors?\b|\bfail(?:s|ed|ure|ures|ing)?\b|\bcrash(?:es|ed|ing)?\b|\bbugs?\b|\bexceptions?\b|\bbroken\b|\bfreez(?:es|ing)\b",
        ),
        (
            4,
            (
                r"(?:doesn't|does not|don't|do not|won't|can't|cannot|isn't|is not|not)"
                r"\s+(?:work|start|open|load|print|save|send|respond|log in|login|sync)\w*"
            ),
        ),
        (
            3,
            r"\bhangs?\b|\bfrozen\b|\bstopped\s+working\b|\bdisappeared\b|\bmissing\b|\blost\b|\bwrong(?:ly)?\b|\bslow\b",
        ),
    ),
    TicketClass.SUGGESTION: (
        (
            6,
            rf"предлага{_W}|предложени[еяюй]{_W}|пожелани[еяй]{_W}|усовершенств{_W}|рацпредложени{_W}|доработ(?:ать|ку|ка|айте)",
        ),
        (5, r"(?:было\s+бы|неплохо\s+бы|хорошо\s+бы|хотелось\s+бы|здорово\s+бы|удобн(?:о|ее)\s+(?:было\s+)?бы)"),
        (
            5,
            rf"добавьте|сделайте|(?:просим|прошу|можно\s+(?:ли\s+)?|хотим|нельзя\s+ли\s+)(?:\s*вас)?\s*(?:добавить|сделать|реализовать|улучшить|расширить)|не\s+хватает\s+(?:функци|кнопк|пол[яе]|возможност|фильтр|отчет){_W}",
        ),
        (5, rf"улучш{_W}|новую\s+функци{_W}|идея|улучшени{_W}"),
        (
            6,
            r"\bsuggest(?:ion|ions|ing)?\b|\bpropos(?:e|al|als|ing)\b|\bfeature\s+request\b|\bimprovements?\b|\benhancements?\b|\bidea\b|\bwish\s*list\b",
        ),
        (
            5,
            r"(?:it\s+)?would\s+be\s+(?:nice|great|good|useful|helpful|handy)|could\s+you\s+(?:please\s+)?add|please\s+add|\bit'd\s+be\s+nice\b",
        ),
    ),
    TicketClass.QUESTION: (
        (
            3,
            rf"\bкак\s+(?:мне\s+|нам\s+|можно\s+|правильно\s+|лучше\s+)?(?:[а-я]+(?:ить|ать|ять|еть|ти|сти|ыть|оть|ться|тись))\b|подскажите|посоветуйте|объясните|разъясните|вопрос{_W}",
        ),
        (
            3,
            r"\bгде\s+(?:найти|взять|посмотреть|находится|скачать|лежит|искать)\b|\bможно\s+ли\b|\bесть\s+ли\b|\bсколько\b|\bчто\s+(?:такое|значит|означает)\b|\bкакие?\b|\bподдерживает(?:ся)?\s+ли\b|\bнужно\s+ли\b|\bзачем\b",
        ),
        (
            3,
            r"\bhow\s+(?:do|can|to|does|should|much|many)\b|\bwhere\s+(?:do|can|is|are)\b|\bwhat\s+(?:is|does|are)\b|\bis\s+it\s+possible\b|\bcan\s+i\b|\bquestion\b|\bwhich\b|\bdo\s+you\s+support\b",
        ),
    ),
    TicketClass.UPDATE: (
        (
            7,
            rf"автоматическ{_W}\s+(?:[а-я]+\s+){{0,2}}обновл{_W}|автообновл{_W}|обновл{_W}\s+(?:[а-я0-9]+\s+){{0,5}}автоматическ{_W}|обновить\s+(?:нас|нам|у\s+нас|сервер|рабоч|десктоп|программ|окиби|версию){_W}|удаленн\w*\s+обновл{_W}",
        ),
        (
            6,
            rf"(?:просим|прошу|заявка\s+на|нужно|требуется|запланир{_W}|провести|выполнить|сделать)\s+(?:[а-я]+\s+)?(?:обновить|обновлени[ея])|обновите{_W}|доступ\s+к\s+порт{_W}|открыли\s+порт{_W}|порты?\s+открыт{_W}",
        ),
        (
            7,
            r"\bauto(?:matic(?:ally)?)?[\s-]*updates?\b|\bupdates?\s+(?:us|our|the\s+(?:server|workstations?|desktop))\b|\bplease\s+update\b|\bupdate\s+(?:[a-z]+\s+){0,4}automatically\b|\bport\s+access\b|\bports?\s+(?:are|is)\s+open\b",
        ),
    ),
    TicketClass.MAILING: (
        (8, rf"реестр{_W}\s+рассылк{_W}|рассылк{_W}|(?:подпишите|подписать|подписк){_W}"),
        (
            7,
            rf"(?:присыла|высыла|получа|пришлит|вышлит|отправля){_W}\s+(?:[а-я]+\s+){{0,3}}(?:нов{_W}\s+верси{_W}|мобильн{_W}\s+верси{_W}|обновлени{_W}\s+моб{_W}|apk)",
        ),
        (
            8,
            r"\bmailing(?:\s+list)?\b|\bsubscri(?:be|ption)\b|\bunsubscribe\b|\bregistry\s+of\s+the\s+mobile\b|\bsend\s+(?:me|us)\s+(?:the\s+)?(?:new\s+)?(?:mobile\s+version|versions|apk)\b",
        ),
    ),
}
_COMPILED = {
    ticket_class: tuple((weight, re.compile(rf"(?<![а-яa-z])(?:{pattern})")) for weight, pattern in signs)
    for ticket_class, signs in _SIGNS.items()
}
# The later class needs to speak louder than the earlier: a promise is never loosened by a tie.
_STRICTNESS = tuple(_SIGNS)
_NO_FAILURE = re.compile(r"(?:без|нет|никаких|no|without)\s+(?:ошиб\w*|сбо\w*|errors?|failures?)|ошибок\s+нет|работы\b")
_AFTER_UPDATE = re.compile(
    r"(?:после|при|from|after|during)\s+(?:the\s+|последнего\s+|нашего\s+)?"
    r"(?:auto\w*\s+|автоматическ\w*\s+)?(?:обновлени\w*|update)"
)
_LONGEST = 4000


def classify(subject: str, text: str = "") -> Proposal:
    """The class that the words propose; the subject and the first 4,000 signs of the text (without quotes) are read."""
    low = plain(f"{subject}\n{text}"[:_LONGEST])
    low = _AFTER_UPDATE.sub(" ", _NO_FAILURE.sub(" ", low))
    scores: dict[TicketClass, int] = {}
    words: dict[TicketClass, list[str]] = {}
    for ticket_class, signs in _COMPILED.items():
        found = [(weight, match[0]) for weight, sign in signs for match in list(sign.finditer(low))[:3]]
        scores[ticket_class] = sum(weight for weight, _ in found)
        words[ticket_class] = list(dict.fromkeys(" ".join(word.split()) for _, word in found))
    if scores[TicketClass.QUESTION] == 0 and "?" in low:
        scores[TicketClass.QUESTION], words[TicketClass.QUESTION] = 1, ["?"]
    best = max(_STRICTNESS, key=lambda each: (scores[each], -_STRICTNESS.index(each)))
    total = sum(scores.values())
    if scores[best] < _ENOUGH:
        return Proposal(TicketClass.INCIDENT, 0.0, ())
    confidence = round(scores[best] / total, 2)
    if confidence < LEAST_CONFIDENCE:
        return Proposal(TicketClass.INCIDENT, confidence, tuple(words[TicketClass.INCIDENT]))
    return Proposal(best, confidence, tuple(words[best]))
