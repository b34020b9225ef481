"""How many segments an API key may ask for in a day: as set in the console, else as the file of gateways says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.sms import usage
from okibi.sms.errors import SmsFileError
from okibi.sms.key_models import KeyLimit, KeyUse
from okibi.sms.options import MOST_SEGMENTS_A_DAY, SmsOptions, sms_options

WRONG = Sentence(
    f"Лимит — от 0 (без лимита) до {MOST_SEGMENTS_A_DAY} частей в день; пусто — как в файле шлюзов.",
    f"The limit is 0 (none) to {MOST_SEGMENTS_A_DAY} segments a day; empty: as the file of gateways says.",
)


@dataclass(frozen=True, slots=True)
class KeyDay:
    """A key's day. ``most`` 0: any number; ``is_own``: set for this key in the console."""

    used: int
    most: int
    is_own: bool


def limit_of(owner: str, options: SmsOptions) -> int:
    """Segments a day; 0 is any number. One query."""
    own = KeyLimit.objects.filter(owner=owner).values_list("segments", flat=True).first()
    return _of_file(owner, options) if own is None else own


def _of_file(owner: str, options: SmsOptions) -> int:
    return options.key_day_limits.get(owner, options.api_day_limit)


@transaction.atomic
def set_limit(owner: str, segments: int | None) -> bool:
    """Set a key's limit; None: as the file of gateways says. Gives whether that is news. Raises InputError."""
    if segments is not None and not 0 <= segments <= MOST_SEGMENTS_A_DAY:
        raise InputError(WRONG, field="sms_day_limit")
    rows = KeyLimit.objects.filter(owner=owner)
    if segments is None:
        return bool(rows.delete()[0])
    if rows.filter(segments=segments).exists():
        return False
    KeyLimit.objects.update_or_create(owner=owner, defaults={"segments": segments, "changed_at": now()})
    return True


def days_of(owners: Sequence[str]) -> Mapping[str, KeyDay]:
    """Each key's day: two statements. A file of gateways that can't be taken sets no limits."""
    try:
        options = sms_options()
    except (SmsFileError, OSError):
        options = SmsOptions()
    own = dict(KeyLimit.objects.filter(owner__in=owners).values_list("owner", "segments"))
    used = dict(KeyUse.objects.filter(owner__in=owners, day=usage.today()).values_list("owner", "segments"))
    return {
        owner: KeyDay(used.get(owner, 0), own.get(owner, _of_file(owner, options)), owner in own) for owner in owners
    }
