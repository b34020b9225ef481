"""Numbers as exchanges write them. Pure."""

from okibi.policy.phone_numbers import PhoneKind, PhoneNumberError, parse_phone

LONGEST = 60  # characters
HIDDEN = frozenset({"anonymous", "unknown", "unavailable", "private", "restricted", "withheld", "hidden", "скрыт",
                    "скрытый", "скрытый номер"})  # fmt: skip
INSIDE = 6  # digits: what is not longer is an extension of the exchange


def e164_of(said: str) -> str:
    """The number of the public network as "+79000000011"; "" for an extension and for what is none."""
    if not 0 < len(said) <= LONGEST:
        return ""
    try:
        found = parse_phone(said.removeprefix("sip:").partition("@")[0])
    except PhoneNumberError:
        return ""
    return "" if found.kind is PhoneKind.SHORT else found.e164


def is_hidden(said: str) -> bool:
    """Whether the caller hid their number: an empty field, or the exchange's word for it."""
    return not said.strip() or said.strip().lower() in HIDDEN


def is_extension(said: str) -> bool:
    """Whether this is a telephone of the exchange's own."""
    digits = said.strip()
    return digits.isascii() and digits.isdigit() and len(digits) <= INSIDE
