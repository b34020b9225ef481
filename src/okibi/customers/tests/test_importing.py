"""Importing a file: what the dry run shows, and that the run does exactly that."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from okibi.customers.errors import ImportChangedError, ImportFileError
from okibi.customers.importing import run as importing
from okibi.customers.importing.columns import COLUMNS, Kind
from okibi.customers.importing.plan import Outcome
from okibi.customers.importing.run import Catalogue, DryRun
from okibi.customers.importing.tables import read_table
from okibi.customers.models import EmailAddress, Licence, Organisation, Person, PhoneNumber, Trial
from okibi.customers.services import create_organisation, create_person, revoke_licence
from okibi.customers.tests.cast import OLEG, cast, last_entry
from okibi.kernel.errors import NotAllowedError

pytestmark = pytest.mark.django_db

CATALOGUE = Catalogue(
    products={"desktop": "desktop", "окиби десктоп": "desktop", "mobile": "mobile"}, modules={"sms": "sms"}
)
PEOPLE = """Организация;ИНН;ФИО;Должность;E-mail;Рассылка мобильной версии;Телефон
ООО «Рябина»;7700000017;Анна Вольская;бухгалтер;anna@example.org, a.v@example.org;да;+7 900 000-00-17 доб. 12
"Рябина, ООО";;Борис Лапин;;boris@example.org;;"8 900 000-00-18; 8 900 000-00-19"
АО «Кедр»;;;;;;
"""
LICENCES = """Номер;Организация;ИНН;E-mail держателя;Программы;Модули;Мест;Действует с;Действует по
Л-1;ООО «Рябина»;7700000017;;desktop, mobile;sms;12;01.03.2026;28.02.2027
Л-2;;;anna@example.org;ОКИБИ Десктоп;;;2026-03-01;бессрочно
Л-3;АО «Новая»;;;desktop;;;2026-03-01;
"""
TRIALS = """Организация;Программа;Откуда;Действует с;Действует по
ООО «Рябина»;desktop;сайт;01.03.2026;31.03.2026
"""


def dry(kind: Kind, content: str | bytes, name: str = "файл.csv") -> DryRun:
    return importing.dry_run(kind, content.encode() if isinstance(content, str) else content, name, CATALOGUE)


def go(kind: Kind, content: str | bytes) -> DryRun:
    looked = dry(kind, content)
    importing.run(looked.token, CATALOGUE, OLEG)
    return looked


def xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_dry_run_writes_nothing_but_the_kept_file() -> None:
    looked = dry(Kind.PEOPLE, PEOPLE)
    assert looked.plan.counts == {"created": 3, "changed": 0, "same": 0, "bad": 0}
    assert not Person.objects.exists()
    assert not Organisation.objects.exists()


def test_the_run_does_what_was_shown() -> None:
    looked = dry(Kind.PEOPLE, PEOPLE)
    done = importing.run(looked.token, CATALOGUE, OLEG)
    assert done.plan.to_do == 3
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["АО «Кедр»", "ООО «Рябина»"]
    anna = Person.objects.get(name="Анна Вольская")
    assert anna.organisation is not None
    assert anna.organisation.inn == "7700000017"
    assert set(anna.emails.values_list("key", "mobile_mailing")) == {
        ("anna@example.org", True),
        ("a.v@example.org", True),
    }
    assert list(anna.phones.values_list("e164", "extension")) == [("+79000000017", "12")]
    assert Person.objects.get(name="Борис Лапин").organisation == anna.organisation
    assert PhoneNumber.objects.count() == 3
    entry = last_entry("import.done")
    assert (entry.actor_name, entry.data["file"], entry.data["rows"]) == ("Олег Лесин", "файл.csv", 3)
    assert last_entry("address.mailing").actor_name == "Олег Лесин"
    assert last_entry("person.created").data["emails"] == ["boris@example.org"]


@pytest.mark.parametrize(("kind", "content"), [(Kind.PEOPLE, PEOPLE), (Kind.LICENCES, LICENCES), (Kind.TRIALS, TRIALS)])
def test_the_same_file_again_changes_nothing(kind: Kind, content: str) -> None:
    go(Kind.PEOPLE, PEOPLE)
    go(kind, content)
    again = dry(kind, content)
    assert again.plan.to_do == 0
    assert again.plan.counts["bad"] == 0


def test_running_a_dry_run_twice_is_refused_because_it_would_do_something_else() -> None:
    looked = dry(Kind.PEOPLE, PEOPLE)
    importing.run(looked.token, CATALOGUE, OLEG)
    with pytest.raises(ImportChangedError):
        importing.run(looked.token, CATALOGUE, OLEG)
    assert importing.look_again(looked.token, CATALOGUE).plan.counts["same"] == 3


def test_a_forged_token_runs_nothing() -> None:
    with pytest.raises(NotAllowedError):
        importing.run(dry(Kind.PEOPLE, PEOPLE).token + "x", CATALOGUE, OLEG)


BAD_LINES = {
    "an address that is none": ("ООО «Рябина»;;Анна;anna(at)example.org;", "emails"),
    "a number that is none": ("ООО «Рябина»;;Анна;;12-17", "phones"),
    "a taxpayer number of nine digits": ("ООО «Рябина»;770000001;Анна;;", "inn"),
    "an address without a name": (";;;anna@example.org;", "name"),
    "a taxpayer number of nobody, and no name": (";7700000099;Анна;;", "organisation"),
    "a name that is too long": (f"ООО «Рябина»;;{'я' * 201};;", "name"),
}


@pytest.mark.parametrize(("line", "column"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_shown_with_its_number_and_column(line: str, column: str) -> None:
    looked = dry(Kind.PEOPLE, f"Организация;ИНН;Имя;E-mail;Телефон\nАО «Кедр»;;;;\n{line}\n")
    (bad,) = looked.plan.of(Outcome.BAD)
    assert bad.number == 3
    assert [problem.column for problem in bad.problems] == [column]
    assert bad.problems[0].reason.ru
    assert bad.problems[0].reason.en
    assert looked.plan.to_do == 1


def test_good_lines_are_written_and_bad_ones_left() -> None:
    go(Kind.PEOPLE, "Имя;E-mail\nАнна Вольская;anna@example.org\nБорис;нет\n")
    assert list(Person.objects.values_list("name", flat=True)) == ["Анна Вольская"]


def test_all_faults_of_a_line_are_shown_at_once() -> None:
    (bad,) = dry(Kind.PEOPLE, "ИНН;Имя;E-mail;Телефон\n12;Анна;anna;12\n").plan.of(Outcome.BAD)
    assert {problem.column for problem in bad.problems} == {"inn", "emails", "phones"}


def test_a_person_is_known_by_an_address_and_gets_what_is_new() -> None:
    people = cast()
    looked = go(Kind.PEOPLE, "Имя;E-mail;Должность\nАнна Вольская-Лапина;ANNA@example.org, new@example.org;директор\n")
    assert looked.plan.counts["changed"] == 1
    people.anna.refresh_from_db()
    assert (people.anna.name, people.anna.position) == ("Анна Вольская-Лапина", "директор")
    assert people.anna.name_key == "анна вольская лапина"
    assert people.anna.emails.count() == 2
    assert Person.objects.count() == 2


def test_a_person_is_known_by_the_name_in_the_organisation() -> None:
    people = cast()
    go(Kind.PEOPLE, "Организация;Имя;E-mail\nРябина ООО;Вольская Анна;second@example.org\n")
    assert EmailAddress.objects.get(key="second@example.org").person_id == people.anna.pk


def test_two_strangers_of_one_name_stay_two() -> None:
    go(Kind.PEOPLE, "Имя;E-mail\nИван Иванов;one@example.org\nИван Иванов;two@example.org\n")
    assert Person.objects.count() == 2


def test_addresses_of_two_cards_in_one_line_are_refused() -> None:
    cast()
    looked = dry(Kind.PEOPLE, "Имя;E-mail\nАнна;anna@example.org, boris.lapin@example.org\n")
    assert looked.plan.counts["bad"] == 1


def test_an_empty_mailing_cell_leaves_the_flag() -> None:
    go(Kind.PEOPLE, "Имя;E-mail;Рассылка\nАнна;anna@example.org;да\n")
    go(Kind.PEOPLE, "Имя;E-mail;Рассылка\nАнна;anna@example.org;\n")
    assert EmailAddress.objects.get().mobile_mailing
    go(Kind.PEOPLE, "Имя;E-mail;Рассылка\nАнна;anna@example.org;нет\n")
    assert not EmailAddress.objects.get().mobile_mailing


def test_who_joins_an_organisation_may_be_covered_now() -> None:
    cast()
    anna = create_person(name="Вера", emails=["vera@example.org"], actor=OLEG)
    looked = dry(Kind.PEOPLE, "Организация;Имя;E-mail\nООО «Рябина»;Вера;vera@example.org\n")
    assert importing.run(looked.token, CATALOGUE, OLEG).person_ids == [anna.pk]


def test_the_same_name_with_another_taxpayer_number_is_another_organisation() -> None:
    cast()
    looked = go(Kind.PEOPLE, "Организация;ИНН\nООО «Рябина»;7700000099\n")
    assert looked.plan.counts["created"] == 1
    assert Organisation.objects.filter(name_key="рябина ооо").count() == 2
    (bad,) = dry(Kind.PEOPLE, "Организация;Имя\nООО «Рябина»;Вера\n").plan.of(Outcome.BAD)
    assert bad.problems[0].column == "organisation"


def test_an_organisation_without_a_number_gets_it() -> None:
    create_organisation(name="АО «Кедр»", actor=OLEG)
    go(Kind.PEOPLE, "Организация;ИНН\nАО Кедр;7700000099\n")
    assert Organisation.objects.get().inn == "7700000099"


def test_licences_of_organisations_and_of_a_person() -> None:
    people = cast()
    looked = dry(Kind.LICENCES, LICENCES)
    done = importing.run(looked.token, CATALOGUE, OLEG)
    first, second = Licence.objects.get(number="Л-1"), Licence.objects.get(number="Л-2")
    assert (first.organisation, first.seats, first.modules) == (people.ryabina, 12, ["sms"])
    assert first.products == ["desktop", "mobile"]
    assert (first.valid_from, first.valid_until) == (date(2026, 3, 1), date(2027, 2, 28))
    assert (second.person, second.valid_until, second.products) == (people.anna, None, ["desktop"])
    assert Licence.objects.get(number="Л-3").holder_name == "АО «Новая»"
    assert people.ryabina.pk in done.organisation_ids
    assert list(done.person_ids) == [people.anna.pk]


def test_columns_that_a_file_lacks_leave_what_there_is() -> None:
    cast()
    go(Kind.LICENCES, LICENCES)
    go(Kind.LICENCES, "Номер;ИНН;Программы;Действует с;Мест\nЛ-1;7700000017;desktop, mobile;01.03.2026;20\n")
    licence = Licence.objects.get(number="Л-1")
    assert (licence.seats, licence.valid_until, licence.modules) == (20, date(2027, 2, 28), ["sms"])


BAD_LICENCES = {
    "an unknown product": ("Л-9;ООО «Рябина»;;терминал;01.03.2026;", "products"),
    "a date that does not exist": ("Л-9;ООО «Рябина»;;desktop;31.02.2026;", "valid_from"),
    "an end before the beginning": ("Л-9;ООО «Рябина»;;desktop;01.03.2026;01.02.2026", "valid_until"),
    "no number": (";ООО «Рябина»;;desktop;01.03.2026;", "number"),
    "no holder": ("Л-9;;;desktop;01.03.2026;", "organisation"),
    "two holders": ("Л-9;ООО «Рябина»;anna@example.org;desktop;01.03.2026;", "email"),
    "a person whom nobody knows": ("Л-9;;vera@example.org;desktop;01.03.2026;", "email"),
    "a number of another holder": ("Л-1;АО «Кедр»;;desktop;01.03.2026;", "number"),
}


@pytest.mark.parametrize(("line", "column"), BAD_LICENCES.values(), ids=BAD_LICENCES.keys())
def test_a_licence_that_can_not_be(line: str, column: str) -> None:
    cast()
    go(Kind.LICENCES, LICENCES)
    looked = dry(Kind.LICENCES, f"Номер;Организация;E-mail держателя;Программы;Действует с;Действует по\n{line}\n")
    (bad,) = looked.plan.of(Outcome.BAD)
    assert [problem.column for problem in bad.problems] == [column]


def test_a_revoked_licence_is_not_changed_by_a_file() -> None:
    cast()
    go(Kind.LICENCES, LICENCES)
    revoke_licence(Licence.objects.get(number="Л-1").pk, reason="не оплачена", actor=OLEG)
    assert dry(Kind.LICENCES, LICENCES).plan.counts["same"] == 3
    assert dry(Kind.LICENCES, LICENCES.replace("12;", "13;")).plan.counts["bad"] == 1


def test_a_number_twice_in_one_file_is_refused_the_second_time() -> None:
    cast()
    twice = LICENCES + LICENCES.splitlines()[1] + "\n"
    (bad,) = dry(Kind.LICENCES, twice).plan.of(Outcome.BAD)
    assert bad.number == 5
    twice = TRIALS + TRIALS.splitlines()[1] + "\n"
    assert dry(Kind.TRIALS, twice).plan.counts["bad"] == 1


def test_trials_get_a_number_of_ours() -> None:
    go(Kind.TRIALS, TRIALS)
    trial = Trial.objects.get()
    assert (trial.number, trial.source, trial.valid_until) == ("П-2026-00001", "site", date(2026, 3, 31))


FORMS = {
    "UTF-8": PEOPLE.encode(),
    "UTF-8 with BOM": PEOPLE.encode("utf-8-sig"),
    "UTF-16": PEOPLE.encode("utf-16"),
    "Windows-1251": PEOPLE.encode("cp1251"),
    "line ends of Windows": PEOPLE.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS.keys())
def test_a_csv_in_any_usual_form(content: bytes) -> None:
    lines = read_table(Kind.PEOPLE, content).lines
    assert [line["name"] for line in lines] == ["Анна Вольская", "Борис Лапин", ""]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_by_any_delimiter_with_english_titles(delimiter: str) -> None:
    text = (
        delimiter.join(["Name", "E-mail", "Telephone", "Mobile mailing"])
        + "\n"
        + delimiter.join(["A", "a@b.ru", "", "yes"])
    )
    (line,) = read_table(Kind.PEOPLE, text.encode()).lines
    assert (line["name"], line["emails"], line["mailing"]) == ("A", "a@b.ru", "yes")


def test_lines_are_counted_as_the_spreadsheet_counts_them() -> None:
    table = read_table(Kind.PEOPLE, 'Имя;Примечание\n\nАнна;"две\nстроки"\nБорис;\n'.encode())
    assert [line.line for line in table.lines] == [3, 5]


def test_unknown_columns_are_named() -> None:
    assert read_table(Kind.PEOPLE, "Имя;Цвет глаз\nАнна;серый\n".encode()).ignored == ("Цвет глаз",)


def test_an_xlsx_with_dates_and_numbers() -> None:
    cast()
    rows: list[list[object]] = [
        ["Номер", "ИНН", "Программы", "Мест", "Действует с", "Действует по"],
        ["Л-7", 7700000017, "desktop", 5, date(2026, 3, 1), date(2027, 2, 28)],
    ]
    go(Kind.LICENCES, xlsx(rows))
    licence = Licence.objects.get()
    assert (licence.seats, licence.valid_until, licence.holder_name) == (5, date(2027, 2, 28), "ООО «Рябина»")


def test_a_formula_in_an_xlsx_is_a_fault_of_its_cell_and_never_evaluated() -> None:
    (bad,) = dry(Kind.PEOPLE, xlsx([["Имя"], ['=HYPERLINK("http://example.org")']])).plan.of(Outcome.BAD)
    assert bad.problems[0].column == "name"
    assert "формула" in bad.problems[0].reason.ru


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    return buffer.getvalue()


def entities() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return buffer.getvalue()


FILES = {
    "nothing": b"",
    "only a header": "Имя;E-mail\n".encode(),
    "no known column": b"a;b\n1;2\n",
    "a needed column missing": "Номер;Организация\nЛ-1;Кедр\n".encode(),
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "an old xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a broken zip": b"PK\x03\x04nothing",
    "a zip bomb": bomb(),
    "declared entities": entities(),
    "more than 20 MB": b"x" * (20 * 1024 * 1024 + 1),
    "more than 50,000 lines": ("Имя\n" + "Анна\n" * 50_001).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_can_not_be_read_is_refused_whole(name: str) -> None:
    kind = Kind.LICENCES if "needed" in name else Kind.PEOPLE
    with pytest.raises(ImportFileError) as refused:
        read_table(kind, FILES[name])
    assert refused.value.sentence.ru


def test_every_column_has_titles_that_name_it_alone() -> None:
    for columns in COLUMNS.values():
        for column in columns:
            others = [other for other in columns if other is not column]
            assert all(not column.keys & other.keys for other in others), column.name
