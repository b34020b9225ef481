"""Telephone numbers as customers' cards keep them."""

import phonenumbers

from okibi.customers.errors import BadPhoneError

HOME = "RU"  # numbers written without a country code are Russian


def phone_key(text: str) -> str:
    """A number as E.164. Raises BadPhoneError."""
    try:
        parsed = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        raise BadPhoneError(text) from None
    if not phonenumbers.is_possible_number(parsed):
        raise BadPhoneError(text)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
