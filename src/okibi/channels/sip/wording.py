"""The words of every clip. ``script/make_phrases.py`` speaks them; an operator may record any of them anew.

A clip stands in one place of a sentence only, so that it has the one form which that place asks for: the weekday with
its preposition in the accusative, the day and the month in the genitive, minutes in the feminine.
"""

from collections.abc import Iterator

_RU_WEEKDAYS = (
    "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье",
)  # fmt: skip
_RU_DAYS = (
    "первого", "второго", "третьего", "четвёртого", "пятого", "шестого", "седьмого", "восьмого", "девятого",
    "десятого", "одиннадцатого", "двенадцатого", "тринадцатого", "четырнадцатого", "пятнадцатого", "шестнадцатого",
    "семнадцатого", "восемнадцатого", "девятнадцатого", "двадцатого",
)  # fmt: skip
_RU_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip
_RU_HOURS = (
    "в час", "в два часа", "в три часа", "в четыре часа", "в пять часов", "в шесть часов", "в семь часов",
    "в восемь часов", "в девять часов", "в десять часов", "в одиннадцать часов", "в двенадцать часов",
)  # fmt: skip
_RU_MINUTES = (
    "одна минута", "две минуты", "три минуты", "четыре минуты", "пять минут", "шесть минут", "семь минут",
    "восемь минут", "девять минут", "десять минут", "одиннадцать минут", "двенадцать минут", "тринадцать минут",
    "четырнадцать минут", "пятнадцать минут", "шестнадцать минут", "семнадцать минут", "восемнадцать минут",
    "девятнадцать минут",
)  # fmt: skip
_RU_TENS = ("двадцать", "тридцать", "сорок", "пятьдесят")
_RU_SENTENCES = {
    "hello": "Здравствуйте! Вы позвонили в службу технической поддержки.",
    "closed": "Сейчас нерабочее время.",
    "busy": "Сейчас все специалисты заняты.",
    "opens": "Поддержка откроется",
    "today": "сегодня",
    "night": "ночи",
    "morning": "утра",
    "afternoon": "дня",
    "evening": "вечера",
    "leave": "После сигнала назовите себя, организацию и номер телефона и расскажите, что случилось. "
    "Мы вам перезвоним.",
    "thanks": "Спасибо, сообщение записано. До свидания!",
    "unheard": "Мы ничего не услышали. До свидания!",
    "zone-kaliningrad": "по калининградскому времени",
    "zone-moscow": "по московскому времени",
    "zone-samara": "по самарскому времени",
    "zone-yekaterinburg": "по екатеринбургскому времени",
    "zone-omsk": "по омскому времени",
    "zone-krasnoyarsk": "по красноярскому времени",
    "zone-irkutsk": "по иркутскому времени",
    "zone-yakutsk": "по якутскому времени",
    "zone-vladivostok": "по владивостокскому времени",
    "zone-magadan": "по магаданскому времени",
    "zone-kamchatka": "по камчатскому времени",
    "zone-desk": "по времени службы поддержки",
}

_EN_WEEKDAYS = (
    "on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday", "on Sunday",
)  # fmt: skip
_EN_DAYS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EN_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS = ("twenty", "thirty", "forty", "fifty")
_EN_SENTENCES = {
    "hello": "Hello! You have called technical support.",
    "closed": "The desk is closed now.",
    "busy": "All specialists are busy now.",
    "opens": "Support opens",
    "today": "today",
    "oclock": "o'clock",
    "noon": "at noon",
    "midnight": "at midnight",
    "morning": "in the morning",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "leave": "After the signal, say your name, your organisation and your telephone number, and tell us what happened. "
    "We will call you back.",
    "thanks": "Thank you, your message is recorded. Goodbye!",
    "unheard": "We did not hear anything. Goodbye!",
    "zone-kaliningrad": "Kaliningrad time",
    "zone-moscow": "Moscow time",
    "zone-samara": "Samara time",
    "zone-yekaterinburg": "Yekaterinburg time",
    "zone-omsk": "Omsk time",
    "zone-krasnoyarsk": "Krasnoyarsk time",
    "zone-irkutsk": "Irkutsk time",
    "zone-yakutsk": "Yakutsk time",
    "zone-vladivostok": "Vladivostok time",
    "zone-magadan": "Magadan time",
    "zone-kamchatka": "Kamchatka time",
    "zone-desk": "by the clock of the support desk",
}


def _russian() -> Iterator[tuple[str, str]]:
    yield from _RU_SENTENCES.items()
    yield from _numbered("weekday", _RU_WEEKDAYS)
    yield from _numbered("month", _RU_MONTHS)
    yield from _numbered("hour", _RU_HOURS)
    yield from _numbered("day", _RU_DAYS)
    for day in range(21, 31):
        yield f"day-{day}", "тридцатого" if day == 30 else f"двадцать {_RU_DAYS[day - 21]}"
    yield "day-31", "тридцать первого"
    yield from _numbered("minute", _RU_MINUTES)
    yield from _numbered("unit", _RU_MINUTES[:9])
    for place, tens in enumerate(_RU_TENS, start=2):
        yield f"minute-{place}0", f"{tens} минут"
        yield f"tens-{place}0", tens


def _english() -> Iterator[tuple[str, str]]:
    yield from _EN_SENTENCES.items()
    yield from _numbered("weekday", _EN_WEEKDAYS)
    yield from _numbered("month", _EN_MONTHS)
    yield from _numbered("hour", tuple(f"at {number}" for number in _EN_NUMBERS[:12]))
    yield from _numbered("day", tuple(f"the {day} of" for day in _EN_DAYS))
    for day in range(21, 31):
        yield f"day-{day}", "the thirtieth of" if day == 30 else f"the twenty-{_EN_DAYS[day - 21]} of"
    yield "day-31", "the thirty-first of"
    yield from _numbered("minute", tuple(f"oh {n}" if at < 9 else n for at, n in enumerate(_EN_NUMBERS)))
    yield from _numbered("unit", _EN_NUMBERS[:9])
    for place, tens in enumerate(_EN_TENS, start=2):
        yield f"minute-{place}0", tens
        yield f"tens-{place}0", tens


def _numbered(name: str, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from ((f"{name}-{number}", word) for number, word in enumerate(words, start=1))


WORDS: dict[str, dict[str, str]] = {"ru": dict(_russian()), "en": dict(_english())}
"""Language → clip → words."""


def file_of(language: str, clip: str) -> str:
    """The file that sounds a clip: clips with equal words share the first one's file."""
    words = WORDS[language]
    return next(name for name, said in words.items() if said == words[clip])
