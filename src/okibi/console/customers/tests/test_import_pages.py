"""Files in and out: looked at first, then loaded; lists that run nothing."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from okibi.console.customers.tests.conftest import licence_of, text
from okibi.customers import services
from okibi.customers.models import EmailAddress, Person
from okibi.customers.services import Holder
from okibi.customers.tests.cast import OLEG, Cast
from okibi.flows import customer_import
from okibi.flows.calendar_tasks import import_customers
from okibi.kernel.models import Chore

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


def test_a_large_file_is_loaded_by_a_job_and_its_page_shows_how_far(leading: Client, people: Cast, monkeypatch) -> None:
    del people
    monkeypatch.setattr(customer_import, "LARGE", 0)
    token = look(leading).context["looked"].token  # type: ignore[attr-defined]
    response = leading.post(reverse("console-customers-import-run"), {"token": token})
    chore = Chore.objects.get()
    url = reverse("console-customers-import-progress", args=[chore.pk])
    assert response.headers["Location"] == url
    assert ProcrastinateJob.objects.filter(task_name=customer_import.TASK).count() == 1
    assert not Person.objects.filter(name="Вера Синицына").exists()
    page = leading.get(url).content.decode()
    assert "Записываем 1 строку" in page
    assert f'hx-get="{url}"' in page
    import_customers(chore_id=chore.pk)
    part = leading.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Загружена 1 строка" in part
    assert "hx-get" not in part
    assert "<html" not in part
    assert Person.objects.filter(name="Вера Синицына").exists()


def test_a_large_file_whose_data_changed_offers_another_look(leading: Client, people: Cast, monkeypatch) -> None:
    del people
    monkeypatch.setattr(customer_import, "LARGE", 0)
    token = look(leading).context["looked"].token  # type: ignore[attr-defined]
    leading.post(reverse("console-customers-import-run"), {"token": token})
    customer_import.run_import(token, customer_import.catalogue(), OLEG)
    chore = Chore.objects.get()
    import_customers(chore_id=chore.pk)
    assert "Посмотреть заново" in text(leading, "console-customers-import-progress", chore.pk)
    anew = leading.post(reverse("console-customers-import-look-anew"), {"token": token})
    assert anew.context["counts"]["same"] == 1


def test_the_progress_of_nothing_is_not_found(leading: Client) -> None:
    assert leading.get(reverse("console-customers-import-progress", args=[10**6])).status_code == 404


def test_specialists_do_not_see_imports(specialist: Client) -> None:
    assert specialist.get(reverse("console-customers-import-progress", args=[1])).status_code == 403
