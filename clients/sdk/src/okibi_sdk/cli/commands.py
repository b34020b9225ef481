"""The commands: each asks the API or the outbox, and prints. They return an ``Exit``."""

import sys
from collections.abc import Callable
from pathlib import Path

from okibi_sdk.cli import show
from okibi_sdk.cli.desk import Desk, Exit, StopError, device_name
from okibi_sdk.models import Draft, Enrolment, Wish
from okibi_sdk.outbox import State, Waiting
from okibi_sdk.problems import InvalidError
from okibi_sdk.tokens import Keys
from okibi_sdk.words import Sentence

# ---------------------------------------------------------------- enrolment


def enrol(desk: Desk) -> Exit:
    """Begin, or go on with the code. At a terminal the code is asked for."""
    asked, keys = desk.asked, desk.keys
    if asked.code and keys and keys.secret:
        return _confirm(desk, keys, Enrolment(keys.enrolment, "", keys.secret), asked.code)
    wish = Wish(
        asked.licence,
        asked.trial,
        asked.invitation,
        asked.email,
        asked.name,
        "desktop",
        asked.device or device_name(),
        asked.product,
        asked.version,
        desk.environment().as_json(),
    )
    begun = desk.stranger.enrol(wish)
    if begun.token:
        return _enrolled(desk, begun)
    keys = Keys(desk.server, "", begun.id, begun.secret, asked.email)
    desk.key_file.save(keys)
    if asked.code:
        return _confirm(desk, keys, begun, asked.code)
    desk.answer(
        {"state": begun.state, "email": asked.email},
        [
            Sentence(
                f"На {asked.email} отправлен код. Введите его, или: okibi-ipv enrol --code 000000",
                f"A code went to {asked.email}. Type it in, or: okibi-ipv enrol --code 000000",
            ).in_(desk.language)
        ],
    )
    while sys.stdin.isatty() and not asked.json:
        desk.out.write("> ")
        desk.out.flush()
        typed = sys.stdin.readline().strip()
        if not typed:
            break
        try:
            return _confirm(desk, keys, begun, typed)
        except InvalidError as error:
            desk.line(error.sentence)
    return Exit.DONE


def _confirm(desk: Desk, keys: Keys, begun: Enrolment, code: str) -> Exit:
    desk.asked.server = keys.server
    return _enrolled(desk, desk.stranger.confirm(begun, code))


def _enrolled(desk: Desk, enrolment: Enrolment) -> Exit:
    desk.keys = Keys(desk.server, enrolment.token)
    desk.key_file.save(desk.keys)
    device = desk.client.device()
    who = device.person.name if device.person else ""
    desk.answer(
        {"state": "confirmed", "device": device},
        [
            Sentence("Установка подключена", "This installation is enrolled").in_(desk.language)
            + f": {', '.join(filter(None, (device.name, who)))}"
        ],
    )
    return Exit.DONE


def sign_out(desk: Desk) -> Exit:
    """Give the token back and forget it; the outbox stays."""
    desk.client.sign_out()
    desk.key_file.forget()
    desk.answer({"state": "signed_out"}, [Sentence("Установка отключена.", "Signed out.").in_(desk.language)])
    return Exit.DONE


def environment(desk: Desk) -> Exit:
    """What will be told, line by line; with ``--send`` it's told, and the verdict printed."""
    report = desk.environment()
    if not desk.asked.send:
        told = {"environment": report.as_json(), "lines": [(line.key, line.words(desk.language)) for line in report]}
        desk.answer(told, [f"{line.key:<16} {line.words(desk.language)}" for line in report])
        return Exit.DONE
    verdict = desk.client.push_environment(report.as_json(), product=desk.asked.product, version=desk.asked.version)
    desk.answer(verdict, show.verdict_lines(verdict))
    return Exit.DONE


def update(desk: Desk) -> Exit:
    """The newest version that this installation may have, what is new in it, and where to fetch it; or the file."""
    asked = desk.asked
    found = desk.client.newer_version(product=asked.product, version=asked.version, channel=asked.channel)
    lines = list(show.update_lines(found, desk.language))
    if asked.to and found.update and found.update.files:
        file = found.update.files[0]  # the best for this machine stands first
        asked.to.mkdir(parents=True, exist_ok=True)
        kept = desk.client.fetch_update(file, asked.to / Path(file.name).name)
        lines.append(str(kept))
    desk.answer(found, lines)
    return Exit.DONE


# ---------------------------------------------------------------- placing and writing


def place(desk: Desk) -> Exit:
    """Into the outbox first, then out of it: what was typed is never lost."""
    asked = desk.asked
    draft = Draft(
        _text(asked.text), asked.kind, asked.subject, asked.product, asked.version, desk.environment().as_json()
    )
    if asked.preview:
        verdict = (desk.client if desk.keys and desk.keys.token else desk.stranger).verdict(draft)
        lines = [*show.verdict_lines(verdict), *show.steps(verdict, desk.language)]
        desk.answer(verdict, lines)
        return Exit.DONE
    return _sent(desk, desk.outbox.put(draft, _files(desk, asked.file)), placed=True)


def say(desk: Desk) -> Exit:
    return _write(desk, _text(desk.asked.text), desk.asked.file)


def attach(desk: Desk) -> Exit:
    return _write(desk, desk.asked.text, desk.asked.files)


def _write(desk: Desk, text: str, files: list[Path]) -> Exit:
    sources = _files(desk, files)
    return _sent(desk, desk.outbox.put_message(text, number=desk.asked.number, files=sources), placed=False)


def _text(said: str) -> str:
    return sys.stdin.read() if said == "-" else said


def _files(desk: Desk, files: list[Path]) -> list[Path]:
    for each in files:
        if not each.is_file():
            raise StopError(
                Sentence(f"Такого файла нет: {each}", f"There is no such file: {each}").in_(desk.language), Exit.USAGE
            )
    return files


def _sent(desk: Desk, draft: int, *, placed: bool) -> Exit:
    """Send what was put in, and say how it went."""
    if desk.outbox.client is None:
        desk.line(Sentence("Сохранено в исходящих.", "Kept in the outbox.").in_(desk.language))
        raise StopError(_not_enrolled(desk), Exit.NOT_ENROLLED)
    desk.outbox.flush()
    went = desk.outbox.get(draft)
    if went is not None and went.state is State.SENT:
        if placed:
            request = desk.client.request(went.number)
            desk.answer(request, show.request_lines(request, desk.language))
        else:
            sentence = Sentence(f"Отправлено в заявку {went.number}.", f"Sent to request {went.number}.")
            desk.answer(went, [sentence.in_(desk.language)])
        return Exit.DONE
    failed = went is not None and went.state is State.FAILED
    desk.answer(went, show.waiting_lines(went, desk.language) if went else ())
    return Exit.REFUSED if failed else Exit.KEPT


def _not_enrolled(desk: Desk) -> str:
    return Sentence("Уйдёт после подключения: okibi-ipv enrol", "It goes after enrolment: okibi-ipv enrol").in_(
        desk.language
    )


# ---------------------------------------------------------------- looking and acting


def similar(desk: Desk) -> Exit:
    found = desk.client.similar(_text(desk.asked.text), product=desk.asked.product)
    desk.answer(found, [f"{each.number or each.slug}  {each.title}" for each in found])
    return Exit.DONE


def article(desk: Desk) -> Exit:
    found = desk.client.article(desk.asked.slug)
    desk.answer(found, show.article_lines(found))
    return Exit.DONE


def list_(desk: Desk) -> Exit:
    asked = desk.asked
    of = "organisation" if asked.organisation else "me"
    page = desk.client.requests(state=asked.state, query=asked.query, limit=asked.limit, of=of)
    desk.answer(page.items, [show.request_line(each, desk.language) for each in page.items])
    return Exit.DONE


def show_(desk: Desk) -> Exit:
    """The request and its conversation; shown is read."""
    request = desk.client.request(desk.asked.number)
    messages = desk.client.messages(desk.asked.number)
    lines = [*show.request_lines(request, desk.language)]
    for each in messages:
        lines += show.message_lines(each, desk.language)
    desk.answer({"request": request, "messages": messages}, lines)
    if messages and request.unread:
        desk.client.read(desk.asked.number, messages[-1].id)
    return Exit.DONE


def follow(desk: Desk) -> Exit:
    """Events as they happen, the words of the desk's messages with them, until interrupted or ``--count`` were seen."""
    asked, seen = desk.asked, 0
    last: dict[str, int] = {}
    for event in desk.client.events(after=asked.after):
        if asked.number and event.number != asked.number:
            continue
        lines = [f"{event.code}  {event.number}"]
        if event.code == "request.message":
            said = desk.client.messages(event.number, after=last.get(event.number, 0))
            fresh = said if event.number in last else said[-1:]
            last[event.number] = max([last.get(event.number, 0), *(each.id for each in said)])
            for each in fresh:
                lines += show.message_lines(each, desk.language)
            desk.answer({**_event(event), "messages": fresh}, lines)
        else:
            desk.answer(_event(event), lines)
        seen += 1
        if asked.count and seen >= asked.count:
            break
    return Exit.DONE


def _event(event: object) -> dict[str, object]:
    return {name: getattr(event, name) for name in ("id", "code", "number", "data")}


def fetch(desk: Desk) -> Exit:
    kept = desk.client.download(desk.asked.attachment, desk.asked.to)
    desk.answer({"file": str(kept), "size": kept.stat().st_size}, [str(kept)])
    return Exit.DONE


def works(desk: Desk) -> Exit:
    return _acted(desk, lambda: desk.client.works(desk.asked.number))


def withdraw(desk: Desk) -> Exit:
    return _acted(desk, lambda: desk.client.withdraw(desk.asked.number, desk.asked.text))


def reopen(desk: Desk) -> Exit:
    return _acted(desk, lambda: desk.client.reopen(desk.asked.number, desk.asked.text))


def rate(desk: Desk) -> Exit:
    return _acted(desk, lambda: desk.client.rate(desk.asked.number, desk.asked.score, desk.asked.text))


def _acted(desk: Desk, act: Callable[[], object]) -> Exit:
    act()
    request = desk.client.request(desk.asked.number)
    desk.answer(request, [show.request_line(request, desk.language)])
    return Exit.DONE


def outbox(desk: Desk) -> Exit:
    """What has not gone yet; ``--send`` tries at once. Ends with KEPT where something still waits."""
    asked = desk.asked
    if asked.discard is not None:
        desk.outbox.discard(asked.discard)
    if asked.retry is not None:
        desk.outbox.retry(asked.retry)
    if asked.send or asked.retry is not None:
        _ = desk.client  # says so where this installation isn't enrolled
        desk.outbox.flush()
    held = desk.outbox.list() if not asked.request else _unsent(desk, asked.request)
    lines = [line for each in held for line in show.waiting_lines(each, desk.language)]
    desk.answer(held, lines or [Sentence("Исходящие пусты.", "The outbox is empty.").in_(desk.language)])
    left = {each.state for each in held} - {State.SENT}
    return Exit.REFUSED if State.FAILED in left else Exit.KEPT if left else Exit.DONE


def _unsent(desk: Desk, request: str) -> tuple[Waiting, ...]:
    """Of one request: by its number, or by the id here of the draft that places it."""
    return desk.outbox.unsent(after=int(request)) if request.isdecimal() else desk.outbox.unsent(number=request)


RUN: dict[str, Callable[[Desk], Exit]] = {
    "enrol": enrol,
    "environment": environment,
    "update": update,
    "place": place,
    "similar": similar,
    "article": article,
    "list": list_,
    "show": show_,
    "follow": follow,
    "say": say,
    "attach": attach,
    "fetch": fetch,
    "works": works,
    "withdraw": withdraw,
    "reopen": reopen,
    "rate": rate,
    "outbox": outbox,
    "sign-out": sign_out,
}
