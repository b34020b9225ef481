"""The vendor's numbers and bots in messengers: whose each is, how it does, where its service must push to."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from okibi.accounts.roles import Role
from okibi.accounts.selectors import active_staff
from okibi.channels.messenger import health, template_book
from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.adapter import MessengerChannel
from okibi.channels.messenger.health import State
from okibi.channels.messenger.kinds import MESSENGERS, shape_of
from okibi.channels.messenger.reasons import in_words
from okibi.channels.registry import channel
from okibi.console.customers.gate import page, said
from okibi.console.messengers.composer import limits_words
from okibi.flows import messenger_templates
from okibi.kernel.errors import OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.wording import HOUR, counted

WHO = (Role.LEADING, Role.ADMIN)
REFUSED = {
    401: Sentence("без подписи", "without a signature"),
    403: Sentence("с неверной подписью: проверьте секрет", "with a wrong signature: check the secret"),
}

CATEGORIES = {
    "UTILITY": Sentence("служебный", "utility"),
    "MARKETING": Sentence("рекламный", "marketing"),
    "AUTHENTICATION": Sentence("одноразовые коды", "one-time codes"),
}
STATUSES = {  # chip, words
    "APPROVED": ("good", Sentence("одобрен", "approved")),
    "PENDING": ("", Sentence("на проверке", "in review")),
    "IN_APPEAL": ("", Sentence("обжалуется", "in appeal")),
    "REJECTED": ("bad", Sentence("отклонён", "rejected")),
    "PAUSED": ("warn", Sentence("приостановлен", "paused")),
    "DISABLED": ("bad", Sentence("отключён", "disabled")),
    "FLAGGED": ("warn", Sentence("под угрозой отключения", "may be disabled")),
    "PENDING_DELETION": ("warn", Sentence("удаляется", "being deleted")),
    "DELETED": ("", Sentence("удалён", "deleted")),
    "LIMIT_EXCEEDED": ("bad", Sentence("предел шаблонов исчерпан", "too many templates")),
    "ARCHIVED": ("", Sentence("в архиве", "archived")),
}


@page(roles=WHO)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every account of the settings file; a wrong file says what is wrong with it."""
    problems: list[Sentence] = []
    accounts: list[Account] = []
    for kind in MESSENGERS:
        ours = channel(kind)
        if isinstance(ours, MessengerChannel):
            problems = problems or ours.problems()
            accounts += ours.accounts()
    states = health.states() if accounts else {}
    names = {person.email.casefold(): person.name for person in active_staff()} if accounts else {}
    rows = [account_view(each, states.get((each.kind, each.name), State()), names) for each in accounts]
    context = {"accounts": rows, "problems": problems, "file": settings.OKIBI_CHANNELS}
    return render(request, "console/messengers/accounts.html", context)


def account_view(account: Account, state: State, names: dict[str, str]) -> dict[str, Any]:
    """One account as a card."""
    polled = "polling" in account.flags
    return {
        "kind": channel(account.kind).title,
        "title": account.title,
        "name": account.name,
        "number": account.number,
        "owner": names.get(account.specialist.casefold(), ""),
        "stranger": account.specialist if account.specialist.casefold() not in names else "",
        "polled": polled,
        "url": ""
        if polled
        else f"{settings.OKIBI_PUBLIC_URL}{reverse('hooks-push', args=[account.kind, account.name])}",
        "state": state,
        "chip": chip(state, polled=polled),
        "refused": REFUSED.get(state.refused),
        "why": in_words(state.failed_why) if state.failed_why else None,
        "has_templates": shape_of(account.kind).templates,
        **(templates_view(account) if shape_of(account.kind).templates else {}),
        "pace": pace(account.kind),
        "limits": limits_words(account.kind),
    }


def templates_view(account: Account) -> dict[str, Any]:
    """What may be sent outside the window; of a list that the vendor keeps, every template with what became of it."""
    ours = cast("MessengerChannel", channel(account.kind))
    owner = ours.owner_of_templates(account)
    asked = template_book.asked(account.kind, owner) if owner else template_book.Asked()
    offered = {(each.name, each.language): each for each in ours.templates(account)}
    rows = [
        {"name": each.name, "language": each.language, "category": CATEGORIES.get(each.category, as_is(each.category)),
         "status": STATUSES.get(each.status, ("", as_is(each.status))), "reason": each.reason,
         "offered": offered.get((each.name, each.language)),
         "why_not": ours.why_not_offered(each) if each.status == template_book.APPROVED else None}
        for each in (template_book.kept(account.kind, owner) if owner and asked.at else ())
    ]  # fmt: skip
    url = reverse("console-messengers-templates", args=[account.kind, account.name]) if owner else ""
    return {"templates": tuple(offered.values()), "kept": rows, "asked": asked, "fetch_url": url,
            "not_fetched": in_words(asked.why) if asked.why else None}  # fmt: skip


def as_is(word: str) -> Sentence:
    """A word of the vendor's that nobody here knows."""
    return Sentence(word, word)


@page(roles=WHO)
@require_POST
def fetch_templates(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Ask the vendor for its templates now, and say what came of it."""
    try:
        count = messenger_templates.fetch(kind, name)
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    else:
        text = ngettext("%(count)d template fetched.", "%(count)d templates fetched.", count)
        messages.success(request, text % {"count": count})
    return redirect("console-messengers")


def chip(state: State, *, polled: bool) -> tuple[str, Sentence]:
    """How the account does, in two words."""
    if state.refused_at and (state.heard_at is None or state.refused_at > state.heard_at):
        return "bad", Sentence("Стучат без подписи", "Unsigned pushes")
    if state.heard_at is None and state.message_at is None:
        waits = Sentence("Ещё не спрашивали", "Not asked yet") if polled else Sentence("Тишина", "Not heard yet")
        return "warn", waits
    return "good", Sentence("Работает", "Works")


def pace(kind: str) -> Sentence:
    """How fast it may send, and for how long after a message one may write."""
    limits = shape_of(kind).limits
    ru, en = f"{limits.per_second} в секунду", f"{limits.per_second} per second"
    if limits.pair is not None:
        most, seconds = limits.pair
        ru, en = f"{ru}, одному человеку {most} за {seconds} с", f"{en}, {most} in {seconds} s to one person"
    if limits.window is not None:
        hours = counted(int(limits.window.total_seconds() // 3600), HOUR)
        ru, en = f"{ru}; окно переписки {hours.ru}", f"{en}; window of {hours.en}"
    return Sentence(ru, en)
