"""How a device comes in: on which ground, who is proved by it, and what a guesser gets."""

import re
from datetime import timedelta

import pytest
import time_machine

from okibi.channels.models import Outbound
from okibi.customers.errors import BadAddressError
from okibi.customers.models import Person
from okibi.customers.selectors import person_by_email
from okibi.customers.services import Holder, change_person, create_licence, create_person, set_organisation_admin, vouch
from okibi.environments import enrolling, errors, services
from okibi.environments.kinds import DeviceKind, EnrolmentState
from okibi.environments.models import Device, Enrolment, Invitation
from okibi.flows import enrolment
from okibi.flows.enrolment import Wish
from okibi.flows.visitor import visitor_of
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
WAITS, IN = EnrolmentState.AWAITING_CONFIRMATION, EnrolmentState.CONFIRMED


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-20T09:41:00Z", tick=False) as clock:
        yield clock


def begin(**given):
    return enrolment.begin(Wish(DeviceKind.DESKTOP, "PC-7", **given))


def code():
    return re.search(r"\b(\d{6})\b", Outbound.objects.latest("id").text)[1]


def confirmed(**given):
    begun = begin(**given)
    return enrolment.confirm(begun.enrolment_id, begun.secret, code())


GROUNDS = {
    "nothing at all": ({}, IN, None, None, None),
    "a licence number": ({"licence": " л-2026-0418 "}, IN, None, None, "ryabina"),
    "a known address": ({"email": "anna@example.org"}, WAITS, "anna", "ryabina", None),
    "a known address and the licence": (
        {"email": "anna@example.org", "licence": "Л-2026-0418"}, WAITS, "anna", "ryabina", "ryabina",
    ),
    "a known address and a licence of others": (
        {"email": "kirill@kedr.example.org", "licence": "Л-2026-0418"}, WAITS, "kirill", "kedr", "ryabina",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "state", "person", "sees", "let_in_by"), GROUNDS.values(), ids=GROUNDS)
def test_who_is_proved_by_what(cast, given, state, person, sees, let_in_by):
    begun = begin(**given)
    assert begun.state == state
    if state is WAITS:
        assert begun.token is None
        begun = enrolment.confirm(begun.enrolment_id, begun.secret, code())
    visitor, device = visitor_of(begun.token), Device.objects.get()
    assert visitor.person_id == (getattr(cast, person).pk if person else None)
    assert visitor.organisation_id == (getattr(cast, sees).pk if sees else None)
    assert device.organisation == (getattr(cast, let_in_by) if let_in_by else None)


def test_a_new_person_of_a_licence_is_covered_and_sees_nothing_of_others_until_somebody_vouches(cast):
    begun = confirmed(email="new@example.org", name="Пётр Новиков", licence="Л-2026-0418")
    person = person_by_email("new@example.org")
    assert (person.name, person.organisation, person.organisation_claimed) == ("Пётр Новиков", cast.ryabina, True)
    assert visitor_of(begun.token).organisation_id is None
    vouch(person.pk, actor=SYSTEM)
    assert visitor_of(begun.token).organisation_id == cast.ryabina.pk


def test_a_natural_person_s_licence_puts_nobody_on_that_person_s_card(cast):
    holder = create_person(name="Семён Дёмин", actor=SYSTEM)
    create_licence(
        holder=Holder(person_id=holder.pk), products=["desktop"], valid_from=now().date(), actor=SYSTEM, number="Л-9"
    )
    begun = confirmed(email="somebody@example.org", licence="Л-9")
    device = Device.objects.get()
    assert device.holding_person == holder
    assert visitor_of(begun.token).person_id not in (None, holder.pk)


def test_an_invitation_of_a_person_is_a_proof_and_works_once(cast):
    invited = services.invite(cast.ryabina.pk, SYSTEM, person_id=cast.boris.pk, email="boris@example.org")
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", invited.code)
    assert invited.code.replace("-", "") not in str(Invitation.objects.values().get())
    begun = begin(invitation=invited.code.lower().replace("-", " "))
    assert visitor_of(begun.token).person_id == cast.boris.pk
    with pytest.raises(errors.UnknownInvitationError):
        begin(invitation=invited.code)


def test_an_invitation_into_an_organisation_vouches_for_who_proves_an_address(cast):
    invited = services.invite(cast.ryabina.pk, SYSTEM)
    with pytest.raises(errors.EmailNeededError):
        begin(invitation=invited.code)
    begun = confirmed(invitation=invited.code, email="new@example.org")
    assert visitor_of(begun.token).organisation_id == cast.ryabina.pk


def test_of_two_who_use_one_invitation_at_once_one_comes_in(cast):
    invited = services.invite(cast.ryabina.pk, SYSTEM)
    first, second = (begin(invitation=invited.code, email=f"{name}@example.org") for name in ("a", "b"))
    codes = [re.search(r"\d{6}", row.text)[0] for row in Outbound.objects.order_by("id")]
    assert enrolment.confirm(first.enrolment_id, first.secret, codes[0]).state == IN
    with pytest.raises(errors.UnknownInvitationError):
        enrolment.confirm(second.enrolment_id, second.secret, codes[1])


def test_an_invitation_ends(cast, clock):
    invited = services.invite(cast.ryabina.pk, SYSTEM)
    clock.shift(timedelta(days=14))
    with pytest.raises(errors.UnknownInvitationError):
        begin(invitation=invited.code, email="a@example.org")


REFUSED = {
    "no such licence": ({"licence": "Л-0"}, errors.UnknownLicenceError),
    "no such trial": ({"trial": "П-0"}, errors.UnknownTrialError),
    "no such invitation": ({"invitation": "ABCD-EFGH-JKMN"}, errors.UnknownInvitationError),
    "no address": ({"email": "анна"}, BadAddressError),
}


@pytest.mark.parametrize(("given", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_there_lets_nobody_in(cast, given, error):
    with pytest.raises(error) as refused:
        begin(**given)
    assert re.search("[а-яё]", refused.value.sentence.ru)
    assert (Device.objects.count(), Enrolment.objects.count(), Outbound.objects.count()) == (0, 0, 0)


def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(cast):
    begun = begin(email="anna@example.org")
    wrong = f"{(int(code()) + 1) % 1_000_000:06d}"
    left = []
    for _ in range(4):
        with pytest.raises(errors.WrongCodeError) as refused:
            enrolment.confirm(begun.enrolment_id, begun.secret, wrong)
        left.append(refused.value.data["tries_left"])
    assert left == [4, 3, 2, 1]
    for attempt in (wrong, code()):
        with pytest.raises(errors.EnrolmentOverError):
            enrolment.confirm(begun.enrolment_id, begun.secret, attempt)
    assert enrolment.state_of(begun.enrolment_id, begun.secret).state == EnrolmentState.REFUSED
    assert not Device.objects.exists()


def test_a_code_lives_ten_minutes(cast, clock):
    begun = begin(email="anna@example.org")
    clock.shift(timedelta(minutes=10))
    assert enrolment.state_of(begun.enrolment_id, begun.secret).state == EnrolmentState.EXPIRED
    with pytest.raises(errors.EnrolmentOverError):
        enrolment.confirm(begun.enrolment_id, begun.secret, code())


def test_a_lost_answer_is_given_again_for_an_hour(cast, clock):
    begun = begin(email="anna@example.org")
    token = enrolment.confirm(begun.enrolment_id, begun.secret, code()).token
    assert enrolment.confirm(begun.enrolment_id, begun.secret, "").token == token
    assert enrolment.state_of(begun.enrolment_id, begun.secret).token == token
    clock.shift(timedelta(hours=1))
    assert enrolment.state_of(begun.enrolment_id, begun.secret).token is None
    assert visitor_of(token)
    assert Device.objects.count() == 1


def test_nobody_asks_without_the_secret(cast):
    begun = begin()
    for enrolment_id, secret in ((begun.enrolment_id, "x"), ("e0123456789a", begun.secret), ("", ""), ("ж", "ж")):
        with pytest.raises(errors.NoSuchEnrolmentError):
            enrolment.state_of(enrolment_id, secret)


def test_neither_token_nor_code_nor_secret_is_stored(cast):
    begun = begin(email="anna@example.org")
    digits, token = code(), enrolment.confirm(begun.enrolment_id, begun.secret, code()).token
    stored = f"{Device.objects.values().get()} {Enrolment.objects.values().get()} {list(Entry.objects.values())}"
    for secret in (begun.secret, digits, token.split("_", 2)[2]):
        assert secret not in stored


def test_an_address_is_not_flooded_with_codes(cast, clock):
    for _ in range(5):
        begin(email="anna@example.org")
        clock.shift(timedelta(minutes=1))
    with pytest.raises(errors.TooManyError) as refused:
        begin(email="Anna@example.org")
    assert refused.value.data["retry_after"] == 55 * 60
    assert begin(email="boris@example.org").state == WAITS
    clock.shift(timedelta(minutes=55))
    assert begin(email="anna@example.org").state == WAITS


def test_the_address_is_verified_by_its_code_and_not_before(cast):
    begun = begin(email="anna@example.org")
    address = cast.anna.emails.get()
    assert address.verified_at is None
    enrolment.confirm(begun.enrolment_id, begun.secret, code())
    address.refresh_from_db()
    assert address.verified_at is not None


def test_who_leaves_an_organisation_sees_it_no_more(cast):
    token = confirmed(email="anna@example.org").token
    set_organisation_admin(cast.anna.pk, on=True, actor=SYSTEM)
    assert visitor_of(token).is_admin
    from_card = Person.objects.get(pk=cast.anna.pk)
    change_person(from_card.pk, name=from_card.name, organisation_id=cast.kedr.pk, actor=SYSTEM)
    visitor = visitor_of(token)
    assert (visitor.organisation_id, visitor.is_admin) == (cast.kedr.pk, False)


def test_a_token_costs_one_query(cast, django_assert_num_queries):
    token = confirmed(email="anna@example.org").token
    with django_assert_num_queries(1):
        visitor_of(token)


def test_enrolments_of_long_ago_are_forgotten_and_their_devices_stay(cast, clock):
    token = confirmed(email="anna@example.org").token
    clock.shift(timedelta(days=31))
    assert enrolling.forget_old(now()) == 1
    assert visitor_of(token).person_id == cast.anna.pk


def test_a_link_of_a_letter_works_only_where_the_enrolment_was_begun(cast, clock):
    """A stranger begins with Anna's address; her click must not let the stranger's device in."""
    strangers, hers = begin(email="anna@example.org"), begin(email="anna@example.org")
    with pytest.raises(NotAllowedError):
        enrolment.confirm_by_link(enrolment.link_of(strangers.enrolment_id), hers.secret)
    assert enrolment.state_of(strangers.enrolment_id, strangers.secret).state == WAITS
    link = enrolment.link_of(hers.enrolment_id)
    assert visitor_of(enrolment.confirm_by_link(link, hers.secret).token).person_id == cast.anna.pk
    assert enrolment.confirm_by_link(link, hers.secret).state == IN
    clock.shift(timedelta(minutes=11))
    for late in (link, enrolment.link_of(strangers.enrolment_id), "forged"):
        with pytest.raises((NotAllowedError, errors.EnrolmentOverError)):
            enrolment.confirm_by_link(late, strangers.secret)
