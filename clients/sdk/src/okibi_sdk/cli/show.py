"""Requests, verdicts and messages for a reader."""

from collections.abc import Iterator
from datetime import datetime

from okibi_sdk.models import Article, Judged, Message, Request, Update, Verdict
from okibi_sdk.outbox import Waiting
from okibi_sdk.words import Sentence as S  # noqa: N817 - the tables below are read as tables
from okibi_sdk.words import size_words

STATES = {
    "new": S("принята", "placed"),
    "open": S("в работе", "in work"),
    "waiting": S("ждём вас", "waiting for you"),
    "planned": S("в плане", "planned"),
    "solved": S("решена", "solved"),
    "refused": S("отказ", "refused"),
    "closed": S("закрыта", "closed"),
    "uncovered": S("без права на поддержку", "not covered"),
}
AUTHORS = {"me": S("Вы", "You"), "desk": S("Поддержка", "Support"), "system": S("Система", "System")}
MARKS = {"met": "+", "unmet": "−"}


def moment(at: datetime | None) -> str:
    """In the server's own offset: terms are counted there."""
    return f"{at:%d.%m.%Y %H:%M}" if at else "—"


def state(code: str, language: str) -> str:
    return STATES[code].in_(language) if code in STATES else code


def request_line(request: Request, language: str) -> str:
    """One line of the list."""
    unread = f" ({request.unread})" if request.unread else ""
    told = state(request.state, language)
    whose = f" — {request.requester}" if request.requester else ""
    return f"{request.number}  {told:<16} {moment(request.due_at):<16}  {request.subject}{unread}{whose}"


def request_lines(request: Request, language: str) -> Iterator[str]:
    """The head of a request."""
    yield f"{request.number}  {request.subject}"
    yield f"{S('Состояние', 'State').in_(language)}: {state(request.state, language)}"
    if request.due_at:
        yield from promise(request.aim_at, request.due_at, language)
    if request.planned_version:
        yield f"{S('Будет в версии', 'Planned for version').in_(language)}: {request.planned_version}"
    if request.refusal:
        yield f"{S('Отказ', 'Refused').in_(language)}: {request.refusal.text} {request.refusal.reasons}".rstrip()
        if request.refusal.way_out:
            yield request.refusal.way_out
    if request.linked_to:
        yield f"{S('Продолжает заявку', 'Goes on from').in_(language)}: {request.linked_to}"
    yield from verdict_lines(request.verdict)


def promise(aim_at: datetime | None, due_at: datetime | None, language: str) -> Iterator[str]:
    since = f"{moment(aim_at)} – " if aim_at else ""
    yield f"{S('Срок ответа', 'Answer due').in_(language)}: {since}{moment(due_at)}"


def verdict_lines(verdict: Verdict | Judged | None) -> Iterator[str]:
    for line in verdict.lines if verdict else ():
        yield f"  {MARKS.get(line.status, '?')} {line.text or line.about}"
        if line.status != "met" and line.detail:
            yield f"    {line.detail}"


def steps(verdict: Verdict, language: str) -> Iterator[str]:
    if verdict.due_at:
        yield from promise(verdict.aim_at, verdict.due_at, language)
    for step in verdict.steps:
        yield f"  {moment(step.at)}  {step.text}"


def message_lines(message: Message, language: str) -> Iterator[str]:
    """A message with its attachments."""
    known = AUTHORS.get(message.author)
    who = (
        message.author_name if message.author_name and message.author != "me" else known.in_(language) if known else ""
    )
    yield f"— {who or message.author}, {moment(message.at)}"
    yield from (f"  {line}" for line in message.text.splitlines())
    for file in message.attachments:
        yield f"  [{file.id}] {file.name}, {size_words(file.size, language)}"


def waiting_lines(waiting: Waiting, language: str) -> Iterator[str]:
    """One draft of the outbox, with what is wrong and what to do."""
    text = " ".join(waiting.text.split())[:60]
    number = f" {waiting.number}" if waiting.number else ""
    yield f"{waiting.id:>4}  {waiting.state.words(language)}{number}{_belongs(waiting, language)}  {text}"
    if waiting.reason:
        yield f"      {waiting.reason} {waiting.remedy}".rstrip()


def _belongs(waiting: Waiting, language: str) -> str:
    """Where an unsent message goes: a request's number, or the draft that places that request."""
    if waiting.number or waiting.act == "place":
        return ""
    if waiting.request:
        return S(f" → заявка {waiting.request}", f" → request {waiting.request}").in_(language)
    return S(f" → после исходящего {waiting.after}", f" → after draft {waiting.after}").in_(language)


def article_lines(article: Article) -> Iterator[str]:
    """A help article as plain text."""
    yield article.title
    yield ""
    yield from article.text.splitlines()
    if article.url:
        yield from ("", article.url)


def update_lines(found: Update, language: str) -> Iterator[str]:
    """The version that is offered, with the way to it."""
    newer = found.update
    if newer is None:
        yield S("Новее ничего нет.", "There is nothing newer.").in_(language)
        return
    forced = S(", обязательная", ", must be installed").in_(language) if newer.forced else ""
    yield f"{S('Вышла версия', 'Version').in_(language)} {newer.version}{forced}  {moment(newer.published_at)}"
    yield from (f"  {line}" for line in newer.notes.splitlines())
    yield newer.page
    for file in newer.files:
        yield f"  {file.name}, {size_words(file.size, language)}, SHA-256 {file.sha256}"
