"""What the platform verdicts say, in Russian and in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from okibi.kernel.sentence import Sentence
from okibi.policy.verdict import Status


class Subject(StrEnum):
    """What a line is about; the codes are part of the command line's and the stored verdict's format."""

    OS = "os"
    RUNTIME = "runtime"
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"


class Ground(StrEnum):
    """Why a line came out so; stable codes."""

    MEETS = "meets"
    INCLUDED = "included_in_system"
    GUESSED = "guessed"
    TOO_OLD = "too_old"
    TOO_LITTLE = "too_little"
    OTHER_SYSTEM = "other_system"
    NOT_SERVER = "not_a_server"
    CLIENT_OR_SERVER = "client_or_server"
    NOT_FRAMEWORK = "not_dotnet_framework"
    ANY_4 = "dotnet_4_unspecified"
    ARCH_NOT_STATED = "architecture_not_stated"
    ONLY_OTHER_ARCH = "only_other_architecture_published"
    CONTRADICTORY = "contradictory"
    NOT_EXACT = "not_exact"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something required or seen, as written in each language ("2 ГБ", "2 GB")."""

    ru: str
    en: str

    @classmethod
    def same(cls, text: str) -> Self:
        """A name that is written alike in both languages."""
        return cls(text, text)


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """How a subject is spoken of: its name, whether it fits, and "at least" in its own way."""

    fits: Sentence
    unfit: Sentence
    open: Sentence
    at_least: Sentence


def _words(ru: str, fits: str, en: str, at_least: Sentence) -> SubjectWords:
    low = ru if ru.startswith(".") else ru[0].lower() + ru[1:]
    return SubjectWords(
        Sentence(f"{ru} {fits}", f"{en} fits"),
        Sentence(f"{ru} не {fits}", f"{en} does not fit"),
        Sentence(f"Неизвестно, {fits} ли {low}", f"It is not known whether {en[0].lower() + en[1:]} fits"),
        at_least,
    )


_NEWER = Sentence("нужна система {} или новее", "{} or newer is required")
_NEWER_IT = Sentence("нужен {} или новее", "{} or newer is required")
_MORE = Sentence("нужно не меньше {}", "at least {} is required")

SUBJECTS = {
    Subject.OS: _words("Операционная система", "подходит", "The operating system", _NEWER),
    Subject.RUNTIME: _words("Среда .NET", "подходит", "The .NET runtime", _NEWER_IT),
    Subject.CPU: _words("Процессор", "подходит", "The processor", _MORE),
    Subject.MEMORY: _words("Оперативная память", "подходит", "The memory", _MORE),
    Subject.DISK: _words("Свободное место на диске", "подходит", "The free disk space", _MORE),
}


def tell(words: SubjectWords, status: Status, needed: Measure, seen: Sequence[Measure]) -> Sentence:
    """One sentence: how it came out, what is required, what was seen."""
    head = {Status.MET: words.fits, Status.UNMET: words.unfit, Status.UNKNOWN: words.open}[status]
    seen_ru = f"указано: {', '.join(each.ru for each in seen)}" if seen else "ничего не указано"
    seen_en = f"stated: {', '.join(each.en for each in seen)}" if seen else "nothing was stated"
    return Sentence(
        f"{head.ru}: {words.at_least.ru.format(needed.ru)}; {seen_ru}.",
        f"{head.en}: {words.at_least.en.format(needed.en)}; {seen_en}.",
    )


DETAILS = {
    Ground.INCLUDED: Sentence(
        "Эта версия входит в состав названной системы.",
        "This version comes with the system that was named.",
    ),
    Ground.GUESSED: Sentence(
        "Мы поняли так разговорное название; если имелась в виду другая система, сообщите её точное название.",
        "This is how we understood a colloquial name; if another system was meant, please give its exact name.",
    ),
    Ground.TOO_OLD: Sentence(
        "Поддержка распространяется на названную версию и более новые; нужно обновление.",
        "Support covers the named version and newer ones; an upgrade is needed.",
    ),
    Ground.TOO_LITTLE: Sentence(
        "Этого меньше, чем требуется схемой поддержки.",
        "This is less than the support scheme requires.",
    ),
    Ground.OTHER_SYSTEM: Sentence(
        "Схема поддержки не охватывает эту систему.",
        "The support scheme does not cover this system.",
    ),
    Ground.NOT_SERVER: Sentence(
        "Для сервера нужна серверная редакция Windows; названа клиентская.",
        "The server needs a server edition of Windows; a client edition was named.",
    ),
    Ground.CLIENT_OR_SERVER: Sentence(
        "По номеру версии нельзя отличить серверную редакцию от клиентской; сообщите название редакции.",
        "The version number does not tell a server edition from a client one; please give the edition's name.",
    ),
    Ground.NOT_FRAMEWORK: Sentence(
        ".NET Core и .NET 5 и новее — другой продукт; нужна версия .NET Framework, она может стоять рядом.",
        ".NET Core and .NET 5 or newer are another product; please give the version of Microsoft .NET Framework,"
        " which may be installed beside it.",
    ),
    Ground.ANY_4: Sentence(
        "Так обозначаются все версии 4.x, от 4.0 до 4.8.1; сообщите точную версию или номер Release из реестра.",
        "All versions from 4.0 to 4.8.1 carry this number; please give the exact one or the registry's Release.",
    ),
    Ground.ARCH_NOT_STATED: Sentence(
        "Ответ зависит от разрядности системы (x86 или x64), она не указана.",
        "The answer depends on the architecture (x86 or x64), which was not stated.",
    ),
    Ground.ONLY_OTHER_ARCH: Sentence(
        "Для этой разрядности схема поддержки объёма не называет; применено единственное опубликованное значение.",
        "The support scheme names no figure for this architecture; the only published one was applied.",
    ),
    Ground.CONTRADICTORY: Sentence(
        "Названы разные значения; сообщите, какое относится к этому рабочему месту, серверу или устройству.",
        "Different values were named; please say which one belongs to this workstation, server or device.",
    ),
    Ground.NOT_EXACT: Sentence(
        "Версия не названа или не распознана; сообщите её точно.",
        "The version was not named or not recognised; please give it exactly.",
    ),
    Ground.NOT_STATED: Sentence(
        "Сообщите это в ответе: тогда вопрос решится сразу.",
        "Please tell us in your answer, and the question is settled at once.",
    ),
}


def size(megabytes: int) -> Measure:
    """Megabytes for people: 850 МБ, 2 ГБ, 1,5 ГБ; from 10 GB in whole ones, rounded down: 40 ГБ."""
    if megabytes >= 10 * 1024:
        return Measure(f"{megabytes // 1024} ГБ", f"{megabytes // 1024} GB")
    if megabytes >= 1024 and megabytes * 10 % 1024 == 0:
        number = f"{megabytes / 1024:g}"
        return Measure(f"{number.replace('.', ',')} ГБ", f"{number} GB")
    return Measure(f"{megabytes} МБ", f"{megabytes} MB")


def hertz(megahertz: int) -> Measure:
    """Megahertz for people: 800 МГц, 1 ГГц, 2,4 ГГц."""
    if megahertz >= 1000 and megahertz % 10 == 0:
        number = f"{megahertz / 1000:g}"
        return Measure(f"{number.replace('.', ',')} ГГц", f"{number} GHz")
    return Measure(f"{megahertz} МГц", f"{megahertz} MHz")
