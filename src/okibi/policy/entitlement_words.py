"""What the verdict on a requester's coverage says, and what it tells them to do, in Russian and in English."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from okibi.kernel.sentence import Sentence
from okibi.policy import wording


class Ground(StrEnum):
    """Why somebody is covered or not; stable codes."""

    LICENCE = "licence"
    TRIAL = "trial"
    NO_LICENCE = "no_licence"
    LICENCE_EXPIRED = "licence_expired"
    LICENCE_NOT_BEGUN = "licence_not_begun"
    LICENCE_REVOKED = "licence_revoked"
    TRIAL_EXPIRED = "trial_expired"
    TRIAL_NOT_BEGUN = "trial_not_begun"
    TRIAL_REVOKED = "trial_revoked"
    OTHER_PRODUCT = "other_product"
    MODULE_MISSING = "module_missing"
    UNKNOWN_PERSON = "unknown_person"
    GATEWAY_CONNECTED = "gateway_connected"
    GATEWAY_AWAY = "gateway_away"
    GATEWAY_UNKNOWN = "gateway_unknown"


_BUY = Sentence(
    "Оформите лицензию или получите пробную версию на сайте; заявка сохранена и будет взята в работу сама.",
    "Get a licence, or a trial version from the site; the request is kept and will be taken up by itself.",
)
_RENEW = Sentence(
    "Продлите лицензию; заявка сохранена и будет взята в работу сама, как только продление вступит в силу.",
    "Renew the licence; the request is kept and will be taken up by itself as soon as the renewal is in force.",
)
_WAIT = Sentence(
    "Заявка сохранена и будет взята в работу сама в этот день.",
    "The request is kept and will be taken up by itself on that day.",
)
_ASK = Sentence(
    "Если это ошибка, ответьте на письмо: мы проверим. Заявка сохранена.",
    "If this is a mistake, answer the letter and we will look into it. The request is kept.",
)
_ADD_MODULE = Sentence(
    "Дополните лицензию этим модулем; заявка сохранена.",
    "Add the module to the licence; the request is kept.",
)
_NOTHING = Sentence("", "")

NO_LICENCE = (
    Sentence(
        "Ни лицензии, ни пробной версии на ваше имя или организацию не найдено.",
        "No licence and no trial version was found for you or your organisation.",
    ),
    _BUY,
)
OTHER_PRODUCT = (
    Sentence(
        "Лицензия или пробная версия есть, но на другой продукт.",
        "There is a licence or a trial version, but for another product.",
    ),
    _BUY,
)
UNKNOWN_PERSON = (
    Sentence(
        "Пока неизвестно, кто обращается, поэтому право на поддержку не проверено.",
        "It is not known yet who is asking, so the right to support has not been checked.",
    ),
    Sentence(
        "Назовите номер лицензии или организацию по личной ссылке из письма; заявка сохранена.",
        "Give the licence number or the organisation by the personal link in the letter; the request is kept.",
    ),
)

_MISSED: Mapping[Ground, tuple[Sentence, Sentence]] = MappingProxyType(
    {
        Ground.LICENCE_EXPIRED: (
            Sentence("Лицензия {number} истекла {date}.", "Licence {number} expired on {date}."),
            _RENEW,
        ),
        Ground.LICENCE_NOT_BEGUN: (
            Sentence("Лицензия {number} начнёт действовать {date}.", "Licence {number} begins on {date}."),
            _WAIT,
        ),
        Ground.LICENCE_REVOKED: (
            Sentence("Лицензия {number} отозвана {date}.", "Licence {number} was revoked on {date}."),
            _ASK,
        ),
        Ground.TRIAL_EXPIRED: (
            Sentence("Пробная версия {number} истекла {date}.", "Trial {number} expired on {date}."),
            _BUY,
        ),
        Ground.TRIAL_NOT_BEGUN: (
            Sentence("Пробная версия {number} начнёт действовать {date}.", "Trial {number} begins on {date}."),
            _WAIT,
        ),
        Ground.TRIAL_REVOKED: (
            Sentence("Пробная версия {number} отозвана {date}.", "Trial {number} was revoked on {date}."),
            _ASK,
        ),
        Ground.MODULE_MISSING: (
            Sentence(
                "Лицензия {number} не включает модуль «{module}».", "Licence {number} does not include “{module}”."
            ),
            _ADD_MODULE,
        ),
    }
)
SMS_WORDS: Mapping[Ground, tuple[Sentence, Sentence]] = MappingProxyType(
    {
        Ground.GATEWAY_CONNECTED: (
            Sentence("GSM-шлюз подключён к сети.", "A GSM gateway is connected to the network."),
            _NOTHING,
        ),
        Ground.GATEWAY_AWAY: (
            Sentence(
                "GSM-шлюз не подключён к сети; без него модуль отправки SMS не поддерживается.",
                "No GSM gateway is connected to the network; without one the SMS module is not covered.",
            ),
            Sentence(
                "Подключите шлюз, который работает с программой, например GoIP.",
                "Connect a gateway that works with the software, GoIP for example.",
            ),
        ),
        Ground.GATEWAY_UNKNOWN: (
            Sentence(
                "Неизвестно, подключён ли к сети GSM-шлюз; модуль отправки SMS поддерживается только с ним.",
                "It is not known whether a GSM gateway is connected; the SMS module is covered only with one.",
            ),
            Sentence(
                "Сообщите модель шлюза и подключён ли он к сети.",
                "Please tell us the gateway's model and whether it is connected.",
            ),
        ),
    }
)


def _date(when: date | None) -> Sentence:
    """The date with its year always said: the reader may be in another one."""
    return wording.day(when, home_year=0) if when else _NOTHING


def covered(
    ground: Ground, number: str, last: date | None, seats: tuple[int | None, int | None] | None
) -> tuple[Sentence, Sentence]:
    """What to say of a right that covers; ``seats`` (licensed, in use) only where more are in use."""
    name = Sentence(f"пробной версии {number}", f"trial {number}")
    if ground is Ground.LICENCE:
        name = Sentence(f"лицензии {number}", f"licence {number}")
    until = _date(last)
    ru = f"до {until.ru} включительно" if last else "бессрочно"
    en = f"through {until.en}" if last else "without an end"
    sentence = Sentence(f"Поддержка по {name.ru}: {ru}.", f"Covered by {name.en}, {en}.")
    if not seats:
        return sentence, _NOTHING
    return sentence, Sentence(
        f"Занято рабочих мест: {seats[1]}, по лицензии: {seats[0]}; поддержка действует, но лицензию надо дополнить.",
        f"Seats in use: {seats[1]}, licensed: {seats[0]}; support goes on, but the licence needs to be extended.",
    )


def missed(ground: Ground, number: str, when: date | None, module: str) -> tuple[Sentence, Sentence]:
    """What to say of the nearest miss, and what to do."""
    sentence, remedy = _MISSED[ground]
    said = _date(when)
    return (
        Sentence(
            sentence.ru.format(number=number, date=said.ru, module=module),
            sentence.en.format(number=number, date=said.en, module=module),
        ),
        remedy,
    )
