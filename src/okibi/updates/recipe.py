"""What is installed on a host that runs no updater, and how: said by the desk, refused with the field's name.

Commands are lines of the host's own shell (``sh``; on Windows ``cmd``). They find ``OKIBI_FILE``, ``OKIBI_FOLDER``,
``OKIBI_VERSION``, ``OKIBI_OLD`` and ``OKIBI_BACKUP`` in their environment.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables
from okibi.updates.kinds import Way

LONGEST = 1000  # characters of a command
MOST_LIMIT = 4 * 3600  # seconds
MOST_KEPT = 30


class Install(StrEnum):
    """By what way a version comes onto the host."""

    ARCHIVE = "archive"  # the folder is swapped for what the archive holds
    EXE = "exe"
    MSI = "msi"
    SCRIPT = "script"  # a command of the host's administrator


INSTALL_TITLES = {
    Install.ARCHIVE: S("архив: папка заменяется целиком", "an archive: the whole folder is swapped"),
    Install.EXE: S("EXE с ключами тихой установки", "EXE with its silent arguments"),
    Install.MSI: S("MSI (msiexec /qn)", "MSI (msiexec /qn)"),
    Install.SCRIPT: S("своя команда", "a command of one's own"),
}
OF_WAY: Mapping[Way, Sequence[Install]] = {
    Way.SSH: (Install.ARCHIVE, Install.SCRIPT),
    Way.WINRM: tuple(Install),
}

NO_PRODUCT = S("Выберите программу из названных в доступе.", "Choose one of the programs that the access names.")
NO_INSTALL = S("Выберите, как ставить.", "Choose how it is installed.")
NO_FOLDER = S("Назовите папку программы полностью, не корень диска.", "Name the program's whole folder, not a root.")
NO_VERSION = S(
    "Нужна команда, которая печатает версию: по ней видно, что стоит и что обновилось.",
    "A command that prints the version is needed: it tells what runs there, before and after.",
)
NO_COMMAND = S("Для своей команды нужна сама команда.", "A command of one's own needs the command.")
TOO_LONG = S(f"Одна строка, не длиннее {LONGEST} знаков.", f"One line, {LONGEST} characters at most.")
BAD_LIMIT = S("Предел — от 1 секунды до 4 часов.", "A limit is from 1 second to 4 hours.")
BAD_KEEP = S(
    "Что сохранить: имена внутри папки, по одному в строке.", "What stays: names inside the folder, one a line."
)
_POSIX = re.compile(r"(?:/[^/\0\n]+)+/?")
_WINDOWS = re.compile(r'[A-Za-z]:(?:[\\/][^\\/:*?"<>|\0\n]+)+[\\/]?')


class RecipeError(InputError):
    """What can't be; ``field`` is where it stands."""

    code = "recipe"

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(why, field=field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Recipe:
    """``version``: a command that prints it. ``limit``, ``health_limit``: seconds. "" where there is no such step."""

    product: str
    install: Install
    folder: str
    version: str
    arguments: str = ""
    command: str = ""
    stop: str = ""
    start: str = ""
    health: str = ""
    restore: str = ""
    keep: tuple[str, ...] = ()
    strip: bool = False
    sudo: bool = False
    limit: int = 1800
    health_limit: int = 60

    def as_json(self) -> dict[str, Any]:
        """The shape that :func:`recipe_of` reads."""
        return {**asdict(self), "install": self.install.value, "keep": list(self.keep)}


def recipe_of(kept: Mapping[str, Any]) -> Recipe | None:
    """The recipe of a host's row; None where nothing was said."""
    if not kept:
        return None
    return Recipe(**{**kept, "install": Install(kept["install"]), "keep": tuple(kept["keep"])})


def checked(recipe: Recipe, way: Way, products: Sequence[str]) -> Recipe:
    """The recipe where it can be one of this way and these products. Raises RecipeError."""
    if recipe.product not in products:
        raise RecipeError("product", NO_PRODUCT)
    if recipe.install not in OF_WAY.get(way, ()):
        raise RecipeError("install", NO_INSTALL)
    shape = _POSIX if way is Way.SSH else _WINDOWS
    if not shape.fullmatch(recipe.folder) or any(part in {".", ".."} for part in re.split(r"[\\/]", recipe.folder)):
        raise RecipeError("folder", NO_FOLDER)
    if not recipe.version:
        raise RecipeError("version", NO_VERSION)
    if recipe.install is Install.SCRIPT and not recipe.command:
        raise RecipeError("command", NO_COMMAND)
    _measured(recipe)
    if len(recipe.keep) > MOST_KEPT or not all(map(_inside, recipe.keep)):
        raise RecipeError("keep", BAD_KEEP)
    return recipe


def _measured(recipe: Recipe) -> None:
    for field in ("version", "arguments", "command", "stop", "start", "health", "restore"):
        line = getattr(recipe, field)
        if len(line) > LONGEST or any(ord(character) < 32 for character in line):
            raise RecipeError(field, TOO_LONG)
    for field in ("limit", "health_limit"):
        if not 1 <= getattr(recipe, field) <= MOST_LIMIT:
            raise RecipeError(field, BAD_LIMIT)


def _inside(name: str) -> bool:
    parts = re.split(r"[\\/]", name)
    return bool(name) and len(name) <= 200 and ":" not in name and name.isprintable() and not {"", ".", ".."} & {*parts}
