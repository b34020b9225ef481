"""How lines and SMS look on pages: chips, words, figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import pgettext

from okibi.accounts.roles import Role
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables
from okibi.policy.sms_states import SmsState
from okibi.sms.campaign_kinds import TROUBLE_TITLES, TroubleKind
from okibi.sms.selectors import LineShown

if TYPE_CHECKING:
    from okibi.sms.models import Sms, Trouble

SEERS = (Role.SPECIALIST, Role.LEADING, Role.ADMIN)
SENDERS = (Role.LEADING, Role.ADMIN)
STATES = {
    SmsState.QUEUED: S("в очереди", "queued"),
    SmsState.SENDING: S("отправляется", "being sent"),
    SmsState.SENT: S("отправлена", "sent"),
    SmsState.DELIVERED: S("доставлена", "delivered"),
    SmsState.FAILED: S("не ушла", "failed"),
    SmsState.UNCERTAIN: S("неизвестно", "uncertain"),
    SmsState.EXPIRED: S("срок вышел", "expired"),
    SmsState.CANCELLED: S("отозвана", "taken back"),
    SmsState.BLOCKED: S("номер отказался", "the number wants none"),
}
KINDS = {
    SmsState.SENDING: "acc", SmsState.SENT: "acc", SmsState.DELIVERED: "good", SmsState.FAILED: "bad",
    SmsState.UNCERTAIN: "warn", SmsState.EXPIRED: "warn",
}  # fmt: skip
SOURCES = {
    "desk": S("ответ по заявке", "answer on a request"),
    "api": S("внешняя система", "another system"),
    "campaign": S("кампания", "campaign"),
    "hand": S("вручную", "by hand"),
    "consent": S("подтверждение отписки", "confirmation of an opt-out"),
}


WISH_SOURCES = {
    "desk": S("записал сотрудник", "written down by staff"),
    "api": S("внешняя система", "another system"),
    "sms": S("SMS от абонента", "an SMS of its owner"),
    "file": S("файл", "a file"),
}


def wish_source(source: str) -> S:
    """Where a wish is known from."""
    return WISH_SOURCES.get(source, S(source, source))


def state_chip(state: str) -> dict[str, Any]:
    """An SMS's state as a chip."""
    known = SmsState(state)
    return {"kind": KINDS.get(known, ""), "text": STATES[known]}


def source_words(source: str) -> S:
    """Where an SMS came from."""
    return SOURCES.get(source, S(source, source))


def money(sum_of: Decimal | None) -> str:
    """Roubles as people write them: «7,50 ₽»; "" where nothing is known."""
    if sum_of is None:
        return ""
    return pgettext("money", "%(sum)s ₽") % {"sum": number_format(sum_of, 2, use_l10n=True, force_grouping=True)}


def line_chip(shown: LineShown, wrong: Sequence[Trouble]) -> dict[str, Any]:
    """How a line does, in two words: the first trouble of it wins."""
    if wrong:
        return {"kind": "bad", "text": TROUBLE_TITLES[TroubleKind(wrong[0].kind)]}
    line = shown.line
    if line.seen_at is None:
        return {"kind": "", "text": S("ещё не слышали", "not heard yet")}
    if not shown.is_alive:
        return {"kind": "bad", "text": S("молчит", "silent")}
    if not line.has_network:
        return {"kind": "warn", "text": S("ищет сеть", "looks for a network")}
    if line.parked_until and line.parked_until > now():
        return {"kind": "warn", "text": S("отдыхает", "rests")}
    if shown.left_today == 0 or shown.left_month == 0:
        return {"kind": "warn", "text": S("лимит исчерпан", "limit used up")}
    return {"kind": "good", "text": S("работает", "works")}


def line_view(shown: LineShown, wrong: Sequence[Trouble]) -> dict[str, Any]:
    """One line as a row or as the head of its page."""
    done = shown.sent + shown.failed
    line = shown.line
    return {
        "shown": shown,
        "line": line,
        "chip": line_chip(shown, wrong),
        "wrong": [{"row": each, "title": TROUBLE_TITLES[TroubleKind(each.kind)]} for each in wrong],
        "bars": bars(line.signal),
        "success": 100 * shown.sent // done if done else None,
        "done": done,
        "balance": money(line.balance_amount) or line.balance,
        "fails": line.last_error and (line.failures or not shown.is_alive),  # one that is over is on its page
        "parked": line.parked_until if line.parked_until and line.parked_until > now() else None,
    }


def bars(signal: int | None) -> int:
    """AT+CSQ as bars of four: 2–9 one, 10–14 two, 15–19 three, from 20 four (usual reading)."""
    return 0 if signal is None else sum(signal >= least for least in (2, 10, 15, 20))


def sms_view(row: Sms) -> dict[str, Any]:
    """One SMS as a row."""
    return {"sms": row, "chip": state_chip(row.state), "source": source_words(row.source)}
