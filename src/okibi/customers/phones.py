"""Telephone numbers as customers' cards keep them."""

from okibi.customers.errors import BadPhoneError
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone


def phone_key(text: str) -> str:
    """A number in any notation as E.164. Raises BadPhoneError."""
    return phone_and_extension(text)[0]


def phone_and_extension(text: str) -> tuple[str, str]:
    """A number in any notation as E.164, and its extension («доб. 12») or nothing. Raises BadPhoneError."""
    try:
        number = parse_phone(text)
    except PhoneNumberError:
        raise BadPhoneError(text) from None
    return number.e164, number.extension
