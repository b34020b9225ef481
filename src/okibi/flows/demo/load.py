"""Lays down the demo: staff, customers, and a week of letters that went through the real intake."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.calendars.services import work_calendar
from okibi.channels import inbox
from okibi.channels.email.adapter import external_id
from okibi.flows import refusal, reply, work
from okibi.flows.demo.letters import STORIES, Story
from okibi.flows.demo.mailing import make_mailing, tell_devices
from okibi.flows.demo.people import Account, make_customers, make_staff
from okibi.flows.demo.updates import make_updates, propose
from okibi.flows.demo.versions import make_devices, make_versions
from okibi.flows.environment_given import Given, give
from okibi.flows.intake import take
from okibi.kernel.clock import at, now
from okibi.policy.refusals import RefusalGround
from okibi.policy.ticket_states import Event
from okibi.schemes.services import ensure_loaded, in_force

TO = "support@example.org"
FURTHEST = 16 * 24  # hours: longer than the New Year holidays


@transaction.atomic
def load() -> None:
    """Fill an empty database and print the accounts."""
    ensure_loaded()
    accounts = make_staff()
    begin = now()
    make_customers(begin.astimezone(in_force(begin).scheme.zone).date())
    make_versions(begin)
    make_mailing(begin)
    make_devices(begin)
    tell_devices()
    for number, story in enumerate(sorted(STORIES, key=lambda story: -story.hours_ago)):
        _happen(number, story, begin, accounts)
    make_updates(begin)
    for account in accounts:
        print(f"{account.staff.email}  {account.password}  {account.staff.name}")  # noqa: T201 - this is its output


def _happen(number: int, story: Story, begin: datetime, accounts: list[Account]) -> None:
    placed = begin - timedelta(hours=story.hours_ago)
    if story.then:
        placed = _in_hours(placed, timedelta(minutes=story.after))
    raw = letter(number, story, placed)
    with at(placed):
        row, _ = inbox.receive("email", external_id(raw), raw, "demo", {})
        inbox.process_one(take, row.pk)
    row.refresh_from_db()
    if not story.then or row.subject_id is None:
        return
    with at(min(placed + timedelta(minutes=story.after), begin)):
        _answer(row.subject_id, story, accounts[number % 2].staff)


def _in_hours(placed: datetime, took: timedelta) -> datetime:
    """The latest moment, whole hours before, from which the reaction fits into one working day.

    Whoever loads the demo at night has reactions that took working time, and no averages of nothing.
    """
    calendar = work_calendar(in_force(placed).scheme)
    moments = (placed - timedelta(hours=hours) for hours in range(FURTHEST))
    return next((each for each in moments if calendar.measure(each, each + took) == took), placed)


def letter(number: int, story: Story, placed: datetime) -> bytes:
    """The letter as a mail program would have sent it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = story.sender, TO, story.subject
    message["Message-ID"] = f"<demo-{number}-{placed:%Y%m%d%H%M%S}@example.org>"
    message["Date"] = format_datetime(placed)
    message.set_content(story.text)
    return message.as_bytes()


def _answer(ticket_id: int, story: Story, staff: Staff) -> None:
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
            propose(ticket_id, staff, story.answer)
        case "plan":
            give(ticket_id, staff, Given(product="desktop", version="4.2.0"))
            work.plan(ticket_id, staff, "4.3.0", story.answer)
        case "refuse":
            refusal.refuse(ticket_id, staff, RefusalGround.CONFLICTS, story.answer)
