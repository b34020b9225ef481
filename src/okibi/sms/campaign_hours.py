"""The hours of a day in which a campaign sends, by the clock of whoever gets it: beside quiet hours, never instead.

What waits for a line when they end is taken back, and leaves on another day.
"""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy import sms_hours
from okibi.policy.sms_hours import Quiet
from okibi.sms import campaigns
from okibi.sms.campaign_kinds import CampaignState, RecipientState
from okibi.sms.campaigns import CampaignError
from okibi.sms.models import Campaign, Recipient, Sms
from okibi.sms.options import sms_options

BOTH = Sentence("Назовите и начало, и конец.", "Give both the beginning and the end.")
EMPTY = Sentence("Начало и конец совпадают.", "The beginning and the end are the same.")
ALL_QUIET = Sentence(
    "В эти часы всегда тихо: не ушло бы ни одной SMS.", "These hours are all quiet ones: no SMS would ever leave."
)
OPEN = (CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED)


@transaction.atomic
def set_hours(campaign_id: int, begin: time | None, end: time | None, actor: Actor) -> Campaign:
    """Send between these hours alone; None and None: at any hour. Raises CampaignError, ConflictError."""
    campaign = campaigns.locked(campaign_id, *OPEN)
    if (begin is None) != (end is None):
        raise CampaignError("hours_until" if end is None else "hours_from", BOTH)
    if begin is not None and begin == end:
        raise CampaignError("hours_until", EMPTY)
    campaign.hours_from, campaign.hours_until = begin, end
    if not sms_hours.is_ever_open(closed(campaign)):
        raise CampaignError("hours_from", ALL_QUIET)
    campaign.recipients.filter(state=RecipientState.PLANNED.value).update(not_before=None)  # counted anew
    campaign.next_at = now() if campaign.state == CampaignState.SENDING else campaign.next_at
    campaign.save(update_fields=["hours_from", "hours_until", "next_at"])
    subject, name = ("sms_campaign", campaign.pk), {"name": campaign.name}
    if begin is None or end is None:
        record("sms.campaign_any_hours", subject, actor, name)
    else:
        record("sms.campaign_hours", subject, actor, {**name, "begin": f"{begin:%H:%M}", "end": f"{end:%H:%M}"})
    return campaign


def closed(campaign: Campaign) -> Sequence[Quiet]:
    """Hours in which nothing of it leaves: quiet ones, and all outside its own."""
    own = (campaign.hours_until, campaign.hours_from)
    quiet = sms_options().quiet
    outside = [(own[0], own[1])] if own[0] is not None and own[1] is not None else []
    return [*([quiet] if quiet else []), *outside]


def awake_at(number: str, hours: Sequence[Quiet], moment: datetime) -> datetime:
    """The first moment, this one or later, at which the number's owner may be written to."""
    if not hours:
        return moment
    return sms_hours.first_open(moment, hours, sms_hours.zones_of(number, ZoneInfo(settings.TIME_ZONE)))


def asleep(campaign: Campaign, rows: Sequence[Recipient], moment: datetime) -> tuple[int, datetime | None]:
    """How many of these are asleep at a moment, and when the first of them wakes."""
    hours = closed(campaign)
    begins = [begin for row in rows if (begin := awake_at(row.number, hours, moment)) > moment] if hours else []
    return len(begins), min(begins, default=None)


def call_back(campaign: Campaign, moment: datetime) -> int:
    """Take back what still waits for a line where the campaign's own hours are over; gives how many."""
    if campaign.hours_from is None or campaign.hours_until is None:
        return 0
    own: Sequence[Quiet] = [(campaign.hours_until, campaign.hours_from)]
    mine = campaign.recipients.filter(state=RecipientState.HANDED.value, sms__state=Sms.State.QUEUED)
    late = [row.pk for row in mine.order_by("pk") if awake_at(row.number, own, moment) > moment]
    return campaigns.taken_back(campaign, RecipientState.PLANNED, late) if late else 0
