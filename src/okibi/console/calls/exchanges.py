"""The exchanges: whether each is heard, whose telephones it has, what it can be asked, how its recordings come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okibi.accounts.roles import Role
from okibi.accounts.selectors import active_staff
from okibi.calls import selectors
from okibi.calls.selectors import Fetching
from okibi.channels.messenger import health
from okibi.channels.messenger.health import State
from okibi.channels.registry import channel
from okibi.channels.telephone.accounts import AT_ONCE
from okibi.channels.telephone.adapter import ExchangeChannel
from okibi.channels.telephone.kinds import EXCHANGES
from okibi.console.customers.gate import page
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from okibi.channels.telephone.accounts import Exchange

WHO = (Role.LEADING, Role.ADMIN)
LATELY = timedelta(days=30)
REFUSED = {
    401: Sentence("без ключа или с чужим", "without a key, or with a wrong one"),
    403: Sentence("с неверной подписью: проверьте ключ", "with a wrong signature: check the key"),
    422: Sentence("направление звонка не названо", "the direction of the call was not told"),
}


@page(roles=WHO)
@require_GET
def exchanges(request: HttpRequest) -> HttpResponse:
    """Every exchange of the settings file; a wrong file says what is wrong with it."""
    adapters = [ours for kind in EXCHANGES if isinstance(ours := channel(kind), ExchangeChannel)]
    problems = adapters[0].problems()
    found = [(adapter, account) for adapter in adapters for account in adapter.accounts()] if not problems else []
    heard = health.doors() if found else {}
    coming = selectors.fetching(now() - LATELY) if found else {}
    names = {person.email.casefold(): person.name for person in active_staff()} if found else {}
    rows = [
        _view(adapter, each, heard.get((each.kind, each.name), State()), coming.get((each.kind, each.name)), names)
        for adapter, each in found
    ]
    context = {"exchanges": rows, "problems": problems, "file": settings.OKIBI_TELEPHONE}
    return render(request, "console/calls/exchanges.html", context)


def _view(
    adapter: ExchangeChannel, account: Exchange, state: State, coming: Fetching | None, names: Mapping[str, str]
) -> dict[str, Any]:
    """One exchange as a card. No secret stands on it."""
    given = adapter.can_give_recordings(account)
    return {
        "kind": adapter.title,
        "title": account.title,
        "name": account.name,
        "state": state,
        "chip": _chip(state),
        "refused": REFUSED.get(state.refused),
        "seats": [{"seat": seat, "who": names.get(email.casefold(), "")} for seat, email in account.seats.items()],
        "strangers": sorted({email for email in account.seats.values() if email.casefold() not in names}),
        "dials": adapter.can_dial(account),
        "recordings": given or coming is not None,
        "at_once": account.recordings == AT_ONCE,
        "coming": coming,
        "url": f"{settings.OKIBI_PUBLIC_URL}{reverse('hooks-push', args=[account.kind, account.name])}",
    }


def _chip(state: State) -> tuple[str, Sentence]:
    """How the exchange does, in two words."""
    if state.refused_at and (state.heard_at is None or state.refused_at > state.heard_at):
        return "bad", Sentence("Не принимаем: ключ не тот", "Refused: a wrong key")
    if state.heard_at is None:
        return "warn", Sentence("Тишина", "Not heard yet")
    return "good", Sentence("Работает", "Works")
