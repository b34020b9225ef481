"""The accounts of messengers, from the TOML file that OKIBI_CHANNELS names. Pure but for reading files.

A wrong file is refused whole, with every problem's line and reason, as the vendor's scheme is (``policy.scheme``).
Secrets stand in files or in the environment; in the file itself only where nobody else can read it (mode 0600).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from okibi.channels.messenger.kinds import MESSENGERS, shape_of
from okibi.channels.messenger.templates import MessageTemplate, fields_in
from okibi.kernel.sentence import Sentence
from okibi.policy.account_files import NAME, NUMBER, AccountsFile, AccountsFileError, read_table
from okibi.policy.account_secrets import secret_of
from okibi.policy.scheme_table import Problem, Table

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LOGIN = Sentence("нужен логин специалиста: адрес почты", "the specialist's login is needed: an e-mail address")
ADDRESS = Sentence("нужен адрес https://…", "an https://… address is needed")


class ChannelsFileError(AccountsFileError):
    """The file of messengers' accounts can't be taken."""

    code = "channels_file"


@dataclass(frozen=True, slots=True)
class Account:
    """One number or bot of the vendor's. ``secrets`` never appear in a repr."""

    kind: str
    name: str
    title: str
    number: str  # E.164 or ""
    specialist: str  # login of whose number it is; "" for one that is everybody's
    base_url: str  # without a slash at its end
    options: Mapping[str, str]
    flags: frozenset[str]
    templates: tuple[MessageTemplate, ...]
    secrets: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether its vendor is a simulator on this machine."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    def template(self, name: str, language: str) -> MessageTemplate | None:
        """The approved template in that language, or None."""
        return next((each for each in self.templates if (each.name, each.language) == (name, language)), None)


def read(text: str, folder: Path, *, private: bool) -> tuple[tuple[Account, ...], tuple[Problem, ...]]:
    """The accounts in a text and everything that is wrong with it; ``folder``: where relative files are looked for."""

    def accounts(root: Table) -> tuple[Account, ...]:
        seen: set[tuple[str, str]] = set()
        return tuple(_account(table, folder, private, seen) for table in root.tables("account", least=0))

    return read_table(text, accounts, ())


def load(path: Path) -> tuple[Account, ...]:
    """All accounts; none where there is no file. Raises ChannelsFileError, UnicodeDecodeError, OSError."""
    return _FILE.load(path)


_FILE = AccountsFile(read, (), ChannelsFileError)


def _account(table: Table, folder: Path, private: bool, seen: set[tuple[str, str]]) -> Account:
    kind = table.word("kind", list(MESSENGERS))
    shape = shape_of(kind)
    name = table.text("name", r"[a-z0-9][a-z0-9-]{0,29}", NAME)
    if (kind, name) in seen:
        table.problem("name", f"«{name}»: такая учётная запись уже есть", f'"{name}": there is such an account already')
    seen.add((kind, name))
    account = Account(
        kind=kind,
        name=name,
        title=table.text("title") if table.has("title") else name,
        number=table.text("number", r"\+\d{8,15}", NUMBER) if table.has("number") else "",
        specialist=table.text("specialist", r"\S+@\S+", LOGIN) if table.has("specialist") else "",
        base_url=base_url_of(table, shape.base_url),
        options={
            key: table.text(key, option.pattern, option.what)
            for key, option in shape.options.items()
            if option.needed or table.has(key)
        },
        flags=frozenset(key for key in shape.flags if table.has(key) and table.flag(key)),
        templates=tuple(_template(each) for each in table.tables("template", least=0)) if shape.templates else (),
        secrets={
            key: value
            for key, needed in shape.secrets.items()
            if (value := secret_of(table, key, folder, private=private, needed=needed))
        },
    )
    table.done()
    return account


def base_url_of(table: Table, default: str) -> str:
    """Where the vendor's servers are: https, or a simulator on this machine; ``default`` where nothing is said."""
    if not table.has("base_url") and default:
        return default
    url = table.text("base_url", r"https?://\S+", ADDRESS).rstrip("/")
    parts = urlsplit(url)
    if url and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        table.problem(
            "base_url",
            "по http:// ключи ушли бы открытыми; без https можно только на эту машину",
            "over http:// the keys would travel in the clear; only this machine may be without https",
        )
    return url


def _template(table: Table) -> MessageTemplate:
    template = MessageTemplate(
        name=table.text("name", r"[a-z0-9_]{1,512}", NAME),
        language=table.text("language", r"[a-z]{2,3}(_[A-Z]{2})?"),
        title=table.sentence("title"),
        body=table.text("body"),
        parameters=tuple(table.words("parameters", PARAMETERS, least=0)) if table.has("parameters") else (),
    )
    if fields_in(template.body) != list(range(1, len(template.parameters) + 1)):
        table.problem(
            "body",
            f"в тексте должны стоять поля от {{{{1}}}} до {{{{{len(template.parameters)}}}}}, по числу parameters",
            f"the text must have the fields {{{{1}}}} to {{{{{len(template.parameters)}}}}}, as many as parameters",
        )
    table.done()
    return template


PARAMETERS = ("number", "name", "subject", "link", "text")  # what a template's field may be filled with
