"""From the SMS room's rows to the shapes for the vendor's own systems."""

from typing import Any

from okibi.api.rendering import moment
from okibi.policy.sms_text import SmsText


def sms(row: Any) -> dict[str, Any]:
    """An SMS; without its text, which its sender has."""
    return {
        "id": row.pk,
        "reference": row.asked.reference,
        "to": row.number,
        "state": str(row.state),
        "alphabet": row.alphabet,
        "segments": row.segments,
        "created_at": moment(row.created_at),
        "not_before": moment(row.not_before),
        "expires_at": moment(row.expires_at),
        "sent_at": moment(row.sent_at),
        "ended_at": moment(row.ended_at),
        "line": str(row.line) if row.line_id else "",
        "attempts": row.attempts,
        "error": row.error,
    }


def measured(text: SmsText, most: int) -> dict[str, Any]:
    """A text as its segments."""
    return {
        "alphabet": text.alphabet.value,
        "segments": text.count,
        "left": text.left,
        "forced_by": list(text.forced),
        "plain": text.plain,
        "too_long": text.count > most,
    }


def line(shown: Any) -> dict[str, Any]:
    """A line; nothing that names its SIM card."""
    row = shown.line
    return {
        "line": str(row),
        "kind": row.kind,
        "model": row.model,
        "is_alive": shown.is_alive,
        "has_network": row.has_network,
        "operator": row.operator,
        "signal_dbm": shown.dbm,
        "seen_at": moment(row.seen_at),
        "resting_until": moment(row.parked_until),
        "used_today": shown.used_today,
        "left_today": shown.left_today,
        "left_month": shown.left_month,
        "sent": shown.sent,
        "failed": shown.failed,
        "last_error": row.last_error,
    }


def came_in(row: Any) -> dict[str, Any]:
    """An SMS that came in."""
    return {
        "id": row.pk,
        "sender": row.sender,
        "number": row.number,
        "text": row.text,
        "line": str(row.line),
        "received_at": moment(row.received_at),
    }
