"""Reading campaigns: lists, the live report, recipients page by page and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.sms.campaign_hours import asleep
from okibi.sms.campaign_kinds import CampaignState, RecipientState, Why
from okibi.sms.campaigns import GONE
from okibi.sms.models import Campaign, Recipient, Sms
from okibi.sms.options import sms_options

PAGE = 50
SAMPLES = 3
LEFT_MOST = 200  # of those left out, on the page; the file has all
COSTS = (Sms.State.SENT, Sms.State.DELIVERED, Sms.State.UNCERTAIN)  # what may have left is what is paid for


@dataclass(frozen=True, slots=True)
class Course:
    """How far a campaign is. ``states``: state of the SMS → how many; ``reasons``: error → how many failed by it."""

    total: int
    planned: int
    left_out: int
    dropped: int
    states: Mapping[str, int]
    reasons: Sequence[tuple[str, int]]
    segments: int
    price: Decimal | None

    @property
    def to_get(self) -> int:
        """Recipients who are not left out."""
        return self.total - self.left_out

    @property
    def over(self) -> int:
        """Recipients whose SMS has come to its end, whichever."""
        going = sum(self.states.get(state, 0) for state in ("queued", "sending"))
        return self.to_get - self.planned - self.dropped - going

    @property
    def cost(self) -> Decimal | None:
        """Roubles, as far as the price of a segment is known."""
        return None if self.price is None else self.segments * self.price


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft before it starts. ``asleep``: how many are in quiet hours then, until ``wakes`` at the earliest."""

    taken: int
    segments: int
    most_segments: int
    price: Decimal | None
    counts: Sequence[tuple[Why, int]]
    left_out: Sequence[Recipient]
    asleep: int
    wakes: datetime | None
    samples: Sequence[Recipient]
    seconds: int

    @property
    def cost(self) -> Decimal | None:
        """Roubles, as far as the price of a segment is known."""
        return None if self.price is None else self.segments * self.price


def by_id(campaign_id: int) -> Campaign:
    """Raises NotAllowedError."""
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def all_campaigns(before: int | None = None) -> list[tuple[Campaign, int, int]]:
    """Campaigns, the newest first, each with how many get it and how many have left: one statement."""
    rows = Campaign.objects.filter(pk__lt=before) if before else Campaign.objects.all()
    counted = rows.annotate(
        to_get=Count("recipients", filter=~Q(recipients__state=RecipientState.LEFT_OUT.value)),
        gone=Count("recipients", filter=Q(recipients__sms__state__in=["sent", "delivered", "uncertain"])),
    ).order_by("-pk")[: PAGE + 1]
    return [(row, row.to_get, row.gone) for row in counted]


def course(campaign: Campaign) -> Course:
    """The live report: two statements."""
    mine = Recipient.objects.filter(campaign=campaign)
    found = mine.values_list("state", "sms__state", "sms__error").annotate(
        n=Count("id"), paid=Sum("sms__segments", filter=Q(sms__state__in=COSTS))
    )
    of_recipients: dict[str, int] = {}
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    segments = 0
    for state, of_sms, error, count, paid in found:
        of_recipients[state] = of_recipients.get(state, 0) + count
        segments += paid or 0
        if of_sms:
            states[of_sms] = states.get(of_sms, 0) + count
        if of_sms == Sms.State.FAILED:
            reasons[error or "?"] = reasons.get(error or "?", 0) + count
    return Course(
        total=sum(of_recipients.values()),
        planned=of_recipients.get(RecipientState.PLANNED.value, 0),
        left_out=of_recipients.get(RecipientState.LEFT_OUT.value, 0),
        dropped=of_recipients.get(RecipientState.DROPPED.value, 0),
        states=states,
        reasons=sorted(reasons.items(), key=lambda item: -item[1])[:10],
        segments=segments,
        price=campaign.price,
    )


def preview(campaign: Campaign) -> Preview:
    """Who gets a draft, who does not and why, and what it costs."""
    mine = Recipient.objects.filter(campaign=campaign)
    counted = mine.filter(state=RecipientState.LEFT_OUT.value).values_list("why").annotate(n=Count("id"))
    ready = list(mine.filter(state=RecipientState.PLANNED.value).order_by("pk"))
    moment = campaign.starts_at or now()
    sleeping, wakes = asleep(campaign, ready, moment)
    return Preview(
        taken=len(ready),
        segments=sum(row.segments for row in ready),
        most_segments=max((row.segments for row in ready), default=0),
        price=sms_options().price,
        counts=sorted(((Why(why), count) for why, count in counted if why), key=lambda item: -item[1]),
        left_out=list(mine.filter(state=RecipientState.LEFT_OUT.value).order_by("pk")[:LEFT_MOST]),
        asleep=sleeping,
        wakes=wakes,
        samples=ready[:SAMPLES],
        seconds=len(ready) * 60 // campaign.per_minute,
    )


def recipients(campaign: Campaign, state: str = "", query: str = "", after: int = 0) -> list[Recipient]:
    """One more than a page of recipients with their SMS; ``state``: of the SMS, or planned, left_out, dropped."""
    rows = Recipient.objects.filter(campaign=campaign).select_related("sms").order_by("pk")
    if state in {each.value for each in RecipientState}:
        rows = rows.filter(state=state)
    elif state:
        rows = rows.filter(sms__state=state)
    digits = "".join(letter for letter in query if letter.isdigit())
    if query.strip():
        fits = Q(name__icontains=query.strip()) | Q(organisation__icontains=query.strip())
        rows = rows.filter(fits | Q(number__contains=digits[-10:]) if len(digits) > 2 else fits)
    return list(rows[after : after + PAGE + 1])


def all_recipients(campaign: Campaign) -> Iterator[Recipient]:
    """Every recipient with their SMS and its line, for a file."""
    rows = Recipient.objects.filter(campaign=campaign).select_related("sms__line").order_by("pk")
    return rows.iterator(chunk_size=500)


def is_over(campaign: Campaign) -> bool:
    """Whether nothing of it moves any more."""
    return campaign.state in {CampaignState.STOPPED, CampaignState.FINISHED}


def of_sms(sms_id: int) -> Recipient | None:
    """The recipient whose SMS it is, with the campaign."""
    return Recipient.objects.select_related("campaign").filter(sms_id=sms_id).first()
