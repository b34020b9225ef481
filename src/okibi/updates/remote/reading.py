"""What scripts at a host print, read: lines of ``name=text``, the same for every system."""

import re

from okibi.updates.remote.values import Facts, Seen, Task


def read_lines(output: str) -> dict[str, list[str]]:
    """Lines ``name=text``; other lines are what a login shell may say."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        name, sign, text = line.partition("=")
        if sign and name.isalpha():
            found.setdefault(name, []).append(text)
    return found


def one_of(said: dict[str, list[str]], name: str) -> str:
    """The first of a name, or ""."""
    return said.get(name, [""])[0]


def facts_of(said: dict[str, list[str]], system: dict[str, str]) -> Facts:
    """What a host said of itself. ``system``: its family, architecture, name and version, "" for what is unsaid."""
    free = [int(each) for each in said.get("free", ()) if each.isdigit()]
    return Facts(
        {name: text for name, text in system.items() if text},
        tuple(said.get("lacks", ())),
        number_in(one_of(said, "said")),
        min(free) // 1024 if free else None,
        one_of(said, "denied"),
        one_of(said, "mounted"),
    )


def seen_in(output: str) -> Seen:
    """Where a run stands, by what the look at it printed."""
    said = read_lines(output)
    have = one_of(said, "have")
    return Seen(
        there="there" in said,
        begun="begun" in said,
        restoring="restoring" in said,
        alive="alive" in said,
        have=int(have) if have.isdigit() else 0,
        steps=tuple(said.get("step", ())),
        result=tuple(one_of(said, "result").split()),
        tail=one_of(said, "tail").strip(),
        version=number_in(one_of(said, "version")),
    )


def number_in(text: str) -> str:
    """The version in what a program printed ("Program 4.2.0 (build 7)"): the first that has a point, else the text."""
    found = re.search(r"\d+(?:\.\d+)+(?:-[0-9A-Za-z.-]+)?", text)
    return (found[0] if found else text.strip())[:40]


def file_name(task: Task) -> str:
    """The package's name where only letters, digits and ``._+-`` stand: no quoting is needed anywhere."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "_", task.file).lstrip(".-") or "file"
