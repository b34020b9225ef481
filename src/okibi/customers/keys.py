"""How names, addresses and taxpayer numbers are compared: one key per thing, plain functions of text."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from okibi.customers.errors import BadAddressError, BadInnError

ADDRESS_LENGTH = 320  # octets of the longest address that mail can carry, RFC 3696 erratum 1690 rounded up
_ADDRESS = re.compile(r"^(?P<local>[^\s@<>()\[\]\\,;:\"]+|\"[^\"\r\n]+\")@(?P<domain>[^\s@<>()\[\]\\,;:\"]+)$")
_DOMAIN = re.compile(r"^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_NOT_WORD = re.compile(r"[^\w&+@#№]+")
_LEGAL_FORMS_IN_WORDS = (
    ("публичное акционерное общество", "пао"),
    ("закрытое акционерное общество", "зао"),
    ("открытое акционерное общество", "оао"),
    ("акционерное общество", "ао"),
    ("общество с ограниченной ответственностью", "ооо"),
    ("индивидуальный предприниматель", "ип"),
)
_LEGAL_FORMS = frozenset(
    [
        *("ооо", "оао", "зао", "пао", "ао", "нпао", "ип", "фгуп", "гуп", "муп", "фгбу", "фгку", "гбу", "гку", "мбу"),
        *("мку", "мбоу", "гбоу", "фгбоу", "ано", "нко", "чоу", "тсж", "снт", "llc", "ltd"),
    ]
)
_ONE_MAILBOX = {  # domains of one provider that lead to the same mailbox
    "googlemail.com": "gmail.com",
    "yandex.ru": "ya.ru",
    "yandex.com": "ya.ru",
    "yandex.by": "ya.ru",
    "yandex.kz": "ya.ru",
}
_DOTS_IGNORED = frozenset({"gmail.com", "ya.ru"})


def squeeze(text: str) -> str:
    """The text in NFC with single spaces and without invisible characters at any place."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


@lru_cache(maxsize=8192)  # an import asks for the same names several times
def name_key(name: str) -> str:
    """A name as it is searched and sorted: lower case, ё as е, no quotes and punctuation, single spaces."""
    lowered = squeeze(name).casefold().replace("ё", "е")
    return " ".join(_NOT_WORD.sub(" ", lowered).split())


@lru_cache(maxsize=8192)
def organisation_key(name: str) -> str:
    """An organisation's name with its legal form last and short: «ООО „Рябина“» → ``рябина ооо``."""
    key = name_key(name)
    for words, short in _LEGAL_FORMS_IN_WORDS:
        key = re.sub(rf"\b{words}\b", short, key)
    words_of_key = key.split()
    forms = [word for word in words_of_key if word in _LEGAL_FORMS]
    rest = [word for word in words_of_key if word not in _LEGAL_FORMS]
    return " ".join([*rest, *forms]) if rest else key


def person_match_key(name: str) -> str:
    """A person's name without regard to the order of its words: «Вольская Анна» equals «Анна Вольская»."""
    return " ".join(sorted(name_key(name).split()))


def clean_address(text: str) -> str:
    """An e-mail address as written, without ``mailto:`` and brackets. Raises BadAddressError."""
    address = squeeze(text).removeprefix("mailto:").strip("<> ")
    _parts(address)
    return address


def address_key(text: str) -> str:
    """What makes an address one address: lower case, the domain as A-labels (RFC 5890). Raises BadAddressError."""
    local, domain = _parts(squeeze(text).removeprefix("mailto:").strip("<> "))
    return f"{local.lower()}@{domain}"


def address_likeness(key: str) -> str:
    """The mailbox behind an address key: no ``+tag``, no dots where they count for nothing, one domain per provider."""
    local, _, domain = key.rpartition("@")
    domain = _ONE_MAILBOX.get(domain, domain)
    local = local.partition("+")[0] or local
    if domain in _DOTS_IGNORED:
        local = local.replace(".", "").replace("-", "")
    return f"{local}@{domain}"


def _parts(address: str) -> tuple[str, str]:
    match = _ADDRESS.match(address)
    if match is None or len(address) > ADDRESS_LENGTH:
        raise BadAddressError(address)
    return match["local"], _a_label(match["domain"], address)


def _a_label(domain: str, address: str) -> str:
    try:
        label = domain.rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddressError(address) from None
    if not _DOMAIN.match(label):
        raise BadAddressError(address)
    return label


def clean_inn(text: str) -> str:
    """A taxpayer number: 10 digits of an organisation, 12 of a person; empty stays empty. Raises BadInnError."""
    digits = re.sub(r"[\s\u00a0-]", "", text)
    if digits and not re.fullmatch(r"\d{10}|\d{12}", digits):
        raise BadInnError(text)
    return digits


def inn_agrees(inn: str) -> bool:
    """Whether the check digits agree (order of the Federal Tax Service MMV-7-6/435@ of 29 June 2012, annex)."""
    digits = [int(char) for char in inn]
    if len(digits) == 10:
        return _check(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[9]
    return (
        len(digits) == 12
        and _check(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[10]
        and _check(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[11]
    )


def _check(digits: Iterable[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10
