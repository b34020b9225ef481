"""Templates are fetched from the vendor that approved them: hourly, when it tells of a change, and by a button."""

from dataclasses import dataclass
from typing import cast

import structlog

from okibi.channels.inbox import Outcome
from okibi.channels.messenger import template_book
from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import MessengerChannel
from okibi.channels.messenger.kinds import MESSENGERS, shape_of
from okibi.channels.messenger.reasons import in_words
from okibi.channels.messenger.values import Notice, TemplateNews
from okibi.channels.port import SendError
from okibi.channels.registry import channel
from okibi.channels.tasks import wake_task
from okibi.kernel.errors import ConflictError, InputError, OutsideError
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)
TASK, LOCK = "okibi.flows.messenger_tasks.fetch_message_templates", "messenger_templates"
PATIENCE = 20.0  # seconds for one answer
NEWS = {"message_template_components_update", "template_category_update", "message_template_status_update"}
NO_SUCH_ACCOUNT = Sentence(ru="Такой учётной записи нет.", en="There is no such account.")
NO_OWNER = Sentence(
    ru="Чтобы получать шаблоны, укажите waba_id этой учётной записи в файле настроек.",
    en="To fetch templates, write this account's waba_id into the settings file.",
)


class TemplatesError(OutsideError):
    """The vendor did not give its list; what was fetched before stays."""

    code = "messenger_templates"


class NoTemplatesError(ConflictError):
    """Nobody wrote down the business account whose templates could be fetched."""

    code = "messenger_no_templates"


@dataclass(frozen=True, slots=True)
class Owned:
    """One business account with the account of ours that may ask for it."""

    adapter: MessengerChannel
    account: Account
    owner: str


def fetch_all() -> int:
    """Ask every business account once; gives how many answered. One that does not is noted, and asked again later."""
    done = 0
    for owned in _owned():
        try:
            _fetch(owned, PATIENCE)
        except TemplatesError as error:
            log.warning("templates_not_fetched", channel=owned.account.kind, owner=owned.owner, error=str(error))
        else:
            done += 1
    return done


def fetch(kind: str, name: str, timeout: float = PATIENCE) -> int:
    """Ask for one account's templates now; how many there are. Raises InputError, ConflictError, TemplatesError."""
    adapter = cast("MessengerChannel", channel(kind)) if kind in MESSENGERS else None
    account = adapter.account(name) if adapter and name else None
    if adapter is None or account is None:
        raise InputError(NO_SUCH_ACCOUNT)
    owner = adapter.owner_of_templates(account)
    if not owner:
        raise NoTemplatesError(NO_OWNER)
    return _fetch(Owned(adapter, account, owner), timeout)


def take_news(kind: str, event: TemplateNews | Notice) -> Outcome:
    """The vendor told of a template: what is stored changes; what is not stored yet is asked for."""
    if isinstance(event, TemplateNews):
        known = template_book.change_status(kind, event.owner, event.name, event.language, event.status, event.reason)
        if known:
            return Outcome("template")
    if isinstance(event, TemplateNews) or event.word in NEWS:
        wake_task(TASK, LOCK)
        return Outcome("template")
    return Outcome("notice")


def _owned() -> list[Owned]:
    found: dict[tuple[str, str], Owned] = {}
    for kind in MESSENGERS:
        if not shape_of(kind).templates:
            continue
        adapter = cast("MessengerChannel", channel(kind))
        for account in adapter.accounts():
            owner = adapter.owner_of_templates(account)
            if owner:
                found.setdefault((kind, owner), Owned(adapter, account, owner))
    return list(found.values())


def _fetch(owned: Owned, timeout: float) -> int:
    kind = owned.account.kind
    try:
        templates = owned.adapter.fetch_templates(owned.account, timeout)
    except SendError as error:
        template_book.failed(kind, owned.owner, str(error))
        why = in_words(str(error))
        said = Sentence(f"Шаблоны не получены: {why.ru}.", f"The templates did not come: {why.en}.")
        raise TemplatesError(said) from error
    return template_book.replace(kind, owned.owner, templates)
