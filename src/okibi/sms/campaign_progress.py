"""A campaign under way: recipients leave into the queue at its pace, each exactly once, whoever dies meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from okibi.journal.services import SYSTEM, record
from okibi.kernel.clock import now
from okibi.policy.sms_hours import Quiet
from okibi.policy.sms_template import filled
from okibi.sms import campaign_hours, campaigns, services
from okibi.sms.campaign_kinds import CampaignState, RecipientState, Why
from okibi.sms.errors import SmsError
from okibi.sms.models import Campaign, Recipient, Sms

BATCH = 50  # SMS of one transaction
BURST = timedelta(seconds=10)  # SMS of so long a time leave together at most
MOST_WAITING = 500  # in the queue at once: an SMS that waits for a line grows old
LOOK_AGAIN = timedelta(seconds=30)
PRIORITY = -10  # behind everything that somebody waits for
WAITS = (Sms.State.QUEUED, Sms.State.SENDING)


def due() -> list[int]:
    """Campaigns that are going on, the oldest first; those whose time has come begin here."""
    waiting = Campaign.objects.filter(state=CampaignState.SCHEDULED.value, starts_at__lte=now())
    for campaign_id in waiting.order_by("pk").values_list("pk", flat=True):
        _begin(campaign_id)
    going = Campaign.objects.filter(state=CampaignState.SENDING.value)
    return list(going.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _begin(campaign_id: int) -> None:
    found = Campaign.objects.select_for_update(skip_locked=True).filter(
        pk=campaign_id, state=CampaignState.SCHEDULED.value
    )
    if found.first() is None:
        return
    try:
        with transaction.atomic():
            campaigns.start(campaign_id, None, SYSTEM)
    except campaigns.CampaignError as error:  # nobody is left who may get it
        campaigns.stop(campaign_id, error.sentence.ru, SYSTEM)


@transaction.atomic
def let_go(campaign_id: int) -> tuple[int, datetime | None]:
    """Queue the next SMS, as many as the pace allows at this moment.

    Gives how many, and when there will be more to do (None: there is nothing). All in one transaction: a worker that
    is killed has queued either all of them or none, and each SMS's key is unique.
    """
    moment = now()
    rows = Campaign.objects.select_for_update(skip_locked=True)
    campaign = rows.filter(pk=campaign_id, state=CampaignState.SENDING.value).first()
    if campaign is None:
        return 0, None
    campaign_hours.call_back(campaign, moment)
    step = 60 / campaign.per_minute
    room, counted = room_at(moment.timestamp(), (campaign.next_at or moment).timestamp(), step)
    full = _waiting(campaign) >= MOST_WAITING
    handed = 0 if full or not room else _hand_all(campaign, room, moment)
    campaign.next_at = datetime.fromtimestamp(counted + step * handed, UTC)
    campaign.save(update_fields=["next_at"])
    return handed, _next_look(campaign, moment, full=full)


def _waiting(campaign: Campaign) -> int:
    mine = campaign.recipients.filter(state=RecipientState.HANDED.value, sms__state__in=WAITS)
    return mine.count()


def room_at(moment: float, next_at: float, step: float) -> tuple[int, float]:
    """How many may leave at a moment, and from when they count; seconds, ``step`` between two.

    What was missed while nobody worked is not made up for, but for a burst.
    """
    counted = max(next_at, moment - BURST.total_seconds())
    return (min(BATCH, int((moment - counted) / step) + 1) if counted <= moment else 0), counted


def _hand_all(campaign: Campaign, room: int, moment: datetime) -> int:
    planned = _ready(campaign, moment).order_by("pk")[:room]
    rows = list(planned.select_for_update(of=("self",)))
    services.lock_numbers([row.number for row in rows])
    hours = campaign_hours.closed(campaign)
    return sum(_hand(campaign, row, hours, moment) for row in rows)


def _ready(campaign: Campaign, moment: datetime) -> QuerySet[Recipient]:
    planned = campaign.recipients.filter(state=RecipientState.PLANNED.value)
    return planned.filter(Q(not_before=None) | Q(not_before__lte=moment))


def _hand(campaign: Campaign, row: Recipient, hours: Sequence[Quiet], moment: datetime) -> bool:
    """One SMS; False where it is night at its number's, or nobody may send it any more."""
    begin = campaign_hours.awake_at(row.number, hours, moment)
    if begin > moment:
        row.not_before = begin
        row.save(update_fields=["not_before"])
        return False
    text = filled(campaigns.text_of(campaign, row), campaigns.values_of(row))
    try:
        row.sms = services.submit(
            row.number, text, source=campaigns.SOURCE, key=f"{row.pk}:{row.round}", priority=PRIORITY
        )
    except SmsError:
        row.state, row.why = RecipientState.LEFT_OUT.value, Why.NO_SMS.value
    else:
        row.state = RecipientState.HANDED.value
    row.save(update_fields=["sms", "state", "why"])
    return row.sms is not None


def _next_look(campaign: Campaign, moment: datetime, *, full: bool) -> datetime | None:
    if full:
        return moment + LOOK_AGAIN
    planned = campaign.recipients.filter(state=RecipientState.PLANNED.value)
    if not planned.exists():
        _settle(campaign)
        return None
    if _ready(campaign, moment).exists():
        return max(campaign.next_at or moment, moment)
    wakes: datetime | None = planned.order_by("not_before").values_list("not_before", flat=True).first()
    return wakes


def _settle(campaign: Campaign) -> None:
    """It is finished when nothing of it waits any more."""
    if _waiting(campaign):
        return
    campaign.state, campaign.finished_at = CampaignState.FINISHED.value, now()
    campaign.save(update_fields=["state", "finished_at"])
    count = campaign.recipients.filter(state=RecipientState.HANDED.value).count()
    record("sms.campaign_finished", ("sms_campaign", campaign.pk), data={"name": campaign.name, "count": count})
