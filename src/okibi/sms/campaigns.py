"""Preparing and steering a campaign; each act is on record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import PhoneKind, PhoneNumberError, parse_phone
from okibi.policy.sms_template import faults_of, filled, missing_in
from okibi.policy.sms_text import lines_of_one, measure
from okibi.sms import services
from okibi.sms.campaign_kinds import CampaignState, RecipientState, Why
from okibi.sms.errors import said
from okibi.sms.models import Campaign, Consent, Recipient, Sms
from okibi.sms.options import sms_options

GONE = Sentence("Такой кампании нет.", "There is no such campaign.")
NOT_NOW = Sentence(
    "Кампания уже в другом состоянии: обновите страницу.", "The campaign has changed meanwhile: load the page anew."
)
NO_NAME = Sentence("Назовите кампанию.", "Give the campaign a name.")
NO_TEXT = Sentence("Напишите текст хотя бы на одном языке.", "Write the text in one language at least.")
FAULT = Sentence("Строка {0}: {1}.", "Line {0}: {1}.")
NOBODY = Sentence("Отправлять некому: никто из получателей не подходит.", "There is nobody to send to: no one fits.")
PACE_WRONG = Sentence("Темп — от 1 до 600 SMS в минуту.", "The pace is 1 to 600 SMS per minute.")
NO_HOUR = Sentence("Час пишут так: 09:00.", "An hour is written 09:00.")
NO_REASON = Sentence("Назовите причину.", "Give a reason.")
PAST = Sentence("Это время уже прошло.", "That time is over already.")
TOO_MANY = Sentence("Получателей больше {0}: разделите их.", "Over {0} recipients: split them.")
FASTEST = 600  # SMS per minute
MOST = 20_000  # recipients
FILL = 1000  # rows of one statement
SOURCE = "campaign"  # of its SMS
OPEN = (RecipientState.PLANNED.value, RecipientState.LEFT_OUT.value)
_OF_NUMBER = {Why.BAD_NUMBER.value, Why.LANDLINE.value, Why.NO_SMS.value}


class CampaignError(InputError):
    """A wish that can't be; ``field`` is where the mistake stands."""

    code = "campaign"

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wanted:
    """One recipient as a source gives them. ``values``: for the text's places beside name and organisation."""

    number: str
    name: str = ""
    organisation: str = ""
    language: str = "ru"
    values: Mapping[str, str] = field(default_factory=dict)
    person: int | None = None
    line: int | None = None  # of the file


class Text(NamedTuple):
    """What a campaign says."""

    name: str
    ru: str
    en: str
    is_advert: bool


def checked(text: Text) -> Text:
    """A text whose places are all known. Raises CampaignError, its field named."""
    if not text.name.strip():
        raise CampaignError("name", NO_NAME)
    if not text.ru.strip() and not text.en.strip():
        raise CampaignError("text_ru", NO_TEXT)
    check_places(text.ru, text.en)
    ru, en = lines_of_one(text.ru).strip(), lines_of_one(text.en).strip()
    return Text(text.name.strip()[:120], ru, en, text.is_advert)


def check_places(ru: str, en: str) -> None:
    """Raises CampaignError for the first fault of either text."""
    for where, words in (("text_ru", ru), ("text_en", en)):
        for fault in faults_of(words)[:1]:
            raise CampaignError(where, Sentence(FAULT.ru.format(fault.line, fault.why.ru), FAULT.en.format(
                fault.line, fault.why.en)))  # fmt: skip


@transaction.atomic
def create(text: Text, actor: Actor) -> Campaign:
    """A draft. Raises CampaignError."""
    good = checked(text)
    made = Campaign.objects.create(
        name=good.name, text_ru=good.ru, text_en=good.en, is_advert=good.is_advert, created_at=now(),
        created_by=actor.name,
    )  # fmt: skip
    _record("sms.campaign_made", made, actor)
    return made


@transaction.atomic
def change(campaign_id: int, text: Text, actor: Actor) -> Campaign:
    """Other words of a draft; its recipients are judged anew. Raises CampaignError, ConflictError."""
    campaign = locked(campaign_id, CampaignState.DRAFT)
    good = checked(text)
    campaign.name, campaign.text_ru, campaign.text_en, campaign.is_advert = good
    campaign.save(update_fields=["name", "text_ru", "text_en", "is_advert"])
    judge(campaign)
    _record("sms.campaign_changed", campaign, actor)
    return campaign


@transaction.atomic
def put_recipients(campaign_id: int, wanted: Sequence[Wanted], source: str, actor: Actor) -> Campaign:
    """Make these the recipients of a draft, in place of those it had. Raises CampaignError, ConflictError."""
    campaign = locked(campaign_id, CampaignState.DRAFT)
    if len(wanted) > MOST:
        raise CampaignError("", said(TOO_MANY, MOST))
    campaign.recipients.all().delete()
    Recipient.objects.bulk_create([_recipient(campaign, each) for each in wanted], batch_size=FILL)
    campaign.source = source[:300]
    campaign.save(update_fields=["source"])
    judge(campaign)
    _record("sms.campaign_recipients", campaign, actor, count=len(wanted), source=campaign.source)
    return campaign


def _recipient(campaign: Campaign, wanted: Wanted) -> Recipient:
    number, why = number_of(wanted.number)
    return Recipient(
        campaign=campaign, written=wanted.number.strip()[:60], number=number, why=why.value if why else "",
        state=(RecipientState.LEFT_OUT if why else RecipientState.PLANNED).value,
        name=wanted.name.strip()[:200], organisation=wanted.organisation.strip()[:200],
        language=wanted.language if wanted.language in {"ru", "en"} else "ru",
        values={key: value.strip()[:200] for key, value in wanted.values.items()}, person=wanted.person,
        line=wanted.line,
    )  # fmt: skip


def number_of(written: str) -> tuple[str, Why | None]:
    """E.164 of what was written, and why it takes no SMS."""
    try:
        number = parse_phone(written)
    except PhoneNumberError:
        return "", Why.BAD_NUMBER
    if number.takes_sms:
        return number.e164, None
    return number.e164, Why.LANDLINE if number.kind is PhoneKind.LANDLINE else Why.NO_SMS


def values_of(row: Recipient) -> dict[str, str]:
    """What the places of the text are filled with."""
    return {**row.values, "name": row.name, "organisation": row.organisation}


def text_of(campaign: Campaign, row: Recipient) -> str:
    """The text in the recipient's language before its places are filled; the other one where there is none."""
    mine, other = campaign.text_ru, campaign.text_en
    if row.language == "en":
        mine, other = other, mine
    return mine if mine.strip() else other


def judge(campaign: Campaign) -> None:
    """Say of each recipient who has got nothing yet whether they get it, why not, and how many segments."""
    rows = list(campaign.recipients.filter(state__in=OPEN, sms=None).order_by("pk"))
    words = _newest_words({row.number for row in rows if row.number})
    seen = set(campaign.recipients.exclude(pk__in=[row.pk for row in rows]).values_list("number", flat=True))
    for row in rows:
        why, missing, segments = _judged(campaign, row, words, seen)
        row.why, row.missing, row.segments = why.value if why else "", missing, segments
        row.state = (RecipientState.LEFT_OUT if why else RecipientState.PLANNED).value
    Recipient.objects.bulk_update(rows, ["why", "missing", "segments", "state"], batch_size=FILL)


def _judged(
    campaign: Campaign, row: Recipient, words: Mapping[str, str], seen: set[str]
) -> tuple[Why | None, str, int]:
    if row.why in _OF_NUMBER:
        return Why(row.why), "", 0
    if row.number in seen:
        return Why.DUPLICATE, "", 0
    seen.add(row.number)
    word = words.get(row.number)
    if word == Consent.Kind.OUT:
        return Why.OPTED_OUT, "", 0
    if campaign.is_advert and word != Consent.Kind.IN:
        return Why.NO_CONSENT, "", 0
    text, values = text_of(campaign, row), values_of(row)
    missing = missing_in(text, values)
    if missing is not None:
        return Why.NO_VALUE, missing.value, 0
    segments = measure(filled(text, values)).count
    return (Why.TOO_LONG, "", segments) if segments > services.MOST else (None, "", segments)


def _newest_words(numbers: set[str]) -> dict[str, str]:
    rows = Consent.objects.filter(number__in=numbers).order_by("number", "-id").distinct("number")
    return dict(rows.values_list("number", "kind"))


@transaction.atomic
def schedule(campaign_id: int, starts_at: datetime, per_minute: int, actor: Actor) -> Campaign:
    """Begin by itself at a moment (aware). Raises CampaignError, ConflictError."""
    campaign = locked(campaign_id, CampaignState.DRAFT)
    if starts_at <= now():
        raise CampaignError("starts_at", PAST)
    judge(campaign)
    _somebody(campaign)
    campaign.state, campaign.starts_at = CampaignState.SCHEDULED.value, starts_at
    campaign.per_minute = _pace(per_minute)
    campaign.save(update_fields=["state", "starts_at", "per_minute"])
    _record("sms.campaign_scheduled", campaign, actor, starts=starts_at.isoformat())
    return campaign


@transaction.atomic
def unschedule(campaign_id: int, actor: Actor) -> Campaign:
    """A draft again. Raises ConflictError."""
    campaign = locked(campaign_id, CampaignState.SCHEDULED)
    campaign.state, campaign.starts_at = CampaignState.DRAFT.value, None
    campaign.save(update_fields=["state", "starts_at"])
    _record("sms.campaign_unscheduled", campaign, actor)
    return campaign


@transaction.atomic
def start(campaign_id: int, per_minute: int | None, actor: Actor) -> Campaign:
    """Begin now; everybody is looked at once more first. Raises CampaignError, ConflictError."""
    campaign = locked(campaign_id, CampaignState.DRAFT, CampaignState.SCHEDULED)
    judge(campaign)
    _somebody(campaign)
    moment = now()
    if per_minute is not None:
        campaign.per_minute = _pace(per_minute)
    campaign.price = sms_options().price
    campaign.state, campaign.started_at, campaign.next_at = CampaignState.SENDING.value, moment, moment
    campaign.save(update_fields=["per_minute", "price", "state", "started_at", "next_at"])
    count = campaign.recipients.filter(state=RecipientState.PLANNED.value).count()
    _record("sms.campaign_started", campaign, actor, count=count, pace=campaign.per_minute)
    return campaign


@transaction.atomic
def pause(campaign_id: int, actor: Actor) -> Campaign:
    """No further SMS leaves until it is resumed: those that wait are taken back. Raises ConflictError."""
    campaign = locked(campaign_id, CampaignState.SENDING)
    campaign.state = CampaignState.PAUSED.value
    campaign.save(update_fields=["state"])
    count = taken_back(campaign, RecipientState.PLANNED)
    _record("sms.campaign_paused", campaign, actor, count=count)
    return campaign


@transaction.atomic
def resume(campaign_id: int, actor: Actor) -> Campaign:
    """Go on where it was paused; who has got nothing yet is looked at once more. Raises ConflictError."""
    campaign = locked(campaign_id, CampaignState.PAUSED)
    judge(campaign)
    campaign.state, campaign.next_at = CampaignState.SENDING.value, now()
    campaign.save(update_fields=["state", "next_at"])
    _record("sms.campaign_resumed", campaign, actor)
    return campaign


@transaction.atomic
def stop(campaign_id: int, reason: str, actor: Actor) -> Campaign:
    """End it for good: what waits is taken back. Raises CampaignError, ConflictError."""
    states = (CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED)
    campaign = locked(campaign_id, *states)
    if not reason.strip():
        raise CampaignError("reason", NO_REASON)
    campaign.state, campaign.reason, campaign.finished_at = CampaignState.STOPPED.value, reason.strip()[:500], now()
    campaign.save(update_fields=["state", "reason", "finished_at"])
    taken_back(campaign, RecipientState.DROPPED)
    planned = campaign.recipients.filter(state=RecipientState.PLANNED.value)
    planned.update(state=RecipientState.DROPPED.value)
    _record("sms.campaign_stopped", campaign, actor, reason=campaign.reason)
    return campaign


def taken_back(campaign: Campaign, state: RecipientState, only: Collection[int] | None = None) -> int:
    """Cancel what no line has yet (of these recipients alone); their next SMS is another one, with a key of its own."""
    mine = campaign.recipients.filter(state=RecipientState.HANDED.value, sms__state=Sms.State.QUEUED)
    mine = mine if only is None else mine.filter(pk__in=only)
    waiting = Sms.objects.filter(pk__in=list(mine.values_list("sms_id", flat=True)), state=Sms.State.QUEUED)
    ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    Sms.objects.filter(pk__in=ids).update(state=Sms.State.CANCELLED, ended_at=now())
    rows = list(campaign.recipients.filter(sms_id__in=ids))
    for row in rows:
        row.state, row.sms, row.round = state.value, None, row.round + 1
    Recipient.objects.bulk_update(rows, ["state", "sms", "round"], batch_size=FILL)
    return len(rows)


@transaction.atomic
def change_pace(campaign_id: int, per_minute: int, actor: Actor) -> Campaign:
    """Another pace from now on. Raises CampaignError."""
    campaign = locked(campaign_id, *CampaignState)
    campaign.per_minute = _pace(per_minute)
    campaign.save(update_fields=["per_minute"])
    _record("sms.campaign_pace", campaign, actor, pace=campaign.per_minute)
    return campaign


@transaction.atomic
def discard(campaign_id: int, actor: Actor) -> None:
    """A draft that nobody needs. Raises ConflictError."""
    campaign = locked(campaign_id, CampaignState.DRAFT)
    _record("sms.campaign_discarded", campaign, actor)
    campaign.delete()


@transaction.atomic
def send_test(campaign_id: int, number: str, language: str, key: str, actor: Actor) -> Sms:
    """One SMS as the first recipient of that language would get it, to a number of one's own.

    ``key`` makes it one however often a form is sent. Raises SmsError, ConflictError.
    """
    campaign = locked(campaign_id, *CampaignState)
    rows = campaign.recipients.filter(state=RecipientState.PLANNED.value, language=language).order_by("pk")
    row = rows.first() or Recipient(campaign=campaign, language=language)
    text = text_of(campaign, row)
    sample = {place: value or f"{{{place}}}" for place, value in values_of(row).items()}
    sent = services.submit(number, filled_or_shown(text, sample), source="hand", key=f"test:{campaign.pk}:{key}",
                           at_once=True)  # fmt: skip
    _record("sms.campaign_tested", campaign, actor, number=sent.number)
    return sent


def filled_or_shown(text: str, values: Mapping[str, str]) -> str:
    """A text for a look: what has no value yet stays as its place."""
    shown = {name: values.get(name) or f"{{{name}}}" for name in ("name", "organisation", "number", "date", "sum",
                                                                  "code")}  # fmt: skip
    return filled(text, shown)


def locked(campaign_id: int, *states: CampaignState) -> Campaign:
    """The campaign, held by this transaction. Raises NotAllowedError, ConflictError where it is in no such state."""
    found = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    if found.state not in {state.value for state in states}:
        raise ConflictError(NOT_NOW)
    return found


def _somebody(campaign: Campaign) -> None:
    checked(Text(campaign.name, campaign.text_ru, campaign.text_en, campaign.is_advert))
    if not campaign.recipients.filter(state=RecipientState.PLANNED.value).exists():
        raise CampaignError("", NOBODY)


def _pace(per_minute: int) -> int:
    if not 1 <= per_minute <= FASTEST:
        raise CampaignError("per_minute", PACE_WRONG)
    return per_minute


def _record(code: str, campaign: Campaign, actor: Actor = SYSTEM, **data: object) -> None:
    record(code, ("sms_campaign", campaign.pk), actor, {"name": campaign.name, **data})
