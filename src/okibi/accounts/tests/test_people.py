"""Who works here, with which roles, and who may not be lost."""

import pytest

from okibi.accounts import selectors, services
from okibi.accounts.models import Role, Staff
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("code", flat=True))


def test_an_administrator_made_from_the_command_line_has_a_password_at_once():
    staff = services.create_admin("Anna@Example.org", " Anna   Volskaya ", "a long password")
    assert (staff.email, staff.name, staff.roles) == ("anna@example.org", "Anna Volskaya", ["admin"])
    assert staff.check_password("a long password")
    assert codes() == ["staff.created"]


def test_a_newcomer_has_no_password_until_a_link_sets_one(by_oleg):
    staff = services.create_staff("boris@example.org", "Boris", [Role.SPECIALIST], by_oleg)
    assert not staff.has_usable_password()


def test_one_address_is_one_person_whatever_its_case(vera):
    with pytest.raises(ConflictError):
        services.create_staff("VERA@example.org", "Another", [Role.SPECIALIST], SYSTEM)


WRONG = {
    "an address without a domain": ("vera", "Vera", ["specialist"]),
    "a name of spaces": ("boris@example.org", "  ", ["specialist"]),
    "a role that nobody knows": ("boris@example.org", "Boris", ["king"]),
    "no role at all": ("boris@example.org", "Boris", []),
}


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_field_is_refused(fields):
    with pytest.raises(InputError):
        services.create_staff(*fields, SYSTEM)
    assert not Staff.objects.exists()


def test_roles_change_and_the_journal_keeps_the_earlier_ones(vera, by_oleg):
    services.change_staff(vera.pk, by_oleg, email=vera.email, name=vera.name, roles=["leading", "specialist"])
    entry = Entry.objects.filter(code="staff.changed").get()
    assert (entry.data["roles"], entry.data["roles_before"]) == (["specialist", "leading"], ["specialist"])


def test_saving_what_is_there_already_is_no_act(vera, by_oleg):
    before = codes()
    services.change_staff(vera.pk, by_oleg, email=vera.email, name=vera.name, roles=vera.roles)
    assert codes() == before


def test_the_last_administrator_cannot_be_disabled_nor_give_the_role_away(oleg, vera, by_oleg):
    with pytest.raises(ConflictError):
        services.disable(oleg.pk, by_oleg)
    with pytest.raises(ConflictError):
        services.change_staff(oleg.pk, by_oleg, email=oleg.email, name=oleg.name, roles=["specialist"])


def test_an_administrator_whose_access_is_closed_does_not_count(oleg, vera, by_oleg):
    services.change_staff(vera.pk, by_oleg, email=vera.email, name=vera.name, roles=["admin"])
    services.disable(vera.pk, by_oleg)
    with pytest.raises(ConflictError):
        services.disable(oleg.pk, by_oleg)


def test_with_a_second_administrator_the_first_may_go(oleg, vera, by_oleg):
    services.change_staff(vera.pk, by_oleg, email=vera.email, name=vera.name, roles=["admin"])
    assert not services.disable(oleg.pk, by_oleg).is_active
    assert services.enable(oleg.pk, by_oleg).is_active
    assert codes()[-2:] == ["staff.disabled", "staff.enabled"]


def test_lists_know_who_is_active_and_who_leads(oleg, vera, by_oleg):
    services.disable(vera.pk, by_oleg)
    assert selectors.active_staff() == [oleg]
    assert selectors.leading() == [oleg]
    assert [staff.name for staff in selectors.all_staff()] == ["Oleg Lesin", "Vera Sinitsyna"]
    assert selectors.by_id(vera.pk) == vera
    with pytest.raises(NotAllowedError):
        selectors.by_id(0)


def test_a_person_changes_their_own_name_language_and_signature(vera):
    changed = services.change_profile(vera, name="Vera S.", language="en", signature=" Best, Vera \n")
    assert (changed.name, changed.language, changed.signature) == ("Vera S.", "en", "Best, Vera")
    assert Entry.objects.filter(code="staff.changed").get().actor_id == vera.pk
