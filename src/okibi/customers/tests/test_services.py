"""What may be done with customers and what they hold, and what stands on record afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest

from okibi.customers import selectors, services
from okibi.customers.errors import (
    AddressTakenError,
    BadDatesError,
    FieldError,
    InnTakenError,
    MergedCardError,
    MissingError,
    NotFoundError,
    NumberTakenError,
    RevokedError,
    SameCardError,
)
from okibi.customers.models import EmailAddress, Licence, Trial
from okibi.customers.selectors import Likeness, Standing
from okibi.customers.services import Holder
from okibi.customers.tests.cast import OLEG, Cast, cast, codes_of, last_entry
from okibi.journal.selectors import sentence_of
from okibi.journal.services import SYSTEM
from okibi.policy import entitlement

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def people() -> Cast:
    return cast()


def licence(holder: Holder, **given: object) -> Licence:
    fields = {"products": ["desktop"], "valid_from": date(2026, 1, 1), "actor": OLEG, **given}
    return services.create_licence(holder=holder, **fields)  # type: ignore[arg-type]


def trial(holder: Holder, **given: object) -> Trial:
    dates = {"valid_from": date(2026, 3, 1), "valid_until": date(2026, 3, 31)}
    return services.create_trial(holder=holder, product="desktop", actor=OLEG, **{**dates, **given})  # type: ignore[arg-type]


def test_a_person_is_found_by_an_address_in_any_notation(people: Cast) -> None:
    services.add_email(people.anna.pk, "анна@окиби.рф", actor=OLEG)
    for address in ("ANNA@EXAMPLE.ORG", " <anna@example.org>", "анна@xn--90anbft.xn--p1ai"):
        assert selectors.person_by_email(address) == people.anna
    assert selectors.person_by_email("vera@example.org") is None
    assert selectors.person_by_email("not an address") is None


def test_a_reception_desk_is_several_people(people: Cast) -> None:
    services.add_phone(people.boris.pk, "+7 900 000-00-17", extension="12", actor=OLEG)
    assert selectors.people_by_phone("8 900 000 00 17") == [people.anna, people.boris]
    assert selectors.people_by_phone("не телефон") == []


def test_an_address_stands_in_one_card_only(people: Cast) -> None:
    with pytest.raises(AddressTakenError) as refused:
        services.add_email(people.boris.pk, "Anna@example.org", actor=OLEG)
    assert refused.value.person_id == people.anna.pk
    same = services.add_email(people.anna.pk, "Anna@example.org", actor=OLEG)
    assert same == people.anna.emails.get()


def test_a_taxpayer_number_is_of_one_organisation(people: Cast) -> None:
    with pytest.raises(InnTakenError):
        services.create_organisation(name="Кедр", inn="7700000017", actor=OLEG)
    services.change_organisation(people.ryabina.pk, name="Рябина", inn="7700000017", actor=OLEG)
    assert codes_of("organisation", people.ryabina.pk) == ["organisation.created", "organisation.changed"]


def test_a_change_that_changes_nothing_is_not_on_record(people: Cast) -> None:
    services.change_organisation(people.ryabina.pk, name="ООО «Рябина»", inn="7700000017", actor=OLEG)
    assert codes_of("organisation", people.ryabina.pk) == ["organisation.created"]


def test_the_mailing_flag_is_on_record_with_who_set_it(people: Cast) -> None:
    email = people.anna.emails.get()
    services.set_mobile_mailing(email.pk, on=True, actor=OLEG)
    services.set_mobile_mailing(email.pk, on=True, actor=OLEG)
    entry = last_entry("address.mailing")
    assert codes_of("person", people.anna.pk).count("address.mailing") == 1
    assert sentence_of(entry).ru == "Олег Лесин: рассылка мобильной версии на anna@example.org — включена"


def test_a_bounce_marks_the_address_until_it_is_cleared(people: Cast) -> None:
    assert services.mark_bounced("ANNA@example.org", "550", AT) is not None
    later = services.mark_bounced("anna@example.org", "552 ящик полон", AT + timedelta(hours=1))
    earlier = services.mark_bounced("anna@example.org", "450", AT - timedelta(hours=1))
    assert later is not None
    assert earlier is not None
    assert earlier.bounce_reason == "552 ящик полон"
    assert codes_of("person", people.anna.pk).count("address.bounced") == 1
    services.clear_bounce(earlier.pk, actor=SYSTEM)
    assert EmailAddress.objects.get(pk=earlier.pk).bounced_at is None
    assert services.mark_bounced("vera@example.org", "550", AT) is None
    assert services.mark_bounced("<>", "550", AT) is None


def test_the_first_verification_stays(people: Cast) -> None:
    email = people.anna.emails.get()
    services.verify_email(email.pk, at=AT)
    assert services.verify_email(email.pk, at=AT + timedelta(days=1)).verified_at == AT


HOLDERS = {"nobody": (None, None), "both": (1, 1)}


@pytest.mark.parametrize(("organisation", "person"), HOLDERS.values(), ids=HOLDERS.keys())
def test_a_right_has_exactly_one_holder(organisation: int | None, person: int | None) -> None:
    with pytest.raises(MissingError):
        Holder(organisation, person)


def test_a_right_of_somebody_who_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError):
        licence(Holder(organisation_id=4711))


def test_numbers_of_ours_follow_one_another(people: Cast) -> None:
    holder = Holder(organisation_id=people.ryabina.pk)
    assert [licence(holder).number, licence(holder).number] == ["Л-2026-00001", "Л-2026-00002"]
    assert trial(holder).number == "П-2026-00001"
    with pytest.raises(NumberTakenError):
        licence(holder, number="Л-2026-00001")


WRONG = {
    "no product": ({"products": []}, MissingError),
    "ends before it begins": ({"valid_until": date(2025, 12, 31)}, BadDatesError),
    "no seats": ({"seats": 0}, FieldError),
}


@pytest.mark.parametrize(("given", "error"), WRONG.values(), ids=WRONG.keys())
def test_a_licence_that_can_not_be(given: dict[str, object], error: type[Exception], people: Cast) -> None:
    with pytest.raises(error):
        licence(Holder(person_id=people.anna.pk), **given)
    assert not Licence.objects.exists()


def test_a_licence_may_last_one_day(people: Cast) -> None:
    assert licence(Holder(person_id=people.anna.pk), valid_until=date(2026, 1, 1)).pk


def test_extending_goes_forward_only_and_may_go_for_ever(people: Cast) -> None:
    row = licence(Holder(person_id=people.anna.pk), valid_until=date(2026, 12, 31))
    with pytest.raises(BadDatesError):
        services.extend_licence(row.pk, until=date(2026, 12, 31), actor=OLEG)
    services.extend_licence(row.pk, until=date(2027, 12, 31), actor=OLEG)
    services.extend_licence(row.pk, until=None, actor=OLEG)
    with pytest.raises(BadDatesError):
        services.extend_licence(row.pk, until=None, actor=OLEG)
    said = [sentence_of(entry).ru for entry in [last_entry("licence.extended")]]
    assert said == [f"Олег Лесин: лицензия {row.number} продлена до бессрочно"]


def test_revoking_demands_a_reason_and_is_final(people: Cast) -> None:
    row = licence(Holder(person_id=people.anna.pk))
    with pytest.raises(MissingError):
        services.revoke_licence(row.pk, reason="  ", actor=OLEG)
    services.revoke_licence(row.pk, reason="не оплачена", on=DAY, actor=OLEG)
    with pytest.raises(RevokedError):
        services.extend_licence(row.pk, until=None, actor=OLEG)
    with pytest.raises(RevokedError):
        services.revoke_licence(row.pk, reason="ещё раз", actor=OLEG)
    assert codes_of("licence", row.pk) == ["licence.created", "licence.revoked"]


STANDINGS = {
    "perpetual": ({}, Standing.IN_FORCE),
    "ends today": ({"valid_until": DAY}, Standing.ENDING),
    "ended yesterday": ({"valid_until": DAY - timedelta(days=1)}, Standing.ENDED),
    "ends in 30 days": ({"valid_until": DAY + timedelta(days=30)}, Standing.ENDING),
    "ends in 31 days": ({"valid_until": DAY + timedelta(days=31)}, Standing.IN_FORCE),
    "begins today": ({"valid_from": DAY}, Standing.IN_FORCE),
    "begins tomorrow": ({"valid_from": DAY + timedelta(days=1)}, Standing.COMING),
}


@pytest.mark.parametrize(("given", "standing"), STANDINGS.values(), ids=STANDINGS.keys())
def test_the_list_and_the_chip_agree_how_a_licence_stands(
    given: dict[str, object], standing: Standing, people: Cast
) -> None:
    row = licence(Holder(person_id=people.anna.pk), **given)
    assert selectors.standing_of(row, DAY) is standing
    listed = {each for each in Standing if selectors.list_licences(each, DAY).rows}
    assert listed == {standing} | ({Standing.IN_FORCE} if standing is Standing.ENDING else set())


@pytest.mark.parametrize(("on", "standing"), [(DAY, Standing.REVOKED), (DAY + timedelta(days=1), Standing.IN_FORCE)])
def test_a_licence_is_revoked_from_its_day_on(on: date, standing: Standing, people: Cast) -> None:
    row = services.revoke_licence(licence(Holder(person_id=people.anna.pk)).pk, reason="да", on=on, actor=OLEG)
    assert selectors.standing_of(row, DAY) is standing
    assert [row.pk for row in selectors.list_licences(standing, DAY).rows] == [row.pk]


def test_a_person_leans_on_their_own_rights_and_on_the_organisations(people: Cast) -> None:
    licence(Holder(organisation_id=people.ryabina.pk), number="Л-1", modules=["sms-module"], seats=12)
    licence(Holder(person_id=people.anna.pk), number="Л-2")
    trial(Holder(person_id=people.boris.pk), number="П-1", source="other")
    licences, trials = selectors.holdings_of(people.anna)
    assert {each.number for each in licences} == {"Л-1", "Л-2"}
    assert trials == []
    licences, trials = selectors.holdings_of(people.boris)
    assert licences == [
        entitlement.Licence(
            number="Л-1",
            holder_kind=entitlement.HolderKind.ORGANISATION,
            holder="ООО «Рябина»",
            products=frozenset({"desktop"}),
            modules=frozenset({"sms-module"}),
            seats=12,
            valid_from=date(2026, 1, 1),
        )
    ]
    assert [each.source for each in trials] == [entitlement.TrialSource.OTHER]


def test_merging_moves_everything_and_leads_there_from_the_old_card(people: Cast) -> None:
    twin = services.create_person(
        name="Вольская А.", position="директор", note="звонить утром",
        emails=["a.volskaya@example.org"], phones=["+7 900 000-00-17", "+7 900 000-00-18"], actor=OLEG,
    )  # fmt: skip
    licence(Holder(person_id=twin.pk), number="Л-2")
    trial(Holder(person_id=twin.pk), number="П-1")
    merge = services.merge(people.anna.pk, twin.pk, actor=OLEG)
    assert (merge.keep_id, merge.gone_ids) == (people.anna.pk, (twin.pk,))
    card = selectors.card(people.anna.pk)
    assert [email.address for email in card.emails.all()] == ["anna@example.org", "a.volskaya@example.org"]
    assert [phone.e164 for phone in card.phones.all()] == ["+79000000017", "+79000000018"]
    assert (card.position, card.note, card.organisation) == ("бухгалтер", "звонить утром", people.ryabina)
    assert selectors.person_by_email("a.volskaya@example.org") == people.anna
    assert [each.number for each in selectors.holdings_of(selectors.card(twin.pk))[0]] == ["Л-2"]
    assert selectors.card_ids(people.anna.pk) == [people.anna.pk, twin.pk]
    assert codes_of("person", people.anna.pk)[-1] == "person.merged"
    assert codes_of("person", twin.pk)[-1] == "person.merged_away"


def test_a_chain_of_merges_leads_to_the_last_card(people: Cast) -> None:
    first = services.create_person(name="А", actor=OLEG)
    second = services.create_person(name="Б", actor=OLEG)
    services.merge(second.pk, first.pk, actor=OLEG)
    merge = services.merge(people.anna.pk, second.pk, actor=OLEG)
    assert set(merge.gone_ids) == {first.pk, second.pk}
    assert selectors.card(first.pk).merged_into == people.anna


def test_what_was_merged_away_is_not_changed_or_merged_again(people: Cast) -> None:
    twin = services.create_person(name="А", actor=OLEG)
    services.merge(people.anna.pk, twin.pk, actor=OLEG)
    with pytest.raises(MergedCardError):
        services.change_person(twin.pk, name="Б", actor=OLEG)
    with pytest.raises(MergedCardError):
        services.add_email(twin.pk, "x@example.org", actor=OLEG)
    with pytest.raises(MergedCardError):
        services.merge(twin.pk, people.boris.pk, actor=OLEG)
    with pytest.raises(SameCardError):
        services.merge(people.anna.pk, people.anna.pk, actor=OLEG)
    with pytest.raises(NotFoundError):
        licence(Holder(person_id=twin.pk))


ALIKE = {
    "one telephone": ({"name": "Кто-то", "phones": ["+7 900 000-00-17"]}, (Likeness.PHONE,)),
    "one name in one organisation": ({"name": "ВОЛЬСКАЯ Анна", "same": True}, (Likeness.NAME,)),
    "two addresses of one mailbox": ({"name": "Кто-то", "emails": ["anna+work@example.org"]}, (Likeness.ADDRESS,)),
    "name and telephone": (
        {"name": "Анна Вольская", "same": True, "phones": ["+7 900 000-00-17"]},
        (Likeness.NAME, Likeness.PHONE),
    ),
    "only one name": ({"name": "Анна Вольская"}, None),
    "one number with another extension": ({"name": "Кто-то", "phones": ["+7 900 000-00-17 доб. 5"]}, None),
}


@pytest.mark.parametrize(("given", "likenesses"), ALIKE.values(), ids=ALIKE.keys())
def test_cards_look_alike_by(given: dict[str, object], likenesses: tuple[Likeness, ...] | None, people: Cast) -> None:
    organisation = people.ryabina.pk if given.pop("same", False) else None
    other = services.create_person(organisation_id=organisation, actor=OLEG, **given)  # type: ignore[arg-type]
    pairs = selectors.candidate_pairs()
    if likenesses is None:
        assert pairs == []
        return
    assert [(pair.first, pair.second, pair.likenesses) for pair in pairs] == [(people.anna, other, likenesses)]
    services.tell_apart(other.pk, people.anna.pk, actor=OLEG)
    services.tell_apart(people.anna.pk, other.pk, actor=OLEG)
    assert selectors.candidate_pairs() == []
    assert codes_of("person", people.anna.pk).count("person.told_apart") == 1


def test_a_number_of_many_people_makes_no_pairs(people: Cast) -> None:
    for number in range(7):
        services.create_person(name=f"Человек {number}", phones=["+7 900 000-00-50"], actor=OLEG)
    assert selectors.candidate_pairs() == []


def test_what_was_told_apart_from_the_gone_card_stays_apart_from_the_kept_one(people: Cast) -> None:
    twin = services.create_person(name="А", phones=["+7 900 000-00-50"], actor=OLEG)
    third = services.create_person(name="Б", phones=["+7 900 000-00-50"], actor=OLEG)
    services.tell_apart(twin.pk, third.pk, actor=OLEG)
    services.merge(people.anna.pk, twin.pk, actor=OLEG)
    assert selectors.candidate_pairs() == []


def test_what_is_derived_follows_the_name_even_when_only_the_name_is_saved(people: Cast) -> None:
    people.anna.name = "Алёна Вольская"
    people.anna.save(update_fields=["name"])
    people.anna.refresh_from_db()
    assert (people.anna.name_key, people.anna.match_key) == ("алена вольская", "алена вольская")
