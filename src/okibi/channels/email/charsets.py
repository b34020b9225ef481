"""From bytes and a declared charset that may be missing, unknown or wrong to the text that its author wrote.

The order of belief: a byte order mark, the declared charset where it makes sense, UTF-8, the charset in which the
bytes read most like Russian, the charset of the rest of the mail, a Western one. Decoding never fails.
"""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from okibi.channels.email.russian import CANDIDATES, Reading, best_reading, reading, text_score

GOOD = 1.0  # a reading from here on is taken for Russian
SURE = 2.0  # a reading from here on is believed against a charset that can't be checked otherwise

# Names seen in mails that Python doesn't know, or knows as a poorer charset than the one that was used.
_ALIASES = {
    "ascii": "ascii",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso_8859-1": "cp1252",
    "ansi": "cp1251",
    "windows1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "1251": "cp1251",
    "windows-1251-": "cp1251",
    "koi8": "koi8-r",
    "koi-8": "koi8-r",
    "koi8r": "koi8-r",
    "koi-8-r": "koi8-r",
    "x-koi8-r": "koi8-r",
    "koi8-ru": "koi8-u",
    "koi8u": "koi8-u",
    "cp-866": "cp866",
    "ibm-866": "cp866",
    "dos-866": "cp866",
    "x-cp866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "korean": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_2",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-11": "cp874",
}
_NOT_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "palmos"}
_SEVEN_BIT = ("iso2022", "utf-7", "hz")
_EAST_ASIAN = {"cp949", "gb18030", "cp932", "big5", "big5hkscs", "cp950", "euc_jp", "euc_kr", "johab", "shift_jis_2004"}
_CYRILLIC = {*CANDIDATES, "koi8-u", "koi8-t", "cp855", "ptcp154", "kz1048"}
_WESTERN = {"ascii", "cp1252", "cp1250", "cp1254", "cp1257", "cp850", "cp437", "mac-roman", "cp858"} | {
    f"iso8859-{n}" for n in (1, 2, 3, 4, 9, 10, 13, 14, 15, 16)
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HALVES = re.compile("[\ud800-\udfff]")
_SPLIT_CHARACTER = re.compile(
    rb"([\xc2-\xdf])[ \t]+([\x80-\xbf])"
    rb"|([\xe0-\xef])[ \t]+([\x80-\xbf]{2})|([\xe0-\xef][\x80-\xbf])[ \t]+([\x80-\xbf])"
    rb"|([\xf0-\xf4])[ \t]+([\x80-\xbf]{3})|([\xf0-\xf4][\x80-\xbf])[ \t]+([\x80-\xbf]{2})"
    rb"|([\xf0-\xf4][\x80-\xbf]{2})[ \t]+([\x80-\xbf])"
)
_MOJIBAKE = re.compile(r"[РСÐÑ][^\sA-Za-z0-9,.]")
_LATIN_WORD = re.compile(rb"[A-Za-z\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xff]+")
_HIGH_LETTER = re.compile(rb"[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the charset that it was read in (Python's name), and the code of what was wrong, if anything.

    Codes: ``unknown_charset`` (the declared name means nothing), ``wrong_charset`` (declared one, written in
    another), ``no_charset`` (8-bit bytes with none declared), ``double_encoded`` (broken before it was sent, mended),
    ``undecodable`` (some bytes are lost).
    """

    text: str
    charset: str
    defect: str | None = None


@lru_cache(maxsize=512)
def charset_name(declared: str | None) -> str | None:
    """Python's name of a declared charset, or None when it means nothing: ``"utf-8;"`` → ``utf-8``."""
    if not declared:
        return None
    name = re.split(r"[;,\s]", declared.strip().strip("\"'=").lower(), maxsplit=1)[0].strip("\"'?*_-=")
    name = re.sub(r"^charset=", "", name).strip("\"'")
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return None
    found = info.name
    if (
        found in _NOT_CHARSETS
        or found.replace("_", "-") in _NOT_CHARSETS
        or not getattr(info, "_is_text_encoding", True)
    ):
        return None
    return _ALIASES.get(found, found)


def decode(data: bytes, declared: str | None = None, hint: str | None = None) -> Decoded:
    """The text of ``data``. ``hint`` is the charset that the rest of the mail speaks. Never raises."""
    name = charset_name(declared)
    defect = "unknown_charset" if declared and name is None and not _says_nothing(declared) else None
    found = _by_mark(data) or (_seven_bit(data, name) if data.isascii() else _eight_bit(data, name, charset_name(hint)))
    text = found.text
    if not data.isascii():
        mended = _mend_double_encoding(text)
        if mended is not None:
            return Decoded(mended, found.charset, "double_encoded")
    return Decoded(text, found.charset, found.defect or defect)


def _says_nothing(declared: str) -> bool:
    return declared.strip("\"' ").lower() in {"unknown-8bit", "x-unknown", "unknown", "8bit", "default", "binary"}


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _by_mark(data: bytes) -> Decoded | None:
    for mark, name in _BOMS:
        if data.startswith(mark):
            text = _strict(data, name)
            if text is not None:
                return Decoded(text.lstrip("\ufeff"), name)
    return None


def _seven_bit(data: bytes, name: str | None) -> Decoded:
    """ASCII bytes: plain, unless a charset that hides in seven bits is declared or shows by its escapes."""
    names = []
    if name and name.startswith(_SEVEN_BIT):
        names = [name]
    if b"\x1b$" in data:
        names += ["iso2022_kr"] if b"\x1b$)C" in data else ["iso2022_jp_2", "iso2022_jp_ext"]
    for candidate in names:
        text = _strict(data, candidate)
        if text is not None:  # UTF-7 can spell half of a surrogate pair
            return Decoded(_HALVES.sub("\ufffd", text), candidate)
    if b"\0" in data or b"\x04" in data or (name and name.startswith(("utf-16", "utf-32"))):
        wide = _wide(data, name)
        if wide is not None:
            return wide
    return Decoded(data.decode("ascii"), "ascii")


def _wide(data: bytes, name: str | None) -> Decoded | None:
    """UTF-16 without a mark: every other byte is 0 (Latin) or 4 (Cyrillic)."""
    even, odd = data[0::2], data[1::2]
    declared = bool(name) and str(name).startswith(("utf-16", "utf-32"))
    for high, candidate in ((odd, "utf-16-le"), (even, "utf-16-be")):
        if high and (high.count(0) + high.count(4)) / len(high) > (0.5 if declared else 0.9):
            text = _strict(data[: len(data) // 2 * 2], candidate)
            if text is not None:
                return Decoded(text, candidate, None if declared else "no_charset")
    return None


def _eight_bit(data: bytes, name: str | None, hint: str | None) -> Decoded:
    if name and name.startswith(("utf-16", "utf-32")):
        wide = _wide(data, name)
        if wide is not None:
            return wide
    utf8 = _strict(data, "utf-8")
    if utf8 is not None:
        return _utf8_or_declared(data, utf8, name)
    if name in (None, "utf-8"):
        mixed = _mostly_utf8(data, hint, declared=name is not None)
        if mixed is not None:
            return mixed
    elif name:
        text = _strict(data, name)
        if text is not None:
            other = _contradiction(data, name, text)
            return Decoded(text, name) if other is None else Decoded(_loose(data, other), other, "wrong_charset")
    if b"\0" in data:
        wide = _wide(data, None)
        if wide is not None:
            return wide
    guess = _guess(data, name if name in _EAST_ASIAN else hint)
    text = _loose(data, guess)
    defect = "undecodable" if "\ufffd" in text else ("wrong_charset" if name else "no_charset")
    return Decoded(text, guess, defect)


def _utf8_or_declared(data: bytes, utf8: str, name: str | None) -> Decoded:
    """Bytes that are valid UTF-8 are UTF-8, except for a few short words of other charsets that happen to be."""
    if name in (None, "utf-8"):
        return Decoded(utf8, "utf-8", None)
    if name in _EAST_ASIAN and text_score(utf8) < GOOD:
        text = _strict(data, str(name))
        if text is not None:
            return Decoded(text, str(name))
    if name in _CYRILLIC and not re.search("[а-яА-Я]", utf8) and reading(data, str(name)).score > 0:
        return Decoded(_loose(data, str(name)), str(name))
    return Decoded(utf8, "utf-8", "wrong_charset")


def _mostly_utf8(data: bytes, hint: str | None, *, declared: bool) -> Decoded | None:
    """UTF-8 with foreign lines in it, as gateways make by appending a footer, or with a character cut in two.

    Where nobody declared it, nearly all of it must be (other charsets spell valid UTF-8 by chance only), or all but the
    beginning of a character at the very end.
    """
    text, share = data.decode("utf-8", "ignore"), _utf8_share(data[:65536])
    enough = share >= 0.8 or (declared and share >= 0.5 and text_score(text) >= GOOD)
    if not text or not (enough or _is_cut_utf8(data)):
        return None
    lines, lost = [], False
    for line in data.split(b"\n"):
        good = _strict(line, "utf-8")
        if good is None:
            kept = line.decode("utf-8", "ignore")
            if len(line) - len(kept.encode()) <= 3 or _utf8_share(line) >= 0.8 or text_score(kept) > GOOD:
                good, lost = kept, True
            else:
                good = _loose(line, _guess(line, hint))
        lines.append(good)
    return Decoded("\n".join(lines), "utf-8", "undecodable" if lost else "wrong_charset")


def _utf8_share(data: bytes) -> float:
    """The share of 8-bit bytes that stand in whole UTF-8 characters."""
    high = sum(map(len, re.findall(rb"[\x80-\xff]+", data)))
    valid = sum(len(char.encode()) for char in data.decode("utf-8", "ignore") if char > "\x7f")
    return valid / high if high else 1.0


def _is_cut_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 up to its last character, whose end is missing (a field of limited length)."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return not text.isascii()


def rejoined_utf8(data: bytes) -> bytes:
    """``data`` with the white space taken out of characters that were folded in the middle, if it is UTF-8 then."""
    if _strict(data, "utf-8") is not None:
        return data
    mended = _SPLIT_CHARACTER.sub(lambda match: b"".join(filter(None, match.groups())), data)
    return mended if _strict(mended, "utf-8") is not None or _is_cut_utf8(mended) else data


def _contradiction(data: bytes, name: str, text: str) -> str | None:
    """The charset that the bytes were really written in, when the declared one makes no sense of them."""
    if name in _CYRILLIC:
        own = reading(data, name)
        if own.score >= 2.8:
            return None
        best = best_reading(data)
        margin = 1.5 if best.pairs >= 4 else 2.5  # a word of two letters proves little
        surely = best.score >= GOOD and best.score > own.score + margin
        return best.charset if surely else None
    if name in _EAST_ASIAN and re.search("[а-яА-Я]{2}", text):
        return None
    best = best_reading(data)
    if name in ("gb18030", "cp949") and best.score >= GOOD and best.pairs >= 3 and _rare(text, name):
        return best.charset
    if name in _WESTERN:
        return best.charset if _russian_behind_western(data, best) else None
    return best.charset if best.score >= SURE and best.pairs >= 4 else None


def _rare(text: str, name: str) -> bool:
    """Whether a Chinese or Korean text is made of signs that such texts hardly use, as foreign bytes come out."""
    signs = [char for char in text[:2000] if char > "\u2fff"]
    if name == "cp949":
        common = sum(1 for char in signs if "가" <= char <= "힣")
    else:
        common = sum(1 for char in signs if b"\xb0" <= char.encode("gb18030")[:1] <= b"\xd7")
    return common < 0.7 * len(signs)


def _western_share(data: bytes) -> float:
    """The share of 8-bit letters that stand in words with Latin letters, as umlauts and accents do."""
    mixed = alone = others = 0
    for word in _LATIN_WORD.findall(data[:8192]):
        high = len(_HIGH_LETTER.findall(word))
        if not high:
            continue
        if len(word) > high:
            mixed += high
        elif high == 1:
            alone += 1  # a word of one such letter tells nothing: "à", "å", «и»
        else:
            others += high
    if mixed + others:
        return mixed / (mixed + others)
    return 1.0 if alone and alone == sum(1 for byte in data[:8192] if byte >= 0x80) else 0.0


def _russian_behind_western(data: bytes, best: Reading) -> bool:
    enough = GOOD if best.pairs >= 4 else SURE
    return best.score >= enough and _western_share(data) < 0.5


def _guess(data: bytes, hint: str | None) -> str:
    """The charset of 8-bit bytes that nobody named, or that are not what their name says."""
    best = best_reading(data, hint)
    western = _western_share(data)
    if best.score >= SURE or (best.score >= GOOD and western < 0.5):
        return best.charset
    if hint and hint not in _CYRILLIC and hint not in ("ascii", "utf-8") and _strict(data, hint) is not None:
        return hint
    return best.charset if western < 0.5 and best.pairs and best.score > -1 else "cp1252"


def _loose(data: bytes, name: str) -> str:
    text = _strict(data, name)
    if text is not None:
        return text
    if name == "cp1252":  # five bytes are nothing there; the C1 controls of Latin-1 lose no byte
        return (
            "".join(_strict(bytes([b]), "cp1252") or chr(b) for b in data)
            if len(data) < 4096
            else data.decode("latin-1")
        )
    return data.decode(name, "replace")


def _mend_double_encoding(text: str) -> str | None:
    """The text before UTF-8 bytes were taken for letters and encoded again: «РўРµСЃС‚» → «Тест»."""
    sample = text[:2000]
    marks = len(_MOJIBAKE.findall(sample))
    letters = sum(1 for char in sample if char > "\x7f")
    if marks < 3 or marks * 2 < letters * 0.7:
        return None
    for name in ("cp1251", "cp1252", "latin-1"):
        try:
            mended = text.encode(name).decode("utf-8")
        except UnicodeError:
            continue
        if text_score(mended) >= GOOD:
            return mended
    return None
