"""What is read out on the telephone: digits in words, in groups that a listener can write down, and a term."""

from datetime import datetime

from okibi.kernel.sentence import Sentence
from okibi.policy.wording import clock_time, day

_UNITS_RU = (
    *("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"),
    *("одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать"),
    *("семнадцать", "восемнадцать", "девятнадцать"),
)
_TENS_RU = ("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS_RU = (
    *("сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот"),
    *("восемьсот", "девятьсот"),
)
_UNITS_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS_EN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNTIL_RU = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
_ON_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
GROUP = 3  # digits that are said in one breath


def count_in_words(count: int) -> Sentence:
    """A whole number from 0 to 999 in words: «сорок два», "forty-two"."""
    hundreds, rest = divmod(count, 100)
    ru = [_HUNDREDS_RU[hundreds - 1]] if hundreds else []
    en = [f"{_UNITS_EN[hundreds]} hundred"] if hundreds else []
    if rest >= len(_UNITS_RU):
        tens, units = divmod(rest, 10)
        ru += [_TENS_RU[tens - 2], *([_UNITS_RU[units]] if units else [])]
        en.append(_TENS_EN[tens - 2] + (f"-{_UNITS_EN[units]}" if units else ""))
    elif rest or not hundreds:
        ru.append(_UNITS_RU[rest])
        en.append(_UNITS_EN[rest])
    return Sentence(" ".join(ru), " ".join(en))


def digits_in_words(digits: str) -> Sentence:
    """Up to three digits as they are dictated: every leading zero is said («042» → «ноль сорок два»)."""
    zeros = len(digits) - len(digits.lstrip("0"))
    said = [count_in_words(0)] * zeros
    if digits[zeros:]:
        said.append(count_in_words(int(digits[zeros:])))
    return Sentence(" ".join(word.ru for word in said), " ".join(word.en for word in said))


def groups(number: str) -> list[str]:
    """A ticket's number in the groups in which it is dictated: ``26-001042`` → ``26 001 042``."""
    parts: list[str] = []
    for part in number.split("-"):
        first = len(part) % GROUP
        parts += [part[:first]] if first else []
        parts += [part[at : at + GROUP] for at in range(first, len(part), GROUP)]
    return parts


def number_in_words(number: str) -> Sentence:
    """A ticket's number as it is dictated: «двадцать шесть, ноль ноль один, ноль сорок два»."""
    said = [digits_in_words(group) for group in groups(number)]
    return Sentence(", ".join(words.ru for words in said), ", ".join(words.en for words in said))


def until(moment: datetime, home_year: int) -> Sentence:
    """A term as it is said, in the moment's own zone: «до вторника, 24 ноября, 20:00», "by Tuesday, …"."""
    said, at = day(moment.date(), home_year), clock_time(moment)
    weekday = moment.weekday()
    return Sentence(f"до {_UNTIL_RU[weekday]}, {said.ru}, {at}", f"by {_ON_EN[weekday]}, {said.en}, {at}")
