"""A request by telephone: a specialist writes it down, sees the verdict at once, and reads number and term out.

No machine tells the requester anything: who called hears number and term from whoever spoke with them (scheme §5, the
same form). The clock starts when the call was received, not when its words were written down.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from okibi.accounts.models import Staff
from okibi.calls import selectors as calls
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.models import Organisation, Person
from okibi.flows import sms_wishes
from okibi.flows.judgement import ENTITLEMENT, Judgement, judge
from okibi.flows.phone_caller import e164_of
from okibi.flows.phone_ties import CHANNEL, tie_call
from okibi.flows.promise import Promise
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.once_only import Answer, once
from okibi.kernel.sentence import Sentence
from okibi.policy import spoken
from okibi.policy.classify import classify
from okibi.policy.phone_numbers import display
from okibi.policy.scheme import Scheme
from okibi.policy.ticket_states import Event, State
from okibi.policy.verdict import Line, Status
from okibi.schemes.services import Stored, by_id, in_force
from okibi.tickets import selectors, services
from okibi.tickets.models import Message, Ticket

SUBJECT = 120  # characters of the text that make a subject
LATEST_BACK = timedelta(days=1)  # a call that is written down later than this is no call of today
NO_NUMBER = Sentence(
    ru="Назовите номер, по которому перезвонить: ответ на звонок — звонок.",
    en="Give a number to call back: the answer to a call is a call.",
)
NO_TEXT = Sentence(ru="Запишите, что случилось или что нужно.", en="Write down what happened or what is needed.")
NO_KIND = Sentence(ru="Такого класса в схеме поддержки нет.", en="The support scheme has no such class.")
NO_PRODUCT = Sentence(ru="Такой программы в схеме поддержки нет.", en="The support scheme has no such product.")
NO_PERSON = Sentence(
    ru="Этой карточки больше нет: выберите заявителя ещё раз.", en="That card is gone: choose the requester again."
)
NO_LICENCE = Sentence(
    ru="Лицензии с таким номером нет. Проверьте номер или оставьте поле пустым.",
    en="There is no licence with this number. Check it or leave the field empty.",
)
NO_NAME = Sentence(
    ru="Спросите имя: номер лицензии привязывают к человеку.", en="Ask the name: a licence number is tied to a person."
)
NOT_THEN = Sentence(
    ru="Время звонка — не позже этой минуты и не раньше вчерашнего дня.",
    en="The call can't be later than this minute or earlier than a day ago.",
)


class FieldRefusedError(InputError):
    """One field of the form can't be taken as it is; ``field`` names it."""

    code = "phone_request"

    def __init__(self, name: str, sentence: Sentence) -> None:
        super().__init__(sentence, field=name)
        self.field = name


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said in a call. ``kind`` "" lets the desk's rules propose a class.

    ``person_id``: a card that was chosen. Without it, ``name`` makes one, with the number on it; ``licence`` or
    ``organisation`` tie it to who holds the licence or has exactly that name, as claimed until somebody vouches.
    ``at``: when the call was received, aware; None means now, and a known ``call_id`` says it better: that call stands
    on the request. ``take``: who wrote it down has the ticket. ``sms``: they want SMS about their requests.
    """

    number: str
    text: str
    kind: str = ""
    subject: str = ""
    product: str = ""
    version: str = ""
    person_id: int | None = None
    name: str = ""
    organisation: str = ""
    licence: str = ""
    at: datetime | None = None
    take: bool = True
    call_id: int | None = None
    sms: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be said while it is still being typed. Without cover there are no moments."""

    line: Line
    others: tuple[Line, ...]  # what is judged of the environment
    kind: str
    proposed: bool  # the class is a proposal of the desk's rules
    aim_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """What is read out: the number in groups and in words, and the term, or why there is none and what to do."""

    ticket: Ticket
    groups: list[str]
    number: Sentence
    promise: Sentence | None
    ground: Line | None = field(default=None)


def outlook(heard: Heard) -> Outlook:
    """Verdict and term as they would be at this moment; nothing is stored. Any draft will do."""
    moment = now()
    stored = in_force(moment)
    known = heard.product if stored.scheme.product(heard.product) else ""
    judgement = _judge(_someone(heard), heard, known, stored.scheme, moment, stored.digest)
    kind, by = _class_of(heard, stored.scheme)
    line = judgement.verdict.line(ENTITLEMENT)
    assert line is not None  # judge() always has it
    others = tuple(other for other in judgement.verdict.lines if other.subject != ENTITLEMENT)
    if judgement.covered is Status.UNMET:
        return Outlook(line, others, kind, by == "proposed", None, None)
    start = moment if heard.at is None or heard.at > moment else heard.at
    moments = Promise.at_intake(stored.scheme, kind, start).moments(moment)
    return Outlook(line, others, kind, by == "proposed", moments["aim_at"], moments["due_at"])


def place(key: str, staff: Staff, heard: Heard) -> Ticket:
    """Write the request down; the same ``key`` of the same person a second time gives the ticket of the first.

    Raises FieldRefusedError for what can't be taken, and what the customers' services raise for a new card.
    """

    def act() -> Answer:
        ticket = _placed(staff, heard)
        if heard.call_id is not None:
            tie_call(heard.call_id, ticket, staff)
        return Answer(201, ticket.number.encode())

    answer = once(f"staff:{staff.pk}:phone", key, "", act)
    return selectors.access_ticket(answer.body.decode())


def add(key: str, staff: Staff, number: str, heard: Heard) -> Ticket:
    """Write down what is said about a request that is there; a second time of the same ``key`` adds nothing.

    ``heard`` needs number and text. The requester spoke: who waited for them works on. Raises FieldRefusedError,
    NotAllowedError where there is no such request.
    """

    def act() -> Answer:
        ticket = _added(staff, number, heard)
        if heard.call_id is not None:
            tie_call(heard.call_id, ticket, staff)
        return Answer(200, ticket.number.encode())

    answer = once(f"staff:{staff.pk}:phone", key, "", act)
    return selectors.access_ticket(answer.body.decode())


def said(ticket: Ticket) -> Said:
    """What to read out of a ticket."""
    promise = None
    if ticket.due_at is not None:
        zone = by_id(ticket.scheme_id).scheme.zone
        until = spoken.until(ticket.due_at.astimezone(zone), now().astimezone(zone).year)
        promise = Sentence(f"Ответим {until.ru}", f"We will answer {until.en}")
    lines = [Line.from_json(line) for line in ticket.verdict.get("lines", ())]
    entitled = next((line for line in lines if line.subject == ENTITLEMENT), None)
    return Said(ticket, spoken.groups(ticket.number), spoken.number_in_words(ticket.number), promise, entitled)


def _placed(staff: Staff, heard: Heard) -> Ticket:
    moment = now()
    if heard.call_id is not None:
        heard = replace(heard, at=min(calls.call(heard.call_id).started_at, moment))
    stored = in_force(moment)
    e164 = _checked(heard, stored.scheme, moment)
    actor = Actor("staff", staff.pk, staff.name)
    person = _requester(heard, actor)
    ticket = _create(heard, e164, person, stored, moment)
    services.add_message(
        ticket,
        Message.Kind.INCOMING,
        ticket.placed_at,
        first=True,
        author_name=ticket.requester_name or display(e164),
        author_address=e164,
        channel=CHANNEL,
        text=heard.text.strip(),
        staff=staff,
    )
    record("ticket.placed", ("ticket", ticket.pk), actor, {"channel": CHANNEL}, ticket.placed_at)
    record("ticket.written_down", ("ticket", ticket.pk), actor, at=moment)
    if heard.take and ticket.state == State.NEW.value:
        change_state(ticket, Event.ASSIGN, actor, moment)
        ticket.assignee = staff
        services.save(ticket, "assignee")
        record("ticket.taken", ("ticket", ticket.pk), actor, at=moment)
    sms_wishes.told_by_telephone(ticket, e164, actor, wanted=heard.sms)
    return ticket


def _added(staff: Staff, number: str, heard: Heard) -> Ticket:
    ticket = services.lock(selectors.access_ticket(number).pk)
    moment = now()
    e164 = e164_of(heard.number)
    if not heard.text.strip():
        raise FieldRefusedError("text", NO_TEXT)
    services.add_message(
        ticket,
        Message.Kind.INCOMING,
        moment,
        author_name=heard.name.strip()[:200] or ticket.requester_name or display(e164),
        author_address=e164,
        channel=CHANNEL,
        text=heard.text.strip(),
        staff=staff,
    )
    actor = Actor("staff", staff.pk, staff.name)
    record("ticket.message", ("ticket", ticket.pk), actor, {"channel": CHANNEL}, moment)
    change_state(ticket, Event.REQUESTER_MESSAGE, actor, moment)
    ticket.last_message_at = moment
    ticket.sort_at = services.sort_moment(ticket)
    services.save(ticket, "sort_at", "last_message_at")
    return ticket


def _create(heard: Heard, e164: str, person: Person | None, stored: Stored, moment: datetime) -> Ticket:
    scheme, at = stored.scheme, heard.at or moment
    kind, kind_by = _class_of(heard, scheme)
    judgement = _judge(person, heard, heard.product, scheme, at, stored.digest)
    covered = judgement.covered is not Status.UNMET
    moments = Promise.at_intake(scheme, kind, at).moments(moment) if covered else {}
    organisation = person.organisation if person else None
    return services.create(
        year=at.astimezone(scheme.zone).year,
        placed_at=at,
        subject=heard.subject.strip()[:998] or heard.text.strip().splitlines()[0][:SUBJECT],
        kind=kind,
        kind_by=kind_by,
        state=State.NEW.value if covered else State.UNCOVERED.value,
        channel=CHANNEL,
        language=person.language if person else "ru",
        requester=person,
        requester_sure=person is not None,  # whoever wrote it down asked who speaks
        requester_name=person.name if person else heard.name.strip()[:200],
        requester_address=e164,
        organisation=organisation,
        organisation_name=organisation.name if organisation else heard.organisation.strip()[:200],
        product=heard.product,
        product_version=heard.version.strip()[:40],
        scheme_id=stored.version_id,
        verdict=judgement.verdict.to_json(),
        environment=dict(judgement.environment),
        rejudge_at=judgement.rejudge_at,
        clock_start=at,
        sort_at=moments.get("due_at", at),
        unread=False,  # who wrote it down has read it
        **moments,
    )


def _checked(heard: Heard, scheme: Scheme, moment: datetime) -> str:
    """The number as E.164. Raises FieldRefusedError for the first thing that can't be."""
    if not heard.number.strip():
        raise FieldRefusedError("number", NO_NUMBER)
    e164 = e164_of(heard.number)
    if not e164:
        raise FieldRefusedError("number", _no_such_number(heard.number))
    if not heard.text.strip():
        raise FieldRefusedError("text", NO_TEXT)
    if heard.kind and heard.kind not in scheme.classes:
        raise FieldRefusedError("kind", NO_KIND)
    if heard.product and scheme.product(heard.product) is None:
        raise FieldRefusedError("product", NO_PRODUCT)
    if heard.call_id is None and heard.at is not None and not moment - LATEST_BACK <= heard.at <= moment:
        raise FieldRefusedError("at", NOT_THEN)
    if heard.sms and (why := sms_wishes.why_not(e164)) is not None:
        raise FieldRefusedError("sms", why)
    return e164


def _no_such_number(text: str) -> Sentence:
    return Sentence(f"«{text[:30]}» — не номер телефона.", f"“{text[:30]}” is not a telephone number.")


def _requester(heard: Heard, actor: Actor) -> Person | None:
    """Whose request it is: the chosen card with the number on it, a new one, or nobody whom anybody could name."""
    if heard.person_id is not None:
        person = _card(heard.person_id)
        cards.add_phone(person.pk, heard.number, actor=actor)
        return person
    organisation, holder = _claimed(heard)
    if holder is not None:
        cards.add_phone(holder.pk, heard.number, actor=actor)
        return holder
    if not heard.name.strip():
        if heard.licence.strip():
            raise FieldRefusedError("name", NO_NAME)
        return None
    made = cards.create_person(
        name=heard.name,
        organisation_id=organisation.pk if organisation else None,
        organisation_claimed=True,
        phones=[heard.number],
        actor=actor,
    )
    return customers.card(made.pk)


def _claimed(heard: Heard) -> tuple[Organisation | None, Person | None]:
    """The organisation, or the person, that a licence number or a name leads to. Raises FieldRefusedError."""
    if heard.licence.strip():
        found = customers.licence_by_number(heard.licence) or customers.trial_by_number(heard.licence)
        if found is None:
            raise FieldRefusedError("licence", NO_LICENCE)
        return found.organisation, found.person
    named = customers.organisations_said(heard.organisation) if heard.organisation.strip() else ()
    return (named[0] if len(named) == 1 else None), None


def _card(person_id: int) -> Person:
    found = customers.cards([person_id])
    if not found:
        raise FieldRefusedError("person", NO_PERSON)
    return customers.kept(found[0])


def _someone(heard: Heard) -> Person | None:
    """Who the draft names so far, without making a card: a stand-in carries the organisation that is claimed."""
    if heard.person_id is not None:
        found = customers.cards([heard.person_id])
        return customers.kept(found[0]) if found else None
    try:
        organisation, holder = _claimed(heard)
    except FieldRefusedError:
        return None
    if holder is not None:
        return holder
    return Person(name=heard.name, organisation=organisation) if organisation else None


def _judge(person: Person | None, heard: Heard, product: str, scheme: Scheme, at: datetime, digest: str) -> Judgement:
    words = f"{heard.subject}\n{heard.text}"
    return judge(person, words, {}, product, scheme, at, digest)


def _class_of(heard: Heard, scheme: Scheme) -> tuple[str, str]:
    if heard.kind in scheme.classes:
        return heard.kind, "staff"
    return classify(heard.subject, heard.text).ticket_class.value, "proposed"
