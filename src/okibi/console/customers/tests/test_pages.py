"""The customer pages as staff use them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from okibi.accounts.models import Role
from okibi.console.customers.tests.conftest import licence_of, staff_client, text
from okibi.customers import services
from okibi.customers.dates import today
from okibi.customers.models import Licence, Organisation, Person, Trial
from okibi.customers.services import Holder
from okibi.customers.tests.cast import OLEG, Cast, codes_of
from okibi.flows import sms_wishes
from okibi.policy.sms_words import Wish
from okibi.sms.tests import gateways

pytestmark = pytest.mark.django_db

LISTS = [
    "console-customers",
    "console-customers-organisations",
    "console-customers-licences",
    "console-customers-trials",
]
PAGES = [*LISTS, "console-customers-duplicates", "console-customers-person-new", "console-customers-organisation-new"]
RIGHT_PAGES = ["console-customers-licence-new", "console-customers-trial-new", "console-customers-import"]


@pytest.mark.parametrize("name", [*PAGES, *RIGHT_PAGES])
def test_a_visitor_is_sent_to_sign_in(name: str) -> None:
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", [*PAGES, *RIGHT_PAGES])
def test_every_page_opens_for_the_leading_specialist_even_when_empty(name: str, leading: Client) -> None:
    assert "<h1>" in text(leading, name)


@pytest.mark.parametrize("name", RIGHT_PAGES)
def test_a_specialist_sees_licences_but_does_not_make_them(name: str, specialist: Client, people: Cast) -> None:
    text(specialist, name, status=403)
    assert "Л-1" in text(specialist, "console-customers-licence", licence_of(people).pk)


def test_a_release_manager_does_not_edit_cards(people: Cast) -> None:
    client = staff_client(Role.RELEASES)
    assert "anna@example.org" in text(client, "console-customers-person", people.anna.pk)
    text(client, "console-customers-person-edit", people.anna.pk, status=403)
    text(client, "console-customers-people-file", status=403)


SEARCHES = {
    "a part of the name": "вольс",
    "words in any order": "анна вольская",
    "capitals": "ВОЛЬСКАЯ",
    "a part of the address": "anna@exam",
    "the number as written": "8 (900) 000-00-17",
    "the last digits": "0000017",
    "the organisation": "рябина",
    "the INN": "7700000017",
}


@pytest.mark.parametrize("query", SEARCHES.values(), ids=SEARCHES.keys())
def test_a_person_is_found_by(query: str, specialist: Client, people: Cast) -> None:
    assert "Анна Вольская" in text(specialist, "console-customers", q=query)


def test_a_search_that_finds_nobody_says_so(specialist: Client, people: Cast) -> None:
    page = text(specialist, "console-customers", q="кедр")
    assert "Анна Вольская" not in page


def many(count: int) -> None:
    for number in range(count):
        organisation = services.create_organisation(name=f"ООО «Дом {number:03}»", actor=OLEG)
        services.create_person(
            name=f"Жилец {number:03}",
            organisation_id=organisation.pk,
            emails=[f"tenant{number}@example.org"],
            phones=[f"+7 900 100-{number // 100:02}-{number % 100:02}"],
            actor=OLEG,
        )
        holder = Holder(organisation_id=organisation.pk)
        services.create_licence(holder=holder, products=["desktop"], valid_from=date(2020, 1, 1), actor=OLEG)
        services.create_trial(
            holder=holder, product="mobile", valid_from=date(2020, 1, 1), valid_until=date(2020, 2, 1), actor=OLEG
        )


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_sixty_asks_the_database_as_often_as_a_list_of_two(
    name: str, specialist: Client, django_assert_max_num_queries: object
) -> None:
    many(2)
    text(specialist, name)
    with django_assert_max_num_queries(14) as few:  # type: ignore[operator]
        text(specialist, name)
    asked, many_more = len(few), 58  # type: ignore[arg-type]
    for number in range(2, 2 + many_more):
        organisation = services.create_organisation(name=f"АО «Двор {number:03}»", actor=OLEG)
        services.create_person(
            name=f"Сосед {number:03}", organisation_id=organisation.pk, emails=[f"n{number}@example.org"], actor=OLEG
        )
        holder = Holder(organisation_id=organisation.pk)
        services.create_licence(holder=holder, products=["desktop"], valid_from=date(2020, 1, 1), actor=OLEG)
        services.create_trial(
            holder=holder, product="mobile", valid_from=date(2020, 1, 1), valid_until=date(2020, 2, 1), actor=OLEG
        )
    text(specialist, name)  # what the frame keeps until something happens is read anew
    with django_assert_max_num_queries(asked):  # type: ignore[operator]
        text(specialist, name)


def test_pages_follow_one_another_and_lose_nobody(specialist: Client) -> None:
    many(60)
    first = specialist.get(reverse("console-customers"))
    second = specialist.get(reverse("console-customers") + first.context["older_url"])
    names = [person.name for person in [*first.context["people"], *second.context["people"]]]
    assert names == sorted(names)
    assert len(set(names)) == 60
    assert second.context["older_url"] is None


def test_a_made_up_cursor_shows_the_beginning(specialist: Client, people: Cast) -> None:
    assert "Анна Вольская" in text(specialist, "console-customers", after="nonsense")
    assert text(specialist, "console-customers-licences", after="bm9uc2Vuc2U", standing="ended")


def test_a_card_is_created_with_its_addresses_and_numbers(specialist: Client, people: Cast) -> None:
    response = specialist.post(
        reverse("console-customers-person-new"),
        {
            "name": "Вера Синицына",
            "organisation": "Рябина ООО",
            "address": "vera@example.org, v@example.org",
            "phone": "+7 900 000-00-18 доб. 5",
            "language": "ru",
        },
    )
    vera = Person.objects.get(name="Вера Синицына")
    assert response["Location"] == reverse("console-customers-person", args=[vera.pk])
    assert vera.organisation == people.ryabina
    assert vera.emails.count() == 2
    assert vera.phones.get().extension == "5"


def test_an_error_keeps_what_was_typed_and_stands_beside_its_field(specialist: Client, people: Cast) -> None:
    response = specialist.post(
        reverse("console-customers-person-new"),
        {"name": "Вера Синицына", "address": "anna@example.org", "language": "ru", "organisation": "Кедр"},
    )
    page = response.content.decode()
    assert "Вера Синицына" in page
    assert response.context["form"].errors.keys() == {"organisation"}
    response = specialist.post(
        reverse("console-customers-person-new"), {"name": "Вера", "address": "anna@example.org", "language": "ru"}
    )
    assert response.context["form"].errors.keys() == {"address"}
    assert not Person.objects.filter(name__startswith="Вера").exists()


def test_the_mailing_flag_beside_an_address_is_set_and_on_record(specialist: Client, people: Cast) -> None:
    email = people.anna.emails.get()
    url = reverse("console-customers-address", args=[people.anna.pk, email.pk])
    answer = specialist.post(url, {"act": "mailing", "on": "1"}, headers={"HX-Request": "true"})
    assert b"checked" in answer.content
    email.refresh_from_db()
    assert email.mobile_mailing
    specialist.post(url, {"act": "mailing"})
    email.refresh_from_db()
    assert not email.mobile_mailing
    assert codes_of("person", people.anna.pk)[-2:] == ["address.mailing", "address.mailing"]


def test_the_file_may_go_with_the_letter_to_an_address_of_the_registry(specialist: Client, people: Cast) -> None:
    email = people.anna.emails.get()
    url = reverse("console-customers-address", args=[people.anna.pk, email.pk])
    assert (
        "attached-on" not in specialist.post(url, {"act": "mailing"}, headers={"HX-Request": "true"}).content.decode()
    )
    shown = specialist.post(url, {"act": "mailing", "on": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="attached-on"' in shown
    shown = specialist.post(url, {"act": "attached-on"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="attached-off"' in shown
    email.refresh_from_db()
    assert email.mobile_attached
    assert codes_of("person", people.anna.pk)[-2:] == ["address.mailing", "address.mailing"]


def test_an_address_of_another_card_is_not_reached_through_this_one(specialist: Client, people: Cast) -> None:
    url = reverse("console-customers-address", args=[people.boris.pk, people.anna.emails.get().pk])
    assert specialist.post(url, {"act": "remove"}).status_code == 404
    assert specialist.post(url, {"act": "nonsense"}).status_code == 404


def test_addresses_and_numbers_come_and_go(specialist: Client, people: Cast) -> None:
    specialist.post(reverse("console-customers-address-add", args=[people.boris.pk]), {"address": "b2@example.org"})
    specialist.post(reverse("console-customers-number-add", args=[people.boris.pk]), {"phone": "8 900 000-00-19"})
    assert people.boris.emails.count() == 2
    phone = people.boris.phones.get()
    assert phone.e164 == "+79000000019"
    url = reverse("console-customers-number", args=[people.boris.pk, phone.pk])
    specialist.post(url, {"act": "verify"})
    phone.refresh_from_db()
    assert phone.verified_at
    specialist.post(url, {"act": "remove"})
    assert not people.boris.phones.exists()
    wrong = specialist.post(reverse("console-customers-address-add", args=[people.boris.pk]), {"address": "боря"})
    assert wrong.status_code == 422
    assert "боря" in wrong.content.decode()


def test_a_card_shows_bounces_licences_and_history(specialist: Client, people: Cast) -> None:
    services.mark_bounced("anna@example.org", "550 нет такого ящика", people.anna.created_at)
    licence_of(people)
    page = text(specialist, "console-customers-person", people.anna.pk)
    assert "550 нет такого ящика" in page
    assert "Л-1" in page
    assert "ООО «Рябина»" in page


def test_an_organisation_is_created_changed_and_shown(specialist: Client) -> None:
    specialist.post(reverse("console-customers-organisation-new"), {"name": "АО «Кедр»", "inn": "7700000099"})
    row = Organisation.objects.get()
    specialist.post(reverse("console-customers-organisation-edit", args=[row.pk]), {"name": "АО «Кедры»", "inn": "12"})
    row.refresh_from_db()
    assert row.name == "АО «Кедр»"
    specialist.post(reverse("console-customers-organisation-edit", args=[row.pk]), {"name": "АО «Кедры»", "inn": ""})
    assert "АО «Кедры»" in text(specialist, "console-customers-organisation", row.pk)


def test_what_is_not_there_answers_404(specialist: Client) -> None:
    for name in ("person", "organisation", "licence", "trial"):
        text(specialist, f"console-customers-{name}", 4711, status=404)


def test_a_licence_is_created_extended_changed_and_revoked(leading: Client, people: Cast) -> None:
    new = {"organisation": "ООО «Рябина»", "products": ["desktop"], "seats": "12", "valid_from": "2026-03-01"}
    leading.post(reverse("console-customers-licence-new"), {**new, "valid_until": "2027-02-28"})
    licence = Licence.objects.get()
    assert licence.number == "Л-2026-00001"
    leading.post(reverse("console-customers-licence-extend", args=[licence.pk]), {"until": "2028-02-28"})
    leading.post(
        reverse("console-customers-licence-edit", args=[licence.pk]), {"products": ["desktop", "mobile"], "seats": "20"}
    )
    licence.refresh_from_db()
    assert (licence.valid_until, licence.seats, licence.products) == (date(2028, 2, 28), 20, ["desktop", "mobile"])
    url = reverse("console-customers-licence-revoke", args=[licence.pk])
    refused = leading.post(url, {"reason": "", "on": "2026-05-01"})
    assert refused.context["form"].errors.keys() == {"reason"}
    leading.post(url, {"reason": "не оплачена", "on": "2026-05-01"})
    licence.refresh_from_db()
    assert (licence.revoked_on, licence.revoke_reason) == (date(2026, 5, 1), "не оплачена")
    assert codes_of("licence", licence.pk) == [
        f"licence.{act}" for act in ("created", "extended", "changed", "revoked")
    ]
    again = leading.post(url, {"reason": "ещё раз", "on": "2026-06-01"})
    assert again.context["form"].non_field_errors()
    assert "ещё раз" in again.content.decode()


def test_a_licence_needs_exactly_one_holder(leading: Client, people: Cast) -> None:
    new = {"products": ["desktop"], "seats": "1", "valid_from": "2026-03-01"}
    both = {"organisation": "ООО «Рябина»", "person": "anna@example.org"}
    for holder in ({}, both):
        response = leading.post(reverse("console-customers-licence-new"), {**new, **holder})
        assert response.context["form"].non_field_errors()
    leading.post(reverse("console-customers-licence-new"), {**new, "person": "ANNA@example.org"})
    assert Licence.objects.get().person == people.anna


def test_a_trial_is_created_extended_and_stopped(leading: Client, people: Cast) -> None:
    new = {"person": "anna@example.org", "product": "desktop", "source": "other", "valid_from": "2026-03-01"}
    leading.post(reverse("console-customers-trial-new"), {**new, "valid_until": "2026-03-31"})
    trial = Trial.objects.get()
    sooner = leading.post(reverse("console-customers-trial-extend", args=[trial.pk]), {"until": "2026-03-30"})
    assert sooner.context["form"].errors.keys() == {"until"}
    leading.post(reverse("console-customers-trial-extend", args=[trial.pk]), {"until": "2026-04-30"})
    leading.post(reverse("console-customers-trial-revoke", args=[trial.pk]), {"reason": "купили", "on": "2026-04-10"})
    trial.refresh_from_db()
    assert (trial.valid_until, trial.revoked_on) == (date(2026, 4, 30), date(2026, 4, 10))
    assert "купили" in text(leading, "console-customers-trial", trial.pk)


def test_filters_of_the_licences(specialist: Client, people: Cast) -> None:
    day = today()
    licence_of(people, "Л-вечная")
    licence_of(people, "Л-скоро", day + timedelta(days=30))
    licence_of(people, "Л-ещё", day + timedelta(days=31))
    licence_of(people, "Л-вчера", day - timedelta(days=1))
    services.revoke_licence(licence_of(people, "Л-отозвана").pk, reason="да", actor=OLEG)
    expected = {
        "in_force": {"Л-вечная", "Л-скоро", "Л-ещё"},
        "ending": {"Л-скоро"},
        "ended": {"Л-вчера"},
        "revoked": {"Л-отозвана"},
        "coming": set(),
        "": {"Л-вечная", "Л-скоро", "Л-ещё", "Л-вчера", "Л-отозвана"},
    }
    for standing, numbers in expected.items():
        response = specialist.get(reverse("console-customers-licences"), {"standing": standing})
        assert {row["number"] for row in response.context["holdings"]} == numbers, standing
    found = specialist.get(reverse("console-customers-licences"), {"q": "рябина", "standing": "ended"})
    assert [row["number"] for row in found.context["holdings"]] == ["Л-вчера"]


def test_duplicates_are_compared_merged_or_told_apart(specialist: Client, people: Cast) -> None:
    twin = services.create_person(name="Вольская Анна", organisation_id=people.ryabina.pk, actor=OLEG)
    lookalike = services.create_person(name="Анна В.", phones=["+7 900 000-00-17"], actor=OLEG)
    page = text(specialist, "console-customers-duplicates")
    assert "Вольская Анна" in page
    assert "Анна В." in page
    specialist.post(reverse("console-customers-tell-apart", args=[people.anna.pk, lookalike.pk]))
    assert "Анна В." not in text(specialist, "console-customers-duplicates")
    text(specialist, "console-customers-merge", people.anna.pk, twin.pk)
    specialist.post(reverse("console-customers-merge", args=[people.anna.pk, twin.pk]))
    assert "Вольская Анна" not in text(specialist, "console-customers-duplicates")
    gone = specialist.get(reverse("console-customers-person", args=[twin.pk]))
    assert gone["Location"] == reverse("console-customers-person", args=[people.anna.pk])
    assert "Борис" in text(specialist, "console-customers-merge-choose", people.anna.pk, q="борис")
    itself = specialist.post(reverse("console-customers-merge", args=[people.anna.pk, people.anna.pk]))
    assert itself.context["problem"]


def test_the_field_of_an_organisation_proposes_and_takes_what_it_proposed(specialist: Client, people: Cast) -> None:
    namesake = services.create_organisation(name="ООО «Рябина»", actor=OLEG)
    options = text(specialist, "console-customers-suggest-organisations", organisation="ряб")
    label = f"ООО «Рябина» · № {namesake.pk}"
    assert label in options
    data = {"name": "Вера", "language": "ru", "organisation": "ООО «Рябина»"}
    unsure = specialist.post(reverse("console-customers-person-new"), data)
    assert unsure.context["form"].errors.keys() == {"organisation"}
    specialist.post(reverse("console-customers-person-new"), {**data, "organisation": label})
    assert Person.objects.get(name="Вера").organisation == namesake


def test_pages_speak_english_too(specialist: Client, people: Cast) -> None:
    specialist.cookies["okibi_language"] = "en"
    page = text(specialist, "console-customers-person", people.anna.pk)
    assert "mailing of the mobile version" in page
    assert "E-mail addresses" in page


def test_a_specialist_notes_who_wants_sms_and_a_stop_stands_above(
    specialist: Client, people: Cast, settings: Any, tmp_path: Path
) -> None:
    phone = services.add_phone(people.anna.pk, "+7 900 000-00-77", actor=OLEG)
    url = reverse("console-customers-number", args=[people.anna.pk, phone.pk])
    card = reverse("console-customers-person", args=[people.anna.pk])
    box = f'id="sms-{phone.pk}"'
    assert box not in specialist.get(card).content.decode()  # no gateway: nothing to wish
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)
    answer = specialist.post(url, {"act": "sms", "on": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert box in answer
    assert "Не подтверждён" in answer
    phone.refresh_from_db()
    assert (phone.sms_wish, phone.sms_wish_by) == ("yes", "console")
    sms_wishes.said(phone.e164, Wish.OUT, source="sms")
    assert "ответил «СТОП»" in specialist.get(card).content.decode()
    specialist.post(url, {"act": "sms", "on": "1"}, headers={"HX-Request": "true"})
    phone.refresh_from_db()
    assert phone.sms_wish == "no"
