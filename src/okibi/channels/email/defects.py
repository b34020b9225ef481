"""The running list of what is wrong with a mail while it is read."""

from okibi.channels.email.values import Defect

MAX_DEFECTS = 100


class Defects:
    """Collects defects, each kind with the same detail once; a hostile mail can't make the list grow without end."""

    def __init__(self) -> None:
        self._found: dict[Defect, None] = {}

    def add(self, code: str | None, detail: str = "") -> None:
        if code is not None and len(self._found) < MAX_DEFECTS:
            plain = detail[:200].replace("\0", "").encode("ascii", "backslashreplace").decode("ascii")
            self._found.setdefault(Defect(code, plain))

    def as_tuple(self) -> tuple[Defect, ...]:
        return tuple(self._found)
