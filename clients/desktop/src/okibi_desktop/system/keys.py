"""A shortcut in words, as the two systems want it."""

from dataclasses import dataclass

MODIFIERS = ("ctrl", "alt", "shift", "meta")
NAMED = {"print": 0x2C, "pause": 0x13, "ins": 0x2D, "home": 0x24, "end": 0x23, "pgup": 0x21, "pgdown": 0x22}
"""Virtual-key codes of Windows (winuser.h)."""
X_NAMED = {
    "print": "Print",
    "pause": "Pause",
    "ins": "Insert",
    "home": "Home",
    "end": "End",
    "pgup": "Prior",
    "pgdown": "Next",
}
"""Names of key symbols of X (keysymdef.h)."""

CYRILLIC = str.maketrans(dict(zip("йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm", strict=True)))
"""Letters on the same keys."""


@dataclass(frozen=True, slots=True)
class Keys:
    """``modifiers``: of MODIFIERS; ``key``: a letter, a digit, f1 to f24, or one of NAMED."""

    modifiers: frozenset[str]
    key: str

    @property
    def windows_code(self) -> int:
        if self.key in NAMED:
            return NAMED[self.key]
        return 0x70 + int(self.key[1:]) - 1 if len(self.key) > 1 else ord(self.key.upper())

    @property
    def x_name(self) -> str:
        return X_NAMED.get(self.key) or (self.key.upper() if len(self.key) > 1 else self.key)


def keys_of(shortcut: str) -> Keys | None:
    """The keys of "Ctrl+Alt+H"; nothing for others: a letter without a modifier would be lost to typing."""
    *modifiers, key = shortcut.lower().replace(" ", "").split("+")
    function = key[:1] == "f" and key[1:].isdecimal() and 1 <= int(key[1:]) <= 24
    known = key in NAMED or function or (len(key) == 1 and key.isascii() and key.isalnum())
    if not known or not set(modifiers) <= set(MODIFIERS) or not (modifiers or function or key in NAMED):
        return None
    return Keys(frozenset(modifiers), key)


def in_latin(shortcut: str) -> str:
    """The same keys where they were pressed with the Russian layout: "Ctrl+Alt+Р" is "Ctrl+Alt+H"."""
    head, plus, key = shortcut.rpartition("+")
    return head + plus + key.lower().translate(CYRILLIC).upper() if len(key) == 1 else shortcut
