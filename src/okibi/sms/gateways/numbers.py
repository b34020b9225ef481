"""How an operator wants numbers written."""


def notation(e164: str, form: str) -> str:
    """``form``: "+7", "7" or "8"; only Russian numbers have other forms than E.164."""
    if not e164.startswith("+7") or form == "+7":
        return e164
    return e164[1:] if form == "7" else f"8{e164[2:]}"
