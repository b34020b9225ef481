"""Lays down the demo: staff, customers, and a week of letters that went through the real intake."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.channels import inbox
from okibi.channels.email.adapter import external_id
from okibi.flows import refusal, reply, work
from okibi.flows.demo.accesses import propose
from okibi.flows.demo.calls import calls
from okibi.flows.demo.hours import in_hours
from okibi.flows.demo.letters import STORIES, Story
from okibi.flows.demo.mailing import make_mailing, tell_devices
from okibi.flows.demo.past import PAST, end, letters_have_gone
from okibi.flows.demo.people import make_administrators, make_customers, make_staff
from okibi.flows.demo.updates import make_updates
from okibi.flows.demo.versions import make_devices, make_versions
from okibi.flows.environment_given import Given, give
from okibi.flows.intake import take
from okibi.kernel.clock import at, now
from okibi.policy.refusals import RefusalGround
from okibi.policy.ticket_states import Event
from okibi.schemes.services import ensure_loaded, in_force

TO = "support@example.org"
End = Callable[[int, Story, datetime, Staff], None]  # ticket, story, moment of the answer, by whom


@transaction.atomic
def load() -> None:
    """Fill an empty database and print the accounts."""
    ensure_loaded()
    accounts = make_staff()
    begin = now()
    make_customers(begin.astimezone(in_force(begin).scheme.zone).date())
    administrators = make_administrators()
    make_versions(begin)
    make_mailing(begin)
    make_devices(begin)
    tell_devices()
    for number, story in enumerate(PAST):
        _happen(f"past-{number}", story, begin, accounts[number % 3].staff, end=end)
    letters_have_gone()
    happenings = calls(begin, accounts[1].staff)
    for number, story in enumerate(sorted(STORIES, key=lambda story: -story.hours_ago)):
        happen = partial(_happen, f"{number}", story, begin, accounts[number % 2].staff)
        happenings.append((begin - timedelta(hours=story.hours_ago), happen))
    for _moment, happened in sorted(happenings, key=lambda each: each[0]):
        happened()
    make_updates(begin)
    for account in accounts:
        print(f"{account.staff.email}  {account.password}  {account.staff.name}")  # noqa: T201 - this is its output
    for line in administrators:
        print(line)  # noqa: T201


def _happen(name: str, story: Story, begin: datetime, staff: Staff, end: End | None = None) -> None:
    """``end``: what followed the answer, if anything is to."""
    placed, took = begin - timedelta(hours=story.hours_ago), timedelta(minutes=story.after)
    if story.then:
        placed = in_hours(placed, took)
    raw = letter(name, story, placed)
    with at(placed):
        row, _ = inbox.receive("email", external_id(raw), raw, "demo", {})
        inbox.process_one(take, row.pk)
    row.refresh_from_db()
    if not story.then or row.subject_id is None:
        return
    answered = min(placed + took, begin)
    with at(answered):
        _answer(row.subject_id, story, staff, begin)
    if end is not None:
        end(row.subject_id, story, answered, staff)


def letter(name: str, story: Story, placed: datetime) -> bytes:
    """The letter as a mail program would have sent it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = story.sender, TO, story.subject
    message["Message-ID"] = f"<demo-{name}-{placed:%Y%m%d%H%M%S}@example.org>"
    message["Date"] = format_datetime(placed)
    message.set_content(story.text)
    return message.as_bytes()


def _answer(ticket_id: int, story: Story, staff: Staff, begin: datetime) -> None:
    match story.then:
        case "take":
            work.assign(ticket_id, staff, staff)
        case "reply":
            reply.reply(ticket_id, staff, story.answer)
        case "wait":
            reply.reply(ticket_id, staff, story.answer, then=Event.WAIT)
        case "solve":
            reply.reply(ticket_id, staff, story.answer, then=Event.SOLVE)
        case "agree":
            propose(ticket_id, staff, story.answer, begin)
        case "plan":
            give(ticket_id, staff, Given(product="desktop", version="4.2.0"))
            work.plan(ticket_id, staff, "4.3.0", story.answer)
        case "refuse":
            refusal.refuse(ticket_id, staff, RefusalGround.CONFLICTS, story.answer)
