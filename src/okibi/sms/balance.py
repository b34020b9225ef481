"""The money on SIMs: whom to ask now, and keeping what the operator said."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from okibi.kernel.clock import now
from okibi.sms import usage
from okibi.sms.balance_options import LONGEST, BalanceOptions
from okibi.sms.models import BalanceOfDay, Line

KEPT = 400  # days of each line


def to_ask(wanted: Mapping[int, BalanceOptions]) -> list[int]:
    """Lines (ids) whose SIM's money is to be asked for now; each is marked before it is asked.

    A process that dies with the question asks again when the next is due: an operator may charge for it.
    """
    moment = now()
    due = []
    for line_id, options in wanted.items():
        long_ago = Q(balance_asked_at=None) | Q(balance_asked_at__lte=moment - options.every)
        mine = Line.objects.filter(long_ago, pk=line_id, is_listed=True, registered_at__isnull=False, has_network=True)
        if mine.update(balance_asked_at=moment):
            due.append(line_id)
    return due


@transaction.atomic
def answered(line_id: int, options: BalanceOptions, words: str) -> None:
    """Keep what the operator said; the day's last answer stays with its day."""
    moment = now()
    words = words.replace("\x00", "").strip()[:LONGEST]
    amount = options.amount_in(words)
    Line.objects.filter(pk=line_id).update(balance=words, balance_amount=amount, balance_at=moment)
    BalanceOfDay.objects.update_or_create(
        line_id=line_id, day=usage.today(), defaults={"amount": amount, "words": words, "at": moment}
    )


def not_answered(line_id: int, why: str) -> None:
    """The operator said nothing, or an error: on the line's page; what was known of its money stays."""
    Line.objects.filter(pk=line_id).update(last_error=f"USSD: {why}"[:300], last_error_at=now())


def history(line_id: int, days: int = 30) -> Sequence[BalanceOfDay]:
    """The last answers by day, the newest first."""
    return list(BalanceOfDay.objects.filter(line_id=line_id).order_by("-day")[:days])


def prune() -> None:
    """Keep the newest days of each line."""
    for line_id in BalanceOfDay.objects.values_list("line_id", flat=True).distinct():
        kept = BalanceOfDay.objects.filter(line_id=line_id).order_by("-day").values_list("day", flat=True)
        last = kept[KEPT : KEPT + 1].first()
        if last is not None:
            BalanceOfDay.objects.filter(line_id=line_id, day__lte=last).delete()
