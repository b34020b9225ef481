"""Who asks, read out of a request: the machine from the query, the right from a number or a token."""

import base64
import binascii
import functools
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from okibi.flows.update_offers import (
    TOKEN,
    Asking,
    KeyWantedError,
    NobodysKeyError,
    Right,
    WrongKeyError,
    right_shown,
)
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.networks import network_of_address
from okibi.kernel.rates import Rate, count, is_over
from okibi.kernel.sentence import Sentence
from okibi.schemes.services import in_force

P = ParamSpec("P")
WRONG = Rate("updates-wrong-key", 60, 3600)  # of one network: a number can't be guessed by trying
LONGEST = 200  # characters of anything that a client says
TOO_MANY = Sentence(
    "Слишком много неверных номеров из вашей сети. Попробуйте через час.",
    "Too many wrong numbers came from your network. Try again in an hour.",
)


class TooManyGuessesError(NotAllowedError):
    """A network that tried too many numbers is not told whether the next one is right."""

    code = "too_many_guesses"


def shown(request: HttpRequest, key: str = "") -> Right:
    """The right behind the path's key, ``?key=``, a bearer token or Basic's user name.

    Raises WrongKeyError; TooManyGuessesError, whatever the number: a device's token can't be guessed and is always
    looked at.
    """
    given = key or said(request, "key") or _authorization(request)
    if given and not given.startswith(TOKEN) and is_over(WRONG, _network(request)):
        raise TooManyGuessesError(TOO_MANY)
    return right_shown(given)


def said(request: HttpRequest, *names: str) -> str:
    """The first of these parameters that was given; "" for none."""
    return next((value[:LONGEST] for name in names if (value := request.GET.get(name, ""))), "")


def asking(request: HttpRequest, product: str, key: str, platform: str = "", kinds: Sequence[str] = ()) -> Asking:
    """The question of one request. Names of other clients count too: Velopack's localVersion and stagingId."""
    return Asking(
        product=product,
        running=said(request, "version", "localVersion"),
        channel=said(request, "channel") or "stable",
        install=said(request, "install", "stagingId"),
        platform=platform or said(request, "platform"),
        architecture=said(request, "arch"),
        system=said(request, "system"),
        network=_network(request),
        kinds=kinds,
        right=shown(request, key),
    )


def guarded(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """401: nothing was shown; 403: a wrong key (429 after many); 404: nothing such is offered; 400: nonsense."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except KeyWantedError as error:
            return _refused(401, error, {"WWW-Authenticate": 'Basic realm="updates", charset="UTF-8"'})
        except TooManyGuessesError as error:
            return _refused(429, error, {"Retry-After": str(count(WRONG, _network(request)).reset)})
        except NobodysKeyError as error:
            count(WRONG, _network(request))
            return _refused(403, error, {})
        except WrongKeyError as error:
            return _refused(403, error, {})
        except InputError as error:
            return _refused(400, error, {})
        except NotAllowedError as error:
            return _refused(404, error, {})

    return answer


def notes_address(product: str, version: str) -> str:
    """Where the notes of a version are read."""
    return f"{settings.OKIBI_PUBLIC_URL}/updates/{product}/notes/{quote(version)}"


def product_name(product: str, language: str) -> str:
    """As people know it; the code where the scheme in force has it no more."""
    found = in_force(now()).scheme.product(product)
    return found.name.in_language(language) if found else product


def _network(request: HttpRequest) -> str:
    return network_of_address(str(request.META.get("REMOTE_ADDR", "")))


def _authorization(request: HttpRequest) -> str:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip()[:LONGEST]
    if kind.lower() != "basic":
        return ""
    try:
        name, _, password = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return (name or password).replace("\x00", "")[:LONGEST]  # which no database stores


def _refused(status: int, error: InputError | NotAllowedError, headers: dict[str, str]) -> HttpResponse:
    sentence = error.sentence
    text = f"{sentence.en}\n{sentence.ru}\n"
    return HttpResponse(
        text, status=status, content_type="text/plain; charset=utf-8", headers=headers | {"Cache-Control": "no-store"}
    )
