"""Rows of the database as the components of the page want them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from okibi.channels.registry import ADAPTERS, channel
from okibi.channels.states import OutboundState
from okibi.console.addresses import ticket_address
from okibi.console.desk.ipv import CHANNEL, NO_MARKS, UNPROVED_DEVICE, Marks, read_words
from okibi.console.desk.opened import kind_of
from okibi.console.messengers import said
from okibi.console.messengers.said import NO_TALK, Talk, talk_of
from okibi.flows.environment_given import proposal
from okibi.flows.promise import Promise
from okibi.journal.selectors import sentence_of
from okibi.kernel.sentence import Sentence
from okibi.policy.clock import ClockState
from okibi.policy.explain import RULES
from okibi.policy.phone_numbers import display
from okibi.policy.scheme_values import SMS_EVENT_WORDS, SmsEvent
from okibi.policy.sms_text import measure
from okibi.policy.ticket_states import FINISHED, State
from okibi.policy.verdict import Status, Verdict
from okibi.policy.wording import span
from okibi.tickets.kinds import UNPROVED, MessageKind
from okibi.tickets.selectors import DUE_SOON

if TYPE_CHECKING:
    from okibi.journal.models import Entry
    from okibi.tickets.models import Attachment, Message, Ticket
    from okibi.tickets.rows import TicketRow

QUIET_CODES = {  # what the messages themselves already show
    "ticket.message", "ticket.replied", "ticket.noted", "message.sent", "ticket.placed", "ticket.read_by_desk",
    "ticket.read_by_requester", "ticket.rated", "ticket.called", "call.talked", "call.to_say", "call.owed",
    "ticket.told_by_sms",
}  # fmt: skip
BAD_CODES = {"ticket.breached", "message.bounced", "message.failed", *said.BAD}
STATE_CHIPS = {
    State.NEW: ("acc", Sentence("Новая", "New")),
    State.OPEN: ("acc", Sentence("В работе", "Open")),
    State.WAITING: ("", Sentence("Ждём заявителя", "Waiting")),
    State.PLANNED: ("acc", Sentence("В плане", "Planned")),
    State.SOLVED: ("good", Sentence("Решена", "Solved")),
    State.REFUSED: ("", Sentence("Отказ", "Refused")),
    State.CLOSED: ("", Sentence("Закрыта", "Closed")),
    State.UNCOVERED: ("warn", Sentence("Без права", "Not covered")),
}
BY_ITSELF = {  # what the system's own letters say, by the first word of their keys
    "receipt": Sentence("номер, заключение и срок", "number, verdict and term"),
    "covered": Sentence("право на поддержку есть, срок пошёл", "support covers it, the term runs"),
    "uncovered": Sentence("права на поддержку нет", "support does not cover it"),
    "version_out": Sentence("версия вышла, где её взять", "the version is out, where to get it"),
    "works_now": Sentence("теперь работает?", "does it work now?"),
    "agreement_confirmed": Sentence("доступ для обновлений подтверждён", "access for updates confirmed"),
    "agreement_withdrawn": Sentence("доступ для обновлений отозван", "access for updates withdrawn"),
    "agreement_expired": Sentence("доступ для обновлений истёк", "access for updates expired"),
}
DELIVERY = {
    OutboundState.QUEUED: Sentence("в очереди", "queued"),
    OutboundState.SENDING: Sentence("отправляется", "being sent"),
    OutboundState.SENT: Sentence("отправлено", "sent"),
    OutboundState.DELIVERED: Sentence("доставлено", "delivered"),
    OutboundState.READ: Sentence("прочитано", "read"),
    OutboundState.NO_WINDOW: Sentence("не ушло: окно переписки закрыто", "not sent: the window is closed"),
    OutboundState.BOUNCED: Sentence("не доставлено", "bounced"),
    OutboundState.FAILED: Sentence("не отправлено", "not sent"),
    OutboundState.UNCERTAIN: Sentence("неизвестно, ушло ли", "unsure whether it went out"),
}
CLASS_CHIPS = {
    "incident": Sentence("Сбой", "Failure"),
    "suggestion": Sentence("Предложение", "Proposal"),
    "question": Sentence("Вопрос", "Question"),
    "update": Sentence("Автообновление", "Automatic update"),
    "mailing": Sentence("Рассылка версий", "Version mailing"),
}
LARGEST_SEEN = 8 << 20  # bytes of a picture that is fetched only to be looked at small
LONG_TEXT = 20_000  # characters of one message that a page shows
UNKNOWN_CHANNEL = Sentence("канал", "channel")
FORGED = Sentence(
    "Почтовый сервер не подтвердил отправителя: письмо могло прийти не от этого человека.",
    "The mail server did not confirm the sender: this may not be from that person.",
)

CHECKED = {"pass": "пройдено", "fail": "не пройдено", "softfail": "сомнительно", "neutral": "не сказано"}
SHORT = {Status.MET: Sentence("Право есть", "Covered"), Status.UNMET: Sentence("Права нет", "Not covered")}


def channel_title(kind: str) -> Sentence:
    return channel(kind).title if kind in ADAPTERS else UNKNOWN_CHANNEL


def channel_icon(kind: str) -> str:
    return channel(kind).icon if kind in ADAPTERS else "inbox"


def row_view(ticket: TicketRow, now: datetime, queue: str, selected: str = "") -> dict[str, Any]:
    """One line of a queue. Takes no query."""
    url = ticket_address("console-ticket", ticket.number)
    text, state = _due_words(ticket, now)
    who = " · ".join(
        filter(None, [ticket.requester_name or display(ticket.requester_address), ticket.organisation_name])
    )
    return {
        "number": ticket.number,
        "url": f"{url}?queue={queue}",
        "hx": f"{ticket_address('console-ticket-pane', ticket.number)}?queue={queue}",
        "subject": ticket.subject,
        "who": who,
        "icon": channel_icon(ticket.channel),
        "channel": channel_title(ticket.channel),
        "unread": ticket.unread,
        "unproved": ticket.unread and ticket.sender_unproved,
        "selected": ticket.number == selected,
        "due_text": text,
        "due_state": state,
        "due_at": ticket.due_at,
        "remaining": None,
    }


def _due_words(ticket: TicketRow, now: datetime) -> tuple[Sentence | None, str]:
    match ticket.state:
        case State.WAITING:
            return Sentence("ждём заявителя", "waiting"), "still"
        case State.PLANNED:
            return Sentence(f"в версии {ticket.planned_version}", f"in version {ticket.planned_version}"), "still"
        case State.UNCOVERED:
            return Sentence("без права", "not covered"), "still"
        case State.SOLVED | State.REFUSED | State.CLOSED:
            return STATE_CHIPS[State(ticket.state)][1], "still"
    if ticket.reacted_at:
        return Sentence("отвечено", "answered"), "still"
    if ticket.due_at is None:
        return None, ""
    if ticket.due_at <= now:
        return None, "bad"
    return None, "warn" if ticket.due_at - now <= DUE_SOON else ""


def verdict_views(ticket: Ticket) -> list[dict[str, Any]]:
    """The lines of the verdict, as judged."""
    lines = Verdict.from_json(ticket.verdict).lines if ticket.verdict else ()
    return [
        {"status": line.status.value, "text": line.sentence, "detail": line.detail if line.detail.en else None}
        for line in lines
    ]


def environment_view(ticket: Ticket, incoming: Iterable[Message]) -> dict[str, Any]:
    """What the verdict on the environment was judged by, and what the requester wrote of it since. Takes no query."""
    kept = ticket.environment
    lines = Verdict.from_json(ticket.verdict).lines if ticket.verdict else ()
    shown: dict[str, Any] = {
        "url": reverse("console-environment", args=[ticket.number]),
        "known": len(lines) > 1,
        "judged_by": None,
        "proposal": None if ticket.state in FINISHED else proposal(ticket, incoming),
    }
    if kept.get("described", {}).get("en"):
        said, by = kept["described"], kept["by"]
        shown["judged_by"] = Sentence(f"{said['ru']} ({by})", f"{said['en']} ({by})")
    if shown["proposal"]:
        shown["agree_url"] = reverse("console-environment-agree", args=[ticket.number, shown["proposal"].message_id])
    return shown


def clock_view(ticket: Ticket, now: datetime) -> dict[str, Any] | None:
    """The clock panel: how much is gone, what is left, and how it was counted. Two queries."""
    if ticket.due_at is None:
        return None
    promise = Promise.of(ticket)
    clock, calendar = promise.clock, promise.calendar
    at = ticket.reacted_at or now
    due = clock.explain_due(calendar, now)
    state = clock.state(calendar, now)
    whole = (due.at - ticket.clock_start).total_seconds() or 1
    shown = {
        ClockState.RUNNING: "warn" if due.at - now <= DUE_SOON else "running",
        ClockState.PAUSED: "still",
        ClockState.BREACHED: "late",
        ClockState.STOPPED_IN_TIME: "done",
        ClockState.STOPPED_LATE: "done",
    }[state]
    return {
        "state": shown,
        "started_at": ticket.clock_start,
        "aim_at": clock.aim_at(calendar, now),
        "due_at": due.at,
        "remaining": clock.remaining(calendar, now),
        "gone": _share(at - ticket.clock_start, whole),
        "aim": _share(clock.aim_at(calendar, now) - ticket.clock_start, whole),
        "pauses": [
            {"x": _share(p.begin - ticket.clock_start, whole), "width": _share((p.end or now) - p.begin, whole)}
            for p in clock.pauses
        ],
        "note": _clock_note(ticket, promise, state),
        "steps": [{"text": step.sentence, "rule": RULES.get(step.rule)} for step in due.steps],
    }


def _share(part: timedelta, whole: float) -> float:
    return round(min(100.0, max(0.0, part.total_seconds() / whole * 100)), 1)


def _clock_note(ticket: Ticket, promise: Promise, state: ClockState) -> Sentence | None:
    if state is ClockState.PAUSED:
        return Sentence("Часы стоят: ждём заявителя", "The clock stands still: waiting for the requester")
    if ticket.reacted_at is None:
        return None
    took = span(promise.calendar.measure(ticket.clock_start, ticket.reacted_at))
    if state is ClockState.STOPPED_LATE:
        return Sentence(
            f"Реакция через {took.ru} рабочего времени, срок нарушен", f"Reaction after {took.en} of working time, late"
        )
    return Sentence(
        f"Реакция через {took.ru} рабочего времени, срок выполнен", f"Reaction after {took.en} of working time, in time"
    )


def timeline_items(
    ticket: Ticket, messages: Sequence[Message], entries: Iterable[Entry], marks: Marks = NO_MARKS
) -> list[dict[str, Any]]:
    """Everything said and done, in order. Takes no query beside what it is given."""
    talk = talk_of(messages, entries)
    items = [(message.at, 0, message.pk, message_item(ticket, message, marks, talk=talk)) for message in messages]
    for entry in entries:
        if entry.code not in QUIET_CODES and not talk.shows(entry):
            text = sentence_of(entry)
            items.append(
                (
                    entry.at,
                    1,
                    entry.pk,
                    {"type": "event", "at": entry.at, "text": text, "form": "short", "bad": entry.code in BAD_CODES},
                )
            )
    return [item for *_, item in sorted(items, key=lambda found: found[:3])]


def message_item(
    ticket: Ticket, message: Message, marks: Marks = NO_MARKS, *, remote_images: bool = False, talk: Talk = NO_TALK
) -> dict[str, Any]:
    """One message, note or automatic letter."""
    files = list(message.attachments.all())
    seen = message.channel == CHANNEL  # a screenshot of ИПВ is what the message says
    shown = [file_view(ticket, file, seen=seen) for file in files if not file.inline or file.type.startswith("image/")]
    if len(message.text) + len(message.folded) > LONG_TEXT:
        shown.insert(0, whole_text_view(ticket, message))
    incoming = message.kind == MessageKind.INCOMING
    shared = {
        "id": f"message-{message.pk}",
        "author": display(message.author_name) or (_("Sender unknown") if incoming else _("The desk")),
        "at": message.at,
        "text": shortened(message.text),
        "files": shown,
    }
    if message.kind == MessageKind.NOTE:
        return {"type": "note", **shared}
    if message.kind == MessageKind.AUTOMATIC:
        letter = getattr(message, "letter_key", None) or ""  # the timeline reads it along
        return {"type": "automatic", **shared, "said": BY_ITSELF.get(letter.partition(":")[0], BY_ITSELF["receipt"])}
    if message.kind == MessageKind.NOTICE:
        return {"type": "notice", **shared, **notice_view(message)}
    delivery = getattr(message, "delivery", None)  # the timeline reads it along
    read = "" if incoming else read_words(message, marks)
    state = read or (DELIVERY[OutboundState(delivery)] if delivery else None)
    told = said.shown(message, shown, talk)
    has_remote = "data-remote-src" in message.html
    return {
        "type": "message",
        **shared,
        "direction": "in" if incoming else "out",
        "channel": channel_title(message.channel),
        "state": said.delivery(state, told.get("why")),
        "html": message_html(ticket, message, files, remote_images=remote_images) if remote_images else "",
        "quoted": shortened(message.folded),
        "images_url": reverse("console-message-pictures", args=[ticket.number, message.pk])
        if has_remote and not remote_images
        else "",
        "mark": sender_mark(message) if incoming else None,
        "warning": FORGED if incoming and message.authentication.get("dmarc") == "fail" else None,
        **told,
    }


def notice_view(message: Message) -> dict[str, Any]:
    """An SMS beside the answer: to whom, about what, how many segments, what became of it."""
    event = (getattr(message, "letter_key", None) or "").split(":")[2:3]  # notice:<ticket>:<event>…
    delivery = getattr(message, "delivery", None)
    return {
        "number": message.author_address,
        "said": SMS_EVENT_WORDS[SmsEvent(event[0])] if event else SMS_EVENT_WORDS[SmsEvent.RECEIPT],
        "segments": measure(message.text).count,
        "state": DELIVERY[OutboundState(delivery)] if delivery else None,
        "bad": delivery in {OutboundState.FAILED, OutboundState.UNCERTAIN},
    }


def sender_mark(message: Message) -> Sentence | None:
    """What was checked of a sender whom nothing proves, who joined a ticket of others."""
    if message.authentication.get("sender") != UNPROVED:
        return None
    if message.channel == CHANNEL:
        return UNPROVED_DEVICE
    checks = [(name, message.authentication.get(name)) for name in ("spf", "dkim", "dmarc")]
    ru = ", ".join(f"{name.upper()} — {CHECKED.get(result, result) if result else 'нет'}" for name, result in checks)
    en = ", ".join(f"{name.upper()}: {result or 'none'}" for name, result in checks)
    address = message.author_address
    return Sentence(
        f"Отправитель не подтверждён: {ru}; адреса {address} нет среди людей этой заявки.",
        f"Sender not proved: {en}; {address} is not among the people of this request.",
    )


def shortened(text: str) -> str:
    """The beginning of a text; the whole of a very long one is a file beside it."""
    return text if len(text) <= LONG_TEXT else f"{text[:LONG_TEXT]}…"


def whole_text_view(ticket: Ticket, message: Message) -> dict[str, Any]:
    """The whole text of a message as a file chip."""
    url = reverse("console-message-text", args=[ticket.number, message.pk])
    size = len(message.text.encode()) + len(message.folded.encode())
    return {"name": _("The whole text"), "size": size, "url": url, "kind": "text", "title": "text/plain"}


def message_html(ticket: Ticket, message: Message, files: Sequence[Attachment], *, remote_images: bool) -> SafeString:
    """A mail's own sanitised HTML: its inline pictures from our files, its remote ones only when asked for."""
    html = message.html
    for file in files:
        if file.content_id:
            html = html.replace(f"cid:{escape(file.content_id.strip('<>'))}", file_url(ticket, file))
    if remote_images:
        html = html.replace("data-remote-src=", "src=")
    return mark_safe(html)  # noqa: S308 - sanitised by nh3 at intake


def file_url(ticket: Ticket, file: Attachment) -> str:
    return reverse("console-file", args=[ticket.number, file.pk, file.name.replace("/", "_") or "file"])


def file_view(ticket: Ticket, file: Attachment, *, seen: bool = False) -> dict[str, Any]:
    """A file chip: pictures open in place, voice is played, logs and archives open as pages, all else is saved.

    ``seen``: a picture is shown as such, small, and opens large.
    """
    kind, opens = kind_of(file.name, file.type)
    url = reverse("console-file-open", args=[ticket.number, file.pk]) if opens else file_url(ticket, file)
    thumb = seen and kind == "image" and file.type in said.SHOWN_IN_PLACE and file.size <= LARGEST_SEEN
    return {"name": file.name, "size": file.size, "url": url, "kind": kind, "title": file.type, "thumb": thumb}
