"""Six digits that prove that somebody reads what is sent to a place; made of the installation's key, stored nowhere."""

from django.utils.crypto import constant_time_compare, salted_hmac

from okibi.kernel.clock import now

LASTS = 900  # seconds of a stretch: a code is good in its own and in the next one
DIGITS = "0123456789"


def code(purpose: str, about: str) -> str:
    """The code of this moment for what ``about`` names; asked again within the stretch it is the same."""
    return _code(purpose, about, _stretch())


def fits(purpose: str, about: str, said: str) -> bool:
    """Whether ``said`` is the code, however it was spaced. The caller counts the tries."""
    digits = "".join(character for character in said if character in DIGITS)
    codes = [_code(purpose, about, _stretch() - back) for back in (0, 1)]
    return any(constant_time_compare(digits, each) for each in codes)


def _stretch() -> int:
    return int(now().timestamp()) // LASTS


def _code(purpose: str, about: str, stretch: int) -> str:
    digest = salted_hmac(purpose, f"{about}:{stretch}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest, 'big') % 1_000_000:06}"
