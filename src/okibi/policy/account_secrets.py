"""Secrets of accounts: each stands in a file, in the environment, or in the accounts' file where only we read it."""

import os
from pathlib import Path

from okibi.policy.scheme_table import Table


def secret_of(table: Table, key: str, folder: Path, *, private: bool, needed: bool) -> str:
    """The secret by ``key``, ``key_file`` or ``key_env``; "" where there is none, which is noted when it is needed.

    ``folder``: where relative files are looked for; ``private``: the accounts' own file has mode 0600.
    """
    ways = [name for name in (key, f"{key}_file", f"{key}_env") if table.has(name)]
    if not ways:
        if needed:
            table.problem(
                None,
                f"нужен {key}_file (файл), {key}_env (переменная окружения) или {key}",
                f"{key}_file (a file), {key}_env (an environment name) or {key} is needed",
            )
        return ""
    values = [_secret_by(table, way, key, folder, private=private) for way in ways]
    if len(ways) > 1:
        table.problem(ways[1], f"{key} задан дважды", f"{key} is given twice")
    return values[0]


def _secret_by(table: Table, way: str, key: str, folder: Path, *, private: bool) -> str:
    value = table.text(way)
    if way == key:
        if not private:
            table.problem(
                way,
                "ключ в самом файле: выполните chmod 600 или вынесите ключ в отдельный файл",
                "a secret in the file itself: chmod 600 it, or keep the secret in a file of its own",
            )
        return value
    if way.endswith("_env"):
        found = os.environ.get(value, "").strip()
        if value and not found:
            table.problem(way, f"переменной {value} нет", f"there is no variable {value}")
        return found
    try:
        found = (folder / value).read_text(encoding="utf-8").strip() if value else ""
    except (OSError, UnicodeDecodeError):
        table.problem(way, f"файл {value} не читается", f"the file {value} can't be read")
        return ""
    if value and not found:
        table.problem(way, f"файл {value} пуст", f"the file {value} is empty")
    return found
