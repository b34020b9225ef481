"""Telephone numbers in any notation: E.164 for machines, a readable form for people (ITU-T E.164, E.123)."""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

HOME_REGION = "RU"
TAIL = 7  # digits by which numbers in different notations are told apart
_LONGEST_TEXT = 60
_SHORT = re.compile(r"\d{3,5}")
_EXTENSION = re.compile(
    r"(?:\s*[,;(]?\s*(?:доб(?:авочный|\.)?|вн(?:утр)?\.?|ext\.?|x|#)\s*[.:]?\s*(\d{1,8})\)?)\s*$", re.IGNORECASE
)


class PhoneKind(StrEnum):
    """What a number reaches."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SHORT = "short"  # 112, 900: only inside one network
    OTHER = "other"  # toll-free, satellite, internet telephony …


class PhoneNumberError(InputError):
    """The text is not a telephone number that can exist."""

    code = "phone_number"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number: ``e164`` ("+79000000017"; a short number is its bare digits), its kind, an extension or nothing."""

    e164: str
    kind: PhoneKind
    extension: str = ""

    @property
    def display(self) -> str:
        """For people: "+7 900 000-00-17"; an extension is left to the page, which knows the reader's language."""
        return display(self.e164)

    @property
    def takes_sms(self) -> bool:
        return self.kind is PhoneKind.MOBILE


def parse_phone(text: str, region: str = HOME_REGION) -> PhoneNumber:
    """The number that a text is, read as somebody in ``region`` writes it. Raises :class:`PhoneNumberError`."""
    cleaned = text.strip()
    extension = ""
    if match := _EXTENSION.search(cleaned):
        extension, cleaned = match[1], cleaned[: match.start()]
    if _SHORT.fullmatch(cleaned):
        return PhoneNumber(cleaned, PhoneKind.SHORT, extension)
    try:
        number = phonenumbers.parse(cleaned, region) if 0 < len(cleaned) <= _LONGEST_TEXT else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        number = _without_plus(cleaned) or number
    if number is None or not phonenumbers.is_valid_number(number):
        raise PhoneNumberError(
            Sentence(f"«{text[:30]}» — не номер телефона.", f"“{text[:30]}” is not a telephone number.")
        )
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return PhoneNumber(e164, _kind(number), extension or number.extension or "")


def _without_plus(text: str) -> phonenumbers.PhoneNumber | None:
    """Exchanges and messengers send whole international numbers without their plus sign: "79000000017"."""
    digits = re.sub(r"\D", "", text)
    if text.lstrip().startswith("+") or len(digits) < 11:
        return None
    try:
        return phonenumbers.parse("+" + digits.removeprefix("00"))
    except phonenumbers.NumberParseException:
        return None


def _kind(number: phonenumbers.PhoneNumber) -> PhoneKind:
    found = phonenumbers.number_type(number)
    if found in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}:
        return PhoneKind.MOBILE
    return PhoneKind.LANDLINE if found == PhoneNumberType.FIXED_LINE else PhoneKind.OTHER


def display(e164: str) -> str:
    """An E.164 number for people; what is not one comes back as it is."""
    if re.fullmatch(r"\+7\d{10}", e164):
        return f"+7 {e164[2:5]} {e164[5:8]}-{e164[8:10]}-{e164[10:12]}"
    if not re.fullmatch(r"\+\d{5,15}", e164):
        return e164
    return str(phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.INTERNATIONAL))


def tail_of(number: str) -> str:
    """The last digits of a number in any notation, by which two notations are held to be of one; "" for too few.

    "8 (900) 000-00-17" and "+7 900 000 00 17" end alike.
    """
    digits = "".join(letter for letter in number if letter.isascii() and letter.isdigit())
    return digits[-TAIL:] if len(digits) >= TAIL else ""


def may_be_one(first: str, second: str) -> bool:
    """Whether two notations may be of one number; short ones (of services) are written in one way only."""
    tail = tail_of(first)
    return tail == tail_of(second) if tail else first == second
