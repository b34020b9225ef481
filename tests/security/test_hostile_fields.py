"""Fields that no form of ours sends: refused or made storable, never a fault of the server."""

import pytest

from okibi.console.given import whole_number
from okibi.customers.errors import ImportFileError
from okibi.customers.importing.columns import Kind
from okibi.customers.importing.tables import read_table

from .mails import arrive, mail

ODD_NUMBERS = ["²", "٣", "-1", "1.5", "\x00", "9" * 30, "9" * 5000]


@pytest.fixture
def ticket(cast):
    return arrive(mail(), "1")


@pytest.mark.parametrize("text", ODD_NUMBERS)
def test_what_only_looks_like_a_number_is_none(text):
    assert whole_number(text) is None


def test_a_plain_number_is_one():
    assert whole_number("042") == 42


@pytest.mark.parametrize("odd", ODD_NUMBERS)
def test_odd_numbers_in_addresses_and_forms_break_nothing(oleg, ticket, odd):
    place = f"/console/t/{ticket.number}"
    answers = [
        oleg.get("/console/search", {"q": "ошибка", "before": odd}),
        oleg.post(f"{place}/assign", {"staff": odd}),
        oleg.post(f"{place}/write", {"act": "reply", "body": "", "last_seen": odd}),
    ]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


FORMS = {
    "an answer": ("write", {"act": "reply", "body": "Добрый\x00 день"}),
    "a note": ("write", {"act": "note", "note": "Он\x00 звонил"}),
    "a refusal": (
        "write",
        {
            "act": "refuse",
            "ground": "duplicate",
            "reasons": "Это та же просьба,\x00 что и прежде.",
            "duplicate_of": "\x00",
        },
    ),
    "a version": ("plan", {"version": "4\x00.3", "body": "Скоро\x00"}),
    "a solution": ("solve", {"body": "Готово\x00"}),
    "a merge": ("merge", {"into": "26-\x00"}),
    "a class": ("class", {"kind": "\x00"}),
}


@pytest.mark.parametrize(("act", "fields"), FORMS.values(), ids=FORMS.keys())
def test_a_zero_byte_in_a_form_breaks_nothing(oleg, ticket, act, fields):
    assert oleg.post(f"/console/t/{ticket.number}/{act}", fields).status_code < 500


TABLES = {
    "one endless quote": b'"' * 3_000_000,
    "one endless cell": b"a" * 3_000_000,
    "only separators": b";" * 3_000_000,
    "an endless quote below a header": "Организация;Имя;E-mail\n".encode() + b'"' * 3_000_000,
    "noise that calls itself a workbook": b"PK\x03\x04" + b"\xff" * 1000,
    "half a surrogate pair": b"\xff\xfe" + b"\x00\xd8" * 100,
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES.keys())
def test_a_table_that_is_none_is_refused_with_a_reason(content):
    with pytest.raises(ImportFileError):
        read_table(Kind.PEOPLE, content)
