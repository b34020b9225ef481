import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.phone_numbers import PhoneKind, PhoneNumberError, display, may_be_one, parse_phone, tail_of

NOTATIONS = [
    *("8 (900) 000-00-17", "+7 900 000 00 17", "89000000017", "9000000017", "79000000017", "+7(900)000-00-17"),
    *("8-900-000-00-17", "8 900 000 00 17", "+7 900 000-00-17", "0079000000017", " 8.900.000.00.17 "),
]


@pytest.mark.parametrize("text", NOTATIONS)
def test_any_notation_is_one_number(text):
    number = parse_phone(text)
    assert (number.e164, number.kind, number.display) == ("+79000000017", PhoneKind.MOBILE, "+7 900 000-00-17")
    assert tail_of(text) == "0000017"
    assert may_be_one(text, "+79000000017")


OTHERS = {
    "a landline": ("8 (495) 123-45-67", "+74951234567", PhoneKind.LANDLINE, ""),
    "with an extension": ("8 (495) 123-45-67 доб. 12", "+74951234567", PhoneKind.LANDLINE, "12"),
    "toll-free": ("8 800 555-35-35", "+78005553535", PhoneKind.OTHER, ""),
    "a short number": ("112", "112", PhoneKind.SHORT, ""),
    "another country": ("+375 29 123-45-67", "+375291234567", PhoneKind.MOBILE, ""),
    "another country without its plus": ("375291234567", "+375291234567", PhoneKind.MOBILE, ""),
}


@pytest.mark.parametrize(("text", "e164", "kind", "extension"), OTHERS.values(), ids=OTHERS)
def test_other_numbers(text, e164, kind, extension):
    number = parse_phone(text)
    assert (number.e164, number.kind, number.extension) == (e164, kind, extension)
    assert number.takes_sms is (kind is PhoneKind.MOBILE)


@pytest.mark.parametrize(
    "text", ["", "abc", "+7 900", "8900000001", "1" * 80, "+7 900 000 00 17 8", "anna@example.org"]
)
def test_what_is_no_number(text):
    with pytest.raises(PhoneNumberError):
        parse_phone(text)


@given(st.integers(9_000_000_000, 9_009_999_999))
def test_a_number_shown_and_read_again_is_the_same(national):
    number = parse_phone(str(national))
    assert parse_phone(number.display) == number == parse_phone(number.e164)
    assert may_be_one(number.display, str(national))


def test_numbers_of_services_end_like_nobody_else():
    assert (tail_of("012"), may_be_one("012", "012"), may_be_one("012", "+79000000012")) == ("", True, False)


@given(st.text(max_size=30))
def test_showing_never_fails(text):
    assert isinstance(display(text), str)
