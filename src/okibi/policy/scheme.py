"""Loads and checks the vendor's policy file: the one place where ``policies/*.toml`` becomes values.

A wrong file is refused whole, with every problem's line and reason. Nothing here asks the time or opens a socket.
"""

import hashlib
import os
import re
import tomllib
from pathlib import Path
from types import MappingProxyType

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.policy import scheme_sections as sections
from okibi.policy.scheme_hours import check_terms, working_time
from okibi.policy.scheme_lines import Lines
from okibi.policy.scheme_table import Book, Problem, Table
from okibi.policy.scheme_values import Scheme, SmsNotices

__all__ = ["PolicyError", "Problem", "Scheme", "check", "default_policy_path", "load"]

FORMAT = 1
_TOML_PLACE = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)
_TOML_WORDS = {
    "Invalid value": "значение записано неверно",
    "Invalid statement": "строка записана неверно",
    "Expected '=' after a key in a key/value pair": "после ключа нужен знак «=»",
    "Expected newline or end of document after a statement": "после значения на строке есть лишнее",
    "Cannot overwrite a value": "ключ записан дважды",
    "Unclosed array": "список не закрыт",
    "Unclosed inline table": "таблица в строке не закрыта",
    "Unterminated string": "строка не закрыта кавычкой",
    "Expected ']' at the end of a table declaration": "заголовок таблицы не закрыт скобкой «]»",
}


class PolicyError(ConfigurationError):
    """A policy file can't be taken. ``problems`` has every reason with its line."""

    code = "policy"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        lines_ru = "; ".join(f"строка {problem.line}, {problem.where}: {problem.sentence.ru}" for problem in problems)
        lines_en = "; ".join(f"line {problem.line}, {problem.where}: {problem.sentence.en}" for problem in problems)
        super().__init__(Sentence(f"файл политики не принят: {lines_ru}", f"the policy file is refused: {lines_en}"))
        self.problems = problems


def default_policy_path() -> Path:
    """The policy in use: ``OKIBI_POLICY``, else ``policies/okibi.toml`` of the source tree or of the installation."""
    chosen = os.environ.get("OKIBI_POLICY")
    if chosen:
        return Path(chosen)
    package = Path(__file__).resolve().parents[1]
    of_tree = package.parents[1] / "policies" / "okibi.toml"
    return of_tree if of_tree.is_file() else package / "policies" / "okibi.toml"


def load(source: Path | str | None = None) -> Scheme:
    """The scheme from a file (a ``Path``; None means the default one) or from a text (a ``str``).

    Raises PolicyError for a wrong text, OSError for a file that can't be read.
    """
    text = source if isinstance(source, str) else _text_of(source or default_policy_path())
    scheme, problems = _read(text)
    if problems or scheme is None:
        raise PolicyError(problems)
    return scheme


def check(text: str) -> list[Problem]:
    """Everything that is wrong with a policy text, in the order of its lines; empty where it can be taken."""
    return list(_read(text)[1])


def _text_of(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        sentence = Sentence("файл не в кодировке UTF-8", "the file is not in UTF-8")
        raise PolicyError((Problem(line, "file", sentence),)) from None


def _read(text: str) -> tuple[Scheme | None, tuple[Problem, ...]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_syntax(str(error), text),)
    book = Book(Lines(text.replace("\r\n", "\n")))
    scheme = _scheme(Table(data, (), book), text)
    return scheme, tuple(sorted(book.problems))


def _syntax(message: str, text: str) -> Problem:
    place = _TOML_PLACE.match(message)
    what, line = (place["what"], place["line"]) if place else (message, None)
    said = _TOML_WORDS.get(what, f"ошибка записи TOML ({what})")
    number = int(line) if line else max(1, text.count("\n") + (not text.endswith("\n")))
    return Problem(number, "file", Sentence(said, what))


def _scheme(root: Table, text: str) -> Scheme:
    root.whole("format", FORMAT, FORMAT)
    products = sections.products(root)
    channels = sections.channels(root, [product.code for product in products])
    hours = sections.one(root, "working_time", working_time)
    classes = sections.one(root, "classes", sections.classes)
    versions = root.table("versions")
    scheme = Scheme(
        valid_from=root.day("valid_from"),
        vendor=sections.one(root, "vendor", sections.vendor),
        products=products,
        working_time=hours,
        coverage=sections.one(root, "coverage", sections.coverage),
        environments=MappingProxyType(sections.one(root, "environments", sections.environments)),
        desktop_versions=sections.one(versions, "desktop", sections.desktop_versions),
        mobile_versions=sections.one(versions, "mobile", sections.mobile_versions),
        channels=channels,
        reaction_kind=sections.one(root, "reaction", sections.reaction_kind),
        classes=MappingProxyType(classes),
        refusal=sections.one(root, "refusal", lambda table: sections.refusal(table, [item.code for item in channels])),
        desk=sections.one(root, "desk", sections.desk),
        sms_notices=sections.one(root, "sms_notices", sections.sms_notices)
        if root.has("sms_notices")
        else SmsNotices(),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )
    versions.done()
    root.done()
    if not root.has_problems():
        check_terms(root.table("classes"), classes.values(), hours)
    return scheme
