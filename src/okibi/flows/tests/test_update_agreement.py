"""Automatic updates begin with an agreement: who may say yes, how, and what a stop does (scheme.md §3)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from okibi.calls.kinds import TryOutcome
from okibi.calls.models import CallTask
from okibi.channels.models import Outbound
from okibi.customers.services import add_phone, set_organisation_admin, verify_email
from okibi.environments import services as devices
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.flows import ipv_request, personal_data, phone_answer, phone_request, update_agreement, work
from okibi.flows.erasure import erase
from okibi.flows.merge_people import merge_people
from okibi.flows.visitor import of_device
from okibi.journal.selectors import of_subject, sentence_of
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.policy.agreement_states import AgreementState, AgreementStateError
from okibi.policy.ticket_states import State
from okibi.policy.update_states import RunState
from okibi.releases.models import Release
from okibi.tickets.models import Message, Ticket
from okibi.updates import selectors, services
from okibi.updates.kinds import Answered, Way
from okibi.updates.models import Agreement, Batch, Run
from okibi.updates.services import NotYoursError
from okibi.updates.terms import HostWish, TermsError, Wish
from tests.cast import make_cast
from tests.letters import arrive, mail, placed

pytestmark = pytest.mark.django_db
S = AgreementState
ASKED = "Прошу настроить автоматическое обновление на наших компьютерах."
PROVED = {"Authentication_Results": "mx.example.org; dmarc=pass header.from=example.org"}
NIGHTS = {day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def cast(settings):
    settings.OKIBI_TRUSTED_AUTHSERV = ("mx.example.org",)
    cast = make_cast()
    verify_email(cast.anna.emails.get().pk)
    return cast


@pytest.fixture
def ticket(cast):
    return placed(mail(subject="Автоматическое обновление", text=ASKED))


@pytest.fixture
def wish():
    hosts = (HostWish("Касса-1"), HostWish("Сервер", None, Way.WAKE, "srv.example.org"))
    last = now().date() + timedelta(days=365)
    return Wish(["desktop", "server"], hosts, last, "Europe/Moscow", NIGHTS, "Начнём с кассы.")


@pytest.fixture
def agreement(ticket, cast, wish):
    return update_agreement.propose(ticket.pk, cast.vera, wish)


def visitor(person, **fields):
    given = {"kind": DeviceKind.DESKTOP, "enrolled_by": EnrolledBy.EMAIL, "name": "Рабочий компьютер", **fields}
    return of_device(devices.create_device(secret="s" * 43, person=person, **given))


def again(row):
    return type(row).objects.get(pk=row.pk)


def letter_of(agreement):
    return Outbound.objects.get(key=f"agreement:{agreement.pk}")


def token_of(agreement):
    return letter_of(agreement).text.partition("/agreement/")[2].partition("/")[0]


def codes(agreement):
    return [entry.code for entry in of_subject("agreement", agreement.pk)]


def run_of(agreement, state):
    release = Release.objects.create(
        product="desktop", version="4.3.0", version_key=f"{state}", created_at=now(), created_by="Олег Лесин"
    )
    batch = Batch.objects.create(release=release, created_at=now(), created_by="Олег Лесин")
    host = agreement.hosts.order_by("pk").first()
    return Run.objects.create(
        batch=batch, agreement=agreement, host=host, release=release, state=state.value, created_at=now()
    )


# ---------------------------------------------------------------- the desk asks


def test_the_words_alone_make_it_a_request_about_updates(ticket):
    assert ticket.kind == update_agreement.CLASS


def test_the_letter_says_all_that_is_granted(agreement):
    letter = letter_of(agreement)
    assert (letter.channel, letter.recipient) == ("email", "anna@example.org")
    for words in (
        "Компьютер «Касса-1»: сам проверяет обновления; открывать порт не нужно",
        "обращается к srv.example.org:8471",
        "Когда: пн–пт 22:00–06:00, московское время",
        "включительно",
        "Начнём с кассы.",
        f"/agreement/{token_of(agreement)}/",
    ):
        assert words in letter.text


def test_asking_is_an_answer_and_the_request_waits_for_the_customer(agreement, ticket):
    assert again(ticket).state == State.WAITING.value
    assert again(ticket).reacted_at is not None
    said = Message.objects.filter(ticket=ticket, kind=Message.Kind.REPLY).get()
    assert "Касса-1" in said.text
    assert token_of(agreement) not in said.text  # whoever reads the desk's page can't say yes for the customer
    assert again(agreement).link_hash
    assert token_of(agreement) != again(agreement).link_hash


def test_it_stands_on_record_at_both_ends(agreement, ticket):
    words = f"Вера Синицына: доступ для обновлений № {agreement.pk} предложен клиенту, компьютеров: 2"
    for subject in (("agreement", agreement.pk), ("ticket", ticket.pk)):
        (entry,) = [each for each in of_subject(*subject) if each.code == "agreement.proposed"]
        assert sentence_of(entry).ru == words


def test_other_terms_take_the_first_ones_back(agreement, ticket, cast, wish):
    later = update_agreement.propose(ticket.pk, cast.vera, replace(wish, products=["desktop"]))
    assert again(agreement).state == S.WITHDRAWN.value
    assert again(later).state == S.PROPOSED.value
    with pytest.raises(AgreementStateError):
        update_agreement.answer_by_link(token_of(agreement), yes=True)


def test_somebody_elses_device_is_refused_with_its_field(ticket, cast, wish):
    with pytest.raises(TermsError) as caught:
        update_agreement.propose(ticket.pk, cast.vera, replace(wish, hosts=(HostWish("ПК", 999_999),)))
    assert caught.value.field == "hosts.0.device"
    assert not Agreement.objects.exists()


def test_a_request_about_something_else_makes_none(cast, wish):
    with pytest.raises(ConflictError):
        update_agreement.propose(placed(mail()).pk, cast.vera, wish)


def test_nobody_known_grants_nothing(cast, wish):
    stranger = placed(mail("Вера <vera@stranger.example.org>", "Автоматическое обновление", ASKED))
    Ticket.objects.filter(pk=stranger.pk).update(kind="update", state="open")
    with pytest.raises(InputError, match="who asks"):
        update_agreement.propose(stranger.pk, cast.vera, wish)


def test_a_claimed_organisation_grants_nothing(ticket, cast, wish):
    type(cast.anna).objects.filter(pk=cast.anna.pk).update(organisation_claimed=True)
    with pytest.raises(InputError, match="vouch"):
        update_agreement.propose(ticket.pk, cast.vera, wish)


# ---------------------------------------------------------------- the customer answers


def test_the_link_of_the_letter_says_yes(agreement, ticket):
    update_agreement.answer_by_link(token_of(agreement), yes=True)
    row = again(agreement)
    assert (row.state, row.answered_by, row.granted_name) == ("confirmed", "link", "Анна Вольская")
    assert row in selectors.in_force(now())
    ticket = again(ticket)
    assert (ticket.state, ticket.unread) == (State.OPEN.value, True)
    assert codes(agreement) == ["agreement.proposed", "agreement.confirmed"]


def test_it_is_answered_once(agreement):
    update_agreement.answer_by_link(token_of(agreement), yes=False)
    assert again(agreement).state == S.DECLINED.value
    with pytest.raises(AgreementStateError):
        update_agreement.answer_by_link(token_of(agreement), yes=True)


@pytest.mark.parametrize("token", ["", "abc"])
def test_a_link_that_nobody_made_opens_nothing(agreement, token):
    with pytest.raises(NotAllowedError):
        update_agreement.answer_by_link(token, yes=True)


def test_an_address_that_nothing_proves_gets_no_link(ticket, cast, wish):
    cast.anna.emails.update(verified_at=None)
    asked = update_agreement.propose(ticket.pk, cast.vera, wish)
    assert f"/portal/updates/{asked.pk}/" in letter_of(asked).text
    assert not again(asked).link_hash


WHO = {
    "who asked": ("anna", False, True),
    "a colleague": ("boris", False, False),
    "a colleague who administers": ("boris", True, True),
    "another organisation's administrator": ("kirill", True, False),
}


@pytest.mark.parametrize(("name", "admin", "counts"), WHO.values(), ids=WHO)
def test_whose_yes_counts_in_the_portal(agreement, cast, name, admin, counts):
    person = getattr(cast, name)
    if admin:
        person = set_organisation_admin(person.pk, on=True, actor=SYSTEM)
    me = visitor(person)
    if counts:
        update_agreement.answer(me, agreement.pk, Answered.PORTAL, yes=True)
        assert again(agreement).granted_by_id == person.pk
        return
    for act in (
        lambda: update_agreement.answer(me, agreement.pk, Answered.PORTAL, yes=True),
        lambda: update_agreement.withdraw_by_customer(me, agreement.pk),
    ):
        with pytest.raises(NotYoursError):
            act()
    assert again(agreement).state == S.PROPOSED.value


def test_a_device_of_nobodys_sees_none(agreement):
    me = visitor(None, enrolled_by=EnrolledBy.LICENCE)
    assert update_agreement.of_visitor(me) == []
    with pytest.raises(NotYoursError):
        update_agreement.answer(me, agreement.pk, Answered.IPV, yes=True)


MAILS = {
    "yes, proved": ("Да.", PROVED, "anna@example.org", "confirmed"),
    "no, proved": ("Нет", PROVED, "anna@example.org", "declined"),
    "yes in English": ("I confirm", PROVED, "anna@example.org", "confirmed"),
    "yes, and something to say": ("Да, но только не в пятницу", PROVED, "anna@example.org", "proposed"),
    "a question": ("Да?", PROVED, "anna@example.org", "proposed"),
    "yes, nothing proves the sender": ("Да", {}, "anna@example.org", "proposed"),
    "yes, a colleague's": ("Да", PROVED, "boris@example.org", "proposed"),
    "it works, which is another answer": ("Работает", PROVED, "anna@example.org", "proposed"),
}


@pytest.mark.parametrize(("text", "headers", "sender", "state"), MAILS.values(), ids=MAILS)
def test_only_a_bare_answer_of_a_proven_sender_counts(agreement, ticket, text, headers, sender, state):
    arrive(mail(sender, f"Re: {ticket.subject}", text, References=letter_of(agreement).external_id, **headers))
    assert again(agreement).state == state
    ticket = again(ticket)
    assert (ticket.state, ticket.unread) == (State.OPEN.value, True)  # a specialist sees it either way


def test_a_yes_to_the_terms_of_before_grants_nothing(agreement, ticket, cast, wish):
    first = letter_of(agreement).external_id
    later = update_agreement.propose(ticket.pk, cast.vera, replace(wish, products=["server"]))
    arrive(mail("anna@example.org", "Re: обновление", "Да", References=first, **PROVED))
    assert again(later).state == S.PROPOSED.value


def test_who_confirmed_by_mail_gets_it_in_writing(agreement):
    arrive(mail("anna@example.org", "Re: 1", "Да", References=letter_of(agreement).external_id, **PROVED))
    news = Outbound.objects.get(key=f"agreement_confirmed:{agreement.pk}")
    assert "подтверждён" in news.text
    assert "Если это не вы" in news.text


def test_what_was_said_by_telephone_is_written_down_with_who_said_it(agreement, cast):
    with pytest.raises(InputError, match="who said it"):
        update_agreement.answer_told(agreement.pk, cast.vera, " ", yes=True)
    update_agreement.answer_told(agreement.pk, cast.vera, "Анна Вольская, по телефону в 12:40", yes=True)
    row = again(agreement)
    assert (row.state, row.answered_by) == ("confirmed", "desk")
    assert sentence_of(of_subject("agreement", row.pk)[-1]).ru.endswith(
        "(со слов, записал специалист: Анна Вольская, по телефону в 12:40)"
    )
    assert Outbound.objects.filter(key=f"agreement_confirmed:{row.pk}").exists()  # and the customer hears of it


# ---------------------------------------------------------------- the end
BEGUN = {
    RunState.SCHEDULED: True,
    RunState.DOWNLOADED: True,
    RunState.INSTALLING: False,
}


@pytest.mark.parametrize(("state", "cancelled"), BEGUN.items(), ids=[state.value for state in BEGUN])
def test_a_stop_cancels_what_has_not_begun_to_install(agreement, cast, state, cancelled):
    token = token_of(agreement)
    update_agreement.answer_by_link(token, yes=True)
    run = run_of(agreement, state)
    update_agreement.withdraw_by_link(token, "ремонт.")
    assert again(agreement).state == S.WITHDRAWN.value
    run = again(run)
    assert (run.state == RunState.CANCELLED.value) is cancelled
    assert (run.ended_at is not None) is cancelled
    (entry,) = [each for each in of_subject("agreement", agreement.pk) if each.code == "agreement.withdrawn"]
    assert entry.data["stopped"] == int(cancelled)
    assert ": ремонт," in sentence_of(entry).ru


def test_both_sides_may_stop_it_at_any_moment(agreement, cast, ticket, wish):
    update_agreement.withdraw_by_customer(visitor(cast.anna), agreement.pk)
    assert again(agreement).withdrawn_by == "Анна Вольская"
    other = update_agreement.propose(ticket.pk, cast.vera, wish)
    update_agreement.withdraw_by_desk(other.pk, cast.vera, "компьютер заменён")
    assert again(other).withdrawn_by == "Вера Синицына"
    assert "компьютер заменён" in Outbound.objects.get(key=f"agreement_withdrawn:{other.pk}").text


def test_it_expires_by_itself_and_whoever_had_confirmed_hears_so(agreement, ticket, cast):
    update_agreement.answer_by_link(token_of(agreement), yes=True)
    run = run_of(agreement, RunState.SCHEDULED)
    assert update_agreement.expire_due() == 0
    moment = now()
    Agreement.objects.filter(pk=agreement.pk).update(valid_from=moment - timedelta(days=2), valid_until=moment)
    assert again(agreement) not in selectors.in_force(moment)  # before the job came by
    assert update_agreement.expire_due() == 1
    assert update_agreement.expire_due() == 0
    assert again(agreement).state == S.EXPIRED.value
    assert again(run).state == RunState.CANCELLED.value
    assert "истёк" in Outbound.objects.get(key=f"agreement_expired:{agreement.pk}").text


def test_a_yes_that_comes_too_late_grants_nothing(agreement):
    moment = now()
    Agreement.objects.filter(pk=agreement.pk).update(valid_from=moment - timedelta(days=2), valid_until=moment)
    with pytest.raises(AgreementStateError):
        update_agreement.answer_by_link(token_of(agreement), yes=True)


def test_a_stop_after_the_request_is_over_does_not_open_it_again(agreement, ticket, cast):
    token = token_of(agreement)
    update_agreement.answer_by_link(token, yes=True)
    work.solve(ticket.pk, cast.vera)
    update_agreement.withdraw_by_link(token)
    assert again(ticket).state == State.SOLVED.value


# ---------------------------------------------------------------- people


def test_a_card_that_is_merged_takes_its_agreements_along(agreement, cast):
    merge_people(cast.boris.pk, cast.anna.pk, actor=SYSTEM)
    assert again(agreement).person_id == cast.boris.pk
    assert services.may_answer(again(agreement), cast.boris)


def test_what_one_granted_stands_in_ones_own_archive(agreement, cast):
    update_agreement.answer_by_link(token_of(agreement), yes=True)
    (told,) = personal_data._card(cast.anna, [cast.anna.pk])["agreements"]
    assert (told["number"], told["state"], told["answered_by"]) == (agreement.pk, "confirmed", "Анна Вольская")


def test_erasing_a_person_keeps_what_the_organisation_was_granted_without_the_name(agreement, cast):
    token = token_of(agreement)
    update_agreement.answer_by_link(token, yes=True)
    erase(cast.anna.pk, SYSTEM)
    row = again(agreement)
    assert row.state == S.CONFIRMED.value
    assert "Анна" not in row.granted_name
    with pytest.raises(NotAllowedError):
        update_agreement.answer_by_link(token, yes=True)


# ---------------------------------------------------------------- other forms of a request


def test_who_called_is_asked_by_a_call_and_the_request_waits_once_it_was_said(cast, wish):
    add_phone(cast.anna.pk, "+79000000017", actor=SYSTEM)
    heard = phone_request.Heard(number="+79000000017", text=ASKED, kind="update", person_id=cast.anna.pk)
    called = phone_request.place("1", cast.vera, heard)
    asked = update_agreement.propose(called.pk, cast.vera, wish)
    task = CallTask.objects.get(ticket=called)
    assert "Компьютер «Касса-1»" in task.script
    assert "Вы подтверждаете?" in task.script
    assert not again(asked).link_hash
    assert again(called).state == State.OPEN.value
    phone_answer.carried_out(task.pk, cast.vera, TryOutcome.SAID)
    assert again(called).state == State.WAITING.value
    update_agreement.answer_told(asked.pk, cast.vera, "Анна Вольская, в этом звонке", yes=True)
    assert again(asked).state == S.CONFIRMED.value
    assert again(called).state == State.OPEN.value
    assert not Outbound.objects.filter(key__startswith="agreement_confirmed").exists()  # no second call for that


def test_in_the_application_the_terms_are_a_line_of_the_conversation(cast, wish):
    me = visitor(cast.anna)
    placed_there = ipv_request.place(me, "1", ipv_request.Draft(ASKED, kind="update"))
    asked = update_agreement.propose(placed_there.pk, cast.vera, wish)
    said = Message.objects.filter(ticket=placed_there, kind=Message.Kind.REPLY).get()
    assert "Компьютер «Касса-1»" in said.text
    assert f"/portal/updates/{asked.pk}/" in said.text
    assert not again(asked).link_hash
    update_agreement.answer(me, asked.pk, Answered.IPV, yes=True)
    assert again(asked).answered_by == "ipv"
