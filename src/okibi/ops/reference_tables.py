"""Reference pages of commands, journal codes, letters, errors, channels and states, from what the product runs on."""

import argparse
import ast
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from okibi.channels.registry import ADAPTERS, channel
from okibi.flows import letters
from okibi.journal.codes import CODES
from okibi.kernel.sentence import Sentence
from okibi.ops import reference_words as words
from okibi.ops.cli import COMMANDS
from okibi.ops.commands.arguments import Parser, Said
from okibi.ops.settings_table import PACKAGE
from okibi.policy.ticket_states import TABLE, Event, No, State, TransitionError

MADE = """Made by `okibi docs` from the product's own tables; do not edit.
Страница создана командой `okibi docs` из таблиц самого продукта; не правьте её.
"""
HOW_TO_RUN = """`script/okibi COMMAND …` in a checkout, `okibi COMMAND …` where it is installed. Exit codes: 0 done,
1 failed, 2 misused, 75 try again, 78 wrongly configured.
"""
FAMILIES = """A family says whose fault it is: `input` the giver can mend it; `not_allowed` it is not there or not
theirs, and the answer is the same; `conflict` the thing is not in the state that the act needs; `configuration` the
operator can mend it (exit code 78); `outside` a foreign server failed and may work later (exit code 75). Codes are
stable and never translated; every error carries its sentence in Russian and in English.
"""
CAN_DO = """The channels that the product speaks. "Sent again": whether a message whose fate is unknown may be
handed over once more, because receivers know its id. How to add a channel: [CONTRIBUTING](../../CONTRIBUTING.md).
"""


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


# ---------------------------------------------------------------- commands


def commands() -> str:
    """Every command with its arguments."""
    parts = [
        "# Commands · Команды\n",
        MADE,
        HOW_TO_RUN,
    ]
    for name, command in COMMANDS.items():
        parts += [f"## okibi {name}\n", f"{command.help.en.capitalize()}. {command.help.ru.capitalize()}.\n"]
        parts += _arguments(parser_of(name), f"okibi {name}")
    return "\n".join(parts)


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    branches = Parser(prog="okibi").add_subparsers()
    importlib.import_module(COMMANDS[name].module).register(branches)
    return branches.choices[name]


def _arguments(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Argparse's own help differs from one Python to the next; the arguments do not."""
    rows = []
    below: list[tuple[str, argparse.ArgumentParser]] = []
    for action in parser._actions:  # noqa: SLF001  there is no public way to read them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            below = [(f"{name} {each}", action.choices[each]) for each in action.choices]
        elif not isinstance(action, argparse._HelpAction):  # noqa: SLF001
            said = (
                action.help.sentence
                if isinstance(action.help, Said)
                else Sentence(action.help or "", action.help or "")
            )
            rows.append([f"`{_spelled(action)}`", said.en, said.ru])
    if rows:
        yield table(["argument", "what", "что"], rows)
    for each, inner in below:
        yield f"### {each}\n"
        yield from _arguments(inner, each)


def _spelled(action: argparse.Action) -> str:
    shown = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper())
    value = " ".join(shown) if isinstance(shown, tuple) else shown
    if action.nargs == 0 or isinstance(action, argparse.BooleanOptionalAction):
        value = ""
    elif isinstance(action.nargs, int) and isinstance(shown, str):
        value = " ".join([shown] * action.nargs)
    return " ".join(filter(None, [", ".join(action.option_strings), value]))


# ---------------------------------------------------------------- journal, letters, channels


def journal_codes() -> str:
    """Every kind of act."""
    rows = [[f"`{code}`", sentence.en, sentence.ru] for code, sentence in CODES.items()]
    head = "# Journal codes · Коды журнала\n"
    about = "Every act that the journal knows. Words in braces are filled in from the entry's data.\n"
    return "\n".join([head, MADE, about, table(["code", "English", "русский"], rows)])


def letters_page() -> str:
    """Every letter, when it goes out and what it may say."""
    about = "Each letter is a whole file per language in `src/okibi/flows/letters`, its subject on the first line.\n"
    parts = ["# Letters · Письма\n", MADE, about]
    for name in letters.names():
        when = words.LETTERS[name]
        parts += [f"## {name}\n", f"{when.en} {when.ru}\n"]
        parts += [f"Files: `flows/letters/ru/{name}.txt`, `flows/letters/en/{name}.txt`\n"]
    return "\n".join(parts)


def channels() -> str:
    """Every channel and what it can do."""
    rows = []
    for kind in ADAPTERS:
        adapter, said = channel(kind), words.CHANNELS[kind]
        repeats = "yes" if adapter.repeatable else "no"
        rows.append([f"`{kind}`", f"{adapter.title.en} · {adapter.title.ru}", said.en, said.ru, repeats])
    head = ["kind", "name", "what it does", "что делает", "sent again"]
    return "\n".join(["# Channels · Каналы\n", MADE, CAN_DO, table(head, rows)])


# ---------------------------------------------------------------- errors


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """One error of the product as its source says it."""

    name: str
    room: str
    bases: tuple[str, ...]
    code: str
    what: str


def error_classes() -> list[ErrorClass]:
    """Every class that is, in the end, an OkibiError; the root first. Read from the source: nothing is loaded."""
    found = {each.name: each for path in sorted(PACKAGE.rglob("*.py")) for each in _errors_of(path)}

    def is_ours(name: str) -> bool:
        return name == "OkibiError" or (name in found and any(is_ours(base) for base in found[name].bases))

    def code(name: str) -> str:
        own = found[name].code
        return own or next(code(base) for base in found[name].bases if is_ours(base))

    ours = [each for each in found.values() if is_ours(each.name)]
    full = [ErrorClass(e.name, e.room, e.bases, code(e.name), e.what) for e in ours]
    return sorted(full, key=lambda e: (e.room != "kernel", e.room, e.code, e.name))


def _errors_of(path: Path) -> Iterator[ErrorClass]:
    inside = path.relative_to(PACKAGE)
    if "tests" in inside.parts or "migrations" in inside.parts:
        return
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
            what = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
            yield ErrorClass(node.name, inside.parts[0], bases, _code_of(node), what)


def _code_of(node: ast.ClassDef) -> str:
    for line in node.body:
        if isinstance(line, ast.AnnAssign | ast.Assign) and isinstance(line.value, ast.Constant):
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            if any(isinstance(target, ast.Name) and target.id == "code" for target in targets):
                return str(line.value.value)
    return ""


def errors() -> str:
    """Every error code and what it says."""
    rows = [[f"`{e.code}`", f"`{e.name}`", e.room, e.what] for e in error_classes()]
    return "\n".join(["# Errors · Ошибки\n", MADE, FAMILIES, table(["code", "class", "room", "what"], rows)])


# ---------------------------------------------------------------- states


def states() -> str:
    """The whole table (state, event) → state."""
    parts = ["# States of a request · Состояния заявки\n", MADE, state_words(), "## What leads where\n", state_table()]
    return "\n".join([*parts, "## Why not\n", refusals_of_the_table()])


def state_words() -> str:
    """What every state means."""
    return table(["state", "English", "русский"], [[f"`{s}`", words.STATES[s].en, words.STATES[s].ru] for s in State])


def state_table(language: str = "") -> str:
    """Rows are events, columns states; a word in brackets says why not."""
    head = ["event" if language != "ru" else "событие", *(f"`{state}`" for state in State)]
    rows = []
    for event in Event:
        said = words.EVENTS[event]
        about = said.in_language(language) if language else f"{said.en} · {said.ru}"
        after = [TABLE[state, event] for state in State]
        rows.append([f"`{event}` {about}", *(f"({each})" if isinstance(each, No) else f"`{each}`" for each in after)])
    return table(head, rows)


def refusals_of_the_table() -> str:
    """What somebody is told who tries."""
    rows = []
    for no in No:
        said = TransitionError(State.NEW, Event.TAKE, no).sentence
        rows.append([f"({no})", said.en, said.ru])
    return table(["", "English", "русский"], rows)


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/commands.md": commands,
    "docs/reference/journal-codes.md": journal_codes,
    "docs/reference/letters.md": letters_page,
    "docs/reference/errors.md": errors,
    "docs/reference/channels.md": channels,
    "docs/reference/states.md": states,
}
