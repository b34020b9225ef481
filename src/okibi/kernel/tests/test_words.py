"""What a person types finds what another wrote."""

import pytest

from okibi.kernel.words import other_layout, query_words, words_of

FOUND = {
    "another form of a Russian word": ("Пропали фильтры в журнале", "фильтр журнал"),
    "a noun whose ending looks like a verb's": ("Ошибка при печати счёта", "печать"),
    "a plural": ("Не открывается карточка договора", "карточки договоров"),
    "ё and е are one letter": ("Печать счёта", "счета"),
    "an error code whole": ("Ошибка ERR-0042 при входе", "err-0042"),
    "an error code by its number": ("Ошибка ERR-0042 при входе", "0042"),
    "an English word in another form": ("The printer is printing twice", "print"),
    "a ticket number": ("26-001042", "26-001042"),
    "a telephone by all digits in any notation": ("Звоните +7 900 000-00-17", "8 (900) 000 00 17"),
    "a telephone by its last seven digits": ("тел. 8(900)0000017", "000-00-17"),
    "an address": ("anna@example.org", "anna@example.org"),
    "an address by its domain": ("anna@example.org", "example"),
}
NOT_FOUND = {
    "another word": ("Пропали фильтры", "отчёт"),
    "only one of two words": ("Пропали фильтры", "фильтры отчёт"),
    "another code with the same letters": ("Ошибка ERR-0042", "err-0043"),
}


def matches(query, text):
    words = set(words_of([text]))
    return all(words & set(group) for group in query_words(query))


@pytest.mark.parametrize(("text", "query"), FOUND.values(), ids=FOUND)
def test_it_is_found_by(text, query):
    assert matches(query, text)


@pytest.mark.parametrize(("text", "query"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_it_is_not_found_by(text, query):
    assert not matches(query, text)


def test_a_query_in_the_wrong_layout_reads_right_in_the_other():
    assert other_layout("ghbdtn") == "привет"
    assert other_layout("зкште") == "print"
