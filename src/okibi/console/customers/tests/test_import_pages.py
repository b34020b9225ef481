"""Files in and out: looked at first, then loaded; lists that run nothing."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from okibi.console.customers.tests.conftest import licence_of, text
from okibi.customers import services
from okibi.customers.models import EmailAddress, Person
from okibi.customers.services import Holder
from okibi.customers.tests.cast import OLEG, Cast

pytestmark = pytest.mark.django_db

PEOPLE_FILE = "Организация;Имя;E-mail\nООО «Рябина»;Вера Синицына;vera@example.org\n;;нет\n"


def look(client: Client, content: str = PEOPLE_FILE, kind: str = "people") -> object:
    file = SimpleUploadedFile("люди.csv", content.encode("cp1251"))
    return client.post(reverse("console-customers-import"), {"kind": kind, "file": file})


def test_an_import_is_looked_at_and_then_loaded(leading: Client, people: Cast) -> None:
    looked = look(leading)
    page = looked.content.decode()  # type: ignore[attr-defined]
    assert "Вера Синицына" in page
    assert looked.context["counts"] == {"created": 1, "changed": 0, "same": 0, "bad": 1}  # type: ignore[attr-defined]
    assert not Person.objects.filter(name="Вера Синицына").exists()
    token = looked.context["looked"].token  # type: ignore[attr-defined]
    bad = leading.post(reverse("console-customers-import-bad-lines"), {"token": token})
    assert ";E-mail;" in bad.getvalue().decode()  # type: ignore[attr-defined]
    assert leading.post(reverse("console-customers-import-run"), {"token": token}).status_code == 302
    assert EmailAddress.objects.get(key="vera@example.org").person.organisation == people.ryabina
    again = leading.post(reverse("console-customers-import-run"), {"token": token})
    assert again.context["problem"]
    assert again.context["counts"]["same"] == 1


def test_a_file_that_is_no_table_is_refused_beside_the_form(leading: Client) -> None:
    response = look(leading, "ничего\n")
    assert response.context["form"].non_field_errors()  # type: ignore[attr-defined]


def test_a_forged_token_loads_nothing(leading: Client) -> None:
    assert leading.post(reverse("console-customers-import-run"), {"token": "forged"}).status_code == 404


@pytest.mark.parametrize("kind", ["people", "licences", "trials"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_can_be_imported_as_it_is(kind: str, form: str, leading: Client, people: Cast) -> None:
    got = leading.get(reverse("console-customers-import-template", args=[kind, form]))
    content = got.getvalue()  # type: ignore[attr-defined]
    file = io.BytesIO(content)
    file.name = f"template.{form}"
    looked = leading.post(reverse("console-customers-import"), {"kind": kind, "file": file})
    assert looked.context["counts"]["bad"] == 0


def test_an_exported_list_can_be_imported_again_and_changes_nothing(leading: Client, people: Cast) -> None:
    services.create_person(name="=1+1", emails=["formula@example.org"], phones=["+7 900 000-00-20 доб. 7"], actor=OLEG)
    licence_of(people, until=date(2027, 1, 1))
    for kind, name in (("people", "people-file"), ("licences", "licences-file"), ("trials", "trials-file")):
        if kind == "trials":
            services.create_trial(
                holder=Holder(person_id=people.anna.pk), product="desktop",
                valid_from=date(2026, 1, 1), valid_until=date(2026, 2, 1), actor=OLEG,
            )  # fmt: skip
        content = text(leading, f"console-customers-{name}")
        file = SimpleUploadedFile("back.csv", content.encode())
        looked = leading.post(reverse("console-customers-import"), {"kind": kind, "file": file})
        counts = looked.context["counts"]
        assert (counts["created"], counts["changed"], counts["bad"]) == (0, 0, 0), kind
        assert counts["same"] > 0


def test_no_cell_of_an_exported_list_is_a_formula(leading: Client) -> None:
    services.create_person(name="=cmd|calc", phones=["+7 900 000-00-20"], actor=OLEG)
    content = text(leading, "console-customers-people-file")
    cells = content.splitlines()[1].split(";")
    assert "'=cmd|calc" in cells
    assert "'+79000000020" in cells
