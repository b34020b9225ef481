"""The environment is told later: by a specialist's own hand, or in a later message that a specialist agrees with.

The request is judged again by the scheme version that judged it at first. Class and clock stay as they are, unless
another product changes whether support covers the requester: then it ends or begins as at intake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.flows import letters
from okibi.flows.answers import automatic_fields, send_letter
from okibi.flows.coverage import rejudge
from okibi.flows.judgement import ENTITLEMENT, entitlement_line
from okibi.flows.links import say_who
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.platform_android import AndroidSystem
from okibi.policy.platform_described import described
from okibi.policy.platform_judge import judge
from okibi.policy.platform_resources import Arch
from okibi.policy.platforms import (
    Environment,
    Place,
    environment_from_report,
    find_environment,
    parse_environment,
    with_values,
)
from okibi.policy.scheme import Scheme
from okibi.policy.ticket_states import Event, State
from okibi.policy.verdict import Line, Status, Verdict
from okibi.schemes.services import Stored, by_id
from okibi.tickets import fixes, selectors, services
from okibi.tickets.kinds import UNPROVED
from okibi.tickets.models import Message, Ticket

LONGEST = 10_000  # characters of one message that are looked through
UNREAD = Sentence(
    ru="Из этих слов не понять ни системы, ни чего-либо ещё. Напишите, например: «Windows 10 x64, .NET 4.8, 8 ГБ».",
    en="Neither a system nor anything else can be read from these words. Write, say: “Windows 10 x64, .NET 4.8, 8 GB”.",
)
NOTHING = Sentence(ru="Напишите, какая это система.", en="Please say what system it is.")
NO_PRODUCT = Sentence(ru="Такой части продукта в схеме поддержки нет.", en="The support scheme has no such product.")
STATES_TO_LEAVE = {State.NEW, State.OPEN, State.WAITING}  # those from which cover may still end


@dataclass(frozen=True, slots=True)
class Given:
    """What a specialist knows of the machine; empty means unsaid. Amounts in megahertz and megabytes."""

    words: str = ""
    place: Place | None = None  # None: where the product runs, else what the words suggest
    product: str = ""
    version: str = ""
    arch: Arch | None = None
    dotnet: str = ""
    cpu_mhz: int | None = None
    ram_mb: int | None = None
    disk_mb: int | None = None

    def environment(self, place: Place | None) -> Environment:
        """The words with the values that outweigh them. Raises InputError where words say nothing that is judged."""
        found = with_values(
            parse_environment(self.words, place),
            dotnet=self.dotnet,
            cpu_mhz=self.cpu_mhz,
            ram_mb=self.ram_mb,
            disk_mb=self.disk_mb,
            arch=self.arch,
        )
        if self.words.strip() and found.empty:
            raise InputError(UNREAD)
        return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """An environment that the requester named after the request was judged."""

    message_id: int
    at: datetime
    said: Sentence


def proposal(ticket: Ticket, incoming: Iterable[Message]) -> Proposal | None:
    """The newest environment in the requester's later messages that the verdict does not know yet. Takes no query.

    Words of a sender whom nothing proves are no proposal: a specialist may still enter them by hand.
    """
    seen = ticket.environment.get("seen", 0)
    for message in sorted(incoming, key=lambda one: one.pk, reverse=True):
        doubt = message.authentication.get("sender") == UNPROVED
        if message.pk > seen and message.at > ticket.placed_at and not doubt:
            found = find_environment(message.text[:LONGEST])
            if not found.empty:
                return Proposal(message.pk, message.at, described(found))
    return None


@transaction.atomic
def give(ticket_id: int, staff: Staff, given: Given) -> Ticket:
    """Judge the request by what the specialist knows. Raises InputError for words that say nothing."""
    ticket = services.lock(ticket_id)
    stored = by_id(ticket.scheme_id)
    part = stored.scheme.product(given.product)
    if given.product and part is None:
        raise InputError(NO_PRODUCT)
    place = given.place or (part.place if part else None)
    environment = given.environment(place)
    known = environment_of(ticket)
    if environment.empty and known.empty and (given.product, given.version.strip()) == _product_of(ticket):
        raise InputError(NOTHING)
    said = known if environment.empty else environment
    kept = {"place": place.value if place else "", "given": _kept(given)}
    if environment.empty:  # another product or version of the same machine
        kept = {**kept, "given": ticket.environment.get("given"), **_source(ticket)}
    was, ticket.product, ticket.product_version = ticket.product, given.product, given.version.strip()[:40]
    services.save(ticket, "product", "product_version")
    if was != ticket.product and ticket.state == State.PLANNED.value:
        fixes.tie(ticket, now())  # a promise without a product waited for nothing
    return _judge(ticket, staff, stored, said, place or _place_of(ticket, said, stored.scheme), kept, was)


@transaction.atomic
def agree(ticket_id: int, staff: Staff, message_id: int) -> Ticket:
    """Judge the request by what a message says. Raises NoSuchTicketError, InputError where it names no environment."""
    ticket = services.lock(ticket_id)
    message = selectors.message_of(ticket, message_id)
    said = find_environment(message.text[:LONGEST])
    if message.kind != Message.Kind.INCOMING or said.empty:
        raise InputError(UNREAD)
    stored = by_id(ticket.scheme_id)
    place = _place_of(ticket, said, stored.scheme)
    return _judge(ticket, staff, stored, said, place, {"message": message.pk}, ticket.product)


def environment_of(ticket: Ticket) -> Environment:
    """The environment that the ticket's verdict was judged by."""
    kept = ticket.environment
    if kept.get("given"):
        given = Given(**{**kept["given"], "arch": Arch(kept["given"]["arch"]) if kept["given"]["arch"] else None})
        return given.environment(Place(kept["place"]) if kept.get("place") else None)
    if kept.get("message"):
        return find_environment(selectors.message_of(ticket, kept["message"]).text[:LONGEST])
    if kept.get("report"):
        return environment_from_report(kept["report"])
    return find_environment(kept.get("words", ""))


def _kept(given: Given) -> dict[str, Any]:
    """What a later correction starts from."""
    return {
        "words": given.words.strip()[:500],
        "arch": given.arch.value if given.arch else "",
        "dotnet": given.dotnet.strip(),
        "cpu_mhz": given.cpu_mhz,
        "ram_mb": given.ram_mb,
        "disk_mb": given.disk_mb,
    }


def _source(ticket: Ticket) -> dict[str, Any]:
    """Where the environment that stays came from."""
    return {key: value for key, value in ticket.environment.items() if key in {"message", "report"}}


def _product_of(ticket: Ticket) -> tuple[str, str]:
    return ticket.product, ticket.product_version


def _place_of(ticket: Ticket, environment: Environment, scheme: Scheme) -> Place:
    """Where the product runs; for no product, a mobile device where only such were named, else a workstation."""
    part = scheme.product(ticket.product)
    if part:
        return part.place
    systems = environment.systems
    mobile = bool(systems) and all(isinstance(system, AndroidSystem) for system in systems)
    return Place.MOBILE if mobile else Place.WORKSTATION


def _judge(
    ticket: Ticket,
    staff: Staff,
    stored: Stored,
    said: Environment,
    place: Place,
    kept: dict[str, Any],
    old_product: str,
) -> Ticket:
    actor, moment = Actor("staff", staff.pk, staff.name), now()
    old = Verdict.from_json(ticket.verdict).line(ENTITLEMENT) if ticket.verdict else None
    line = old
    if ticket.product != old_product or line is None:
        line, ticket.rejudge_at = _entitlement(ticket, stored.scheme, moment)
    lines = () if said.empty else judge(said, stored.scheme.environments[place], stored.digest).lines
    ticket.verdict = Verdict((line, *lines), stored.digest).to_json()
    words = described(said)
    ticket.environment = {
        "words": said.said,
        **kept,
        "described": words.as_dict(),
        "by": staff.name,
        "at": moment.isoformat(),
        "seen": selectors.last_incoming_id(ticket),
    }
    services.save(ticket, "verdict", "environment", "rejudge_at")
    data = {"said": words.as_dict() if words.en else Sentence("не названо", "not named").as_dict()}
    record("ticket.environment", ("ticket", ticket.pk), actor, data, moment)
    _follow(ticket, line, actor, moment)
    return ticket


def _entitlement(ticket: Ticket, scheme: Scheme, moment: datetime) -> tuple[Line, datetime | None]:
    """Covered for this product? A request counts by the moment of asking (scheme.md §1); a waiting one by now."""
    line, change = entitlement_line(ticket.requester, ticket.product, scheme, moment)
    if ticket.state != State.UNCOVERED.value:
        line, _ = entitlement_line(ticket.requester, ticket.product, scheme, ticket.placed_at)
    return line, change if ticket.ended_at is None else None


def _follow(ticket: Ticket, line: Line, actor: Actor, moment: datetime) -> None:
    """Cover began by the correction, or it ended: the state follows, and the requester is told."""
    state = State(ticket.state)
    if state is State.UNCOVERED and line.status is Status.MET:
        rejudge(ticket.pk)
        ticket.refresh_from_db()
    promised = ticket.reacted_at is None and not ticket.taken_on_reason
    if state in STATES_TO_LEAVE and line.status is Status.UNMET and promised:
        _uncover(ticket, line, actor, moment)


def _uncover(ticket: Ticket, line: Line, actor: Actor, moment: datetime) -> None:
    change_state(ticket, Event.UNCOVER, actor, moment)
    ticket.aim_at = ticket.warn_at = ticket.due_at = None
    ticket.sort_at = services.sort_moment(ticket)
    services.save(ticket, "aim_at", "warn_at", "due_at", "sort_at")
    record("ticket.uncovered", ("ticket", ticket.pk), actor, {"ground": line.sentence.as_dict()}, moment)
    if not ticket.requester_address:
        return
    fields = automatic_fields(ticket, by_id(ticket.scheme_id).scheme, who_link=say_who(ticket))
    letter = letters.write("uncovered", ticket.language, {**fields, "ground": line.sentence, "remedy": line.detail})
    row = send_letter(ticket, letter, key=f"uncovered:{ticket.pk}:{moment.timestamp():.0f}", automatic=True)
    services.add_message(
        ticket,
        Message.Kind.AUTOMATIC,
        moment,
        channel=row.channel,
        text=letter.text,
        external_id=row.external_id,
        outbound=row,
    )
