"""The text of an RTF body, and the HTML that Outlook hides in one (MS-OXRTFEX)."""

import re

from okibi.channels.email.charsets import charset_name, decode

MAX_RTF = 5_000_000
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SKIPPED = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "generator", "datastore"}
_SKIPPED |= {"listtable", "header", "footer"}
_SKIPPED |= {"listoverridetable", "rsidtbl", "latentstyles", "fldinst", "xmlnstbl", "nonshppict", "shppict"}
_BREAKS = {"par": "\n", "line": "\n", "tab": "\t", "row": "\n", "cell": "\t", "sect": "\n", "page": "\n"}
_SIGNS = {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•"}
_FONT_CHARSETS = {204: "cp1251", 238: "cp1250", 161: "cp1253", 162: "cp1254"}


def read_rtf(data: bytes) -> tuple[str, str]:
    """(text, html) of RTF; one of the two is empty."""
    if b"\\fromhtml" in data[:2000]:
        return "", _Reader(data[:MAX_RTF], html=True).run()
    return _Reader(data[:MAX_RTF], html=False).run().strip(), ""


class _Reader:
    def __init__(self, data: bytes, *, html: bool) -> None:
        self.data = data
        self.html = html
        self.out: list[str] = []
        self.pending = bytearray()
        self.charset = "cp1251"
        self.fonts: dict[str, str] = {}
        self.skip_chars = 0
        self.after_unicode = 1
        # (skipping, htmlrtf text that the HTML must not repeat, font)
        self.state: tuple[bool, bool] = (False, False)
        self.stack: list[tuple[bool, bool]] = []
        self.destination = False

    def run(self) -> str:
        for match in _TOKEN.finditer(self.data):
            byte, word, number, sign, brace, plain = match.groups()
            if brace:
                self._brace(brace)
            elif byte:
                self._byte(int(byte, 16))
            elif word:
                self._word(word.decode("ascii"), number)
            elif sign:
                self._sign(sign)
            elif plain:
                self._plain(plain)
        self._flush()
        return "".join(self.out)

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.skip_chars = 0
        if brace == b"{":
            if len(self.stack) < 10_000:
                self.stack.append(self.state)
            self.destination = False
        elif self.stack:
            self.state = self.stack.pop()

    def _silent(self) -> bool:
        return self.state[0] or (self.html and self.state[1])

    def _byte(self, value: int) -> None:
        if self.skip_chars:
            self.skip_chars -= 1
        elif not self._silent():
            self.pending.append(value)

    def _plain(self, text: bytes) -> None:
        if self.skip_chars:
            cut = min(self.skip_chars, len(text))
            self.skip_chars -= cut
            text = text[cut:]
        if not self._silent():
            self.pending += text

    def _emit(self, text: str) -> None:
        if not self._silent():
            self._flush()
            self.out.append(text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.destination = True
        elif sign in b"\\{}":
            self._emit(sign.decode("ascii"))
        elif sign == b"~":
            self._emit(" ")
        elif sign in (b"\n", b"\r"):
            self._emit("\n")

    def _word(self, word: str, number: bytes | None) -> None:
        value = int(number) if number else None
        if word == "u" and value is not None:
            self._emit(chr(value % 65536) if not 0xD800 <= value % 65536 <= 0xDFFF else "")
            self.skip_chars = self.after_unicode
            return
        if word == "uc":
            self.after_unicode = min(value or 0, 10)
        elif word == "ansicpg" and value is not None:
            self._flush()
            self.charset = charset_name(f"cp{value}") or self.charset
        elif word == "fcharset" and value in (204, 161, 162, 238):
            self.fonts.setdefault("any", _FONT_CHARSETS[value])
        elif word == "htmlrtf":
            self._flush()
            self.state = (self.state[0], value != 0)
        elif word == "htmltag":
            self.destination = False
        elif word in _SKIPPED or (self.destination and word not in ("htmltag", "mhtmltag")) or word == "mhtmltag":
            self._flush()
            self.state = (True, self.state[1])
        elif word in _BREAKS:
            self._emit(_BREAKS[word] if not self.html or word in ("par", "line", "tab") else "")
        elif word in _SIGNS:
            self._emit(_SIGNS[word])
        self.destination = False

    def _flush(self) -> None:
        if self.pending:
            charset = self.charset
            if charset in ("cp1252", "cp1250") and "any" in self.fonts:
                charset = self.fonts["any"]
            self.out.append(decode(bytes(self.pending), charset).text)
            self.pending.clear()
