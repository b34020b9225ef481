"""When two things written differently are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.customers import keys
from okibi.customers.errors import BadAddressError, BadInnError, BadPhoneError
from okibi.customers.phones import phone_and_extension, phone_key

ORGANISATIONS = {
    "quotes of any kind": ("ООО «Рябина»", 'ООО "Рябина"'),
    "the legal form behind the name": ("ООО «Рябина»", "Рябина, ООО"),
    "the legal form in words": ("ООО «Рябина»", "Общество с ограниченной ответственностью «Рябина»"),
    "ё and е": ("АО «Берёза»", "АО Береза"),
    "case and spaces": ("ПАО   Кедр", "пао кедр"),
}


@pytest.mark.parametrize("pair", ORGANISATIONS.values(), ids=ORGANISATIONS.keys())
def test_one_organisation_whatever(pair: tuple[str, str]) -> None:
    assert keys.organisation_key(pair[0]) == keys.organisation_key(pair[1])


def test_another_legal_form_is_another_organisation() -> None:
    assert keys.organisation_key("ООО Рябина") != keys.organisation_key("ЗАО Рябина")


def test_a_name_that_is_only_a_legal_form_keeps_a_key() -> None:
    assert keys.organisation_key("АО") == "ао"


def test_the_order_of_a_persons_names_does_not_matter() -> None:
    assert keys.person_match_key("Вольская  Анна") == keys.person_match_key("анна вольская")


ADDRESSES = {
    "case": ("Anna@Example.ORG", "anna@example.org"),
    "a national domain and its A-labels": ("анна@окиби.рф", "анна@xn--90anbft.xn--p1ai"),
    "spaces, mailto and brackets": (" <anna@example.org> ", "mailto:anna@example.org"),
    "a dot after the domain": ("anna@example.org.", "anna@example.org"),
}


@pytest.mark.parametrize("pair", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_one_address_whatever(pair: tuple[str, str]) -> None:
    assert keys.address_key(pair[0]) == keys.address_key(pair[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "a b@example.org",
        "anna@example",
        "a@@example.org",
        "a@b..org",
        "a@" + "x" * 400,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddressError):
        keys.address_key(text)


LIKE = {
    "a tag": ("anna+okibi@example.org", "anna@example.org"),
    "dots of Gmail": ("anna.volskaya@gmail.com", "annavolskaya@googlemail.com"),
    "domains of Yandex": ("anna.v@yandex.ru", "anna-v@ya.ru"),
}


@pytest.mark.parametrize("pair", LIKE.values(), ids=LIKE.keys())
def test_one_mailbox_behind_two_addresses(pair: tuple[str, str]) -> None:
    assert keys.address_likeness(pair[0]) == keys.address_likeness(pair[1])


def test_dots_matter_elsewhere() -> None:
    assert keys.address_likeness("anna.v@example.org") != keys.address_likeness("annav@example.org")


@given(st.emails())
def test_the_key_of_a_key_is_itself(address: str) -> None:
    try:
        key = keys.address_key(address)
    except BadAddressError:
        return
    assert keys.address_key(key) == key


@given(st.text(max_size=60))
def test_the_key_of_a_names_key_is_itself(name: str) -> None:
    assert keys.name_key(keys.name_key(name)) == keys.name_key(name)


@pytest.mark.parametrize("text", ["8 (900) 000-00-17", "+7 900 000-00-17", "79000000017", "9000000017"])
def test_a_russian_number_however_written(text: str) -> None:
    assert phone_key(text) == "+79000000017"


@pytest.mark.parametrize("text", ["", "12", "анна", "+7 900"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadPhoneError):
        phone_key(text)


@pytest.mark.parametrize("text", ["+7 900 000-00-17 доб. 12", "8 900 000-00-17, ext 12", "+7 900 000-00-17 #12"])
def test_an_extension_is_told_from_the_number(text: str) -> None:
    assert phone_and_extension(text) == ("+79000000017", "12")


def test_a_taxpayer_number_has_ten_or_twelve_digits() -> None:
    assert keys.clean_inn(" 7700 000017 ") == "7700000017"
    with pytest.raises(BadInnError):
        keys.clean_inn("770000001")


def test_check_digits_of_a_taxpayer_number() -> None:
    assert keys.inn_agrees("7707083893")
    assert keys.inn_agrees("500100732259")
    assert not keys.inn_agrees("7707083894")
