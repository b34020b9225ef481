"""What a caller is told, as a list of clips: which words stand for a moment, in the right Russian and English forms.

Pure: the moment and its zone are given, the clips are names (``wording.py`` has the words, ``phrases.py`` the sound).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

LANGUAGES = ("ru", "en")
PAUSE = ","  # a short silence between two sentences

ZONES = {
    "Europe/Kaliningrad": "zone-kaliningrad",
    "Europe/Moscow": "zone-moscow",
    "Europe/Samara": "zone-samara",
    "Asia/Yekaterinburg": "zone-yekaterinburg",
    "Asia/Omsk": "zone-omsk",
    "Asia/Krasnoyarsk": "zone-krasnoyarsk",
    "Asia/Irkutsk": "zone-irkutsk",
    "Asia/Yakutsk": "zone-yakutsk",
    "Asia/Vladivostok": "zone-vladivostok",
    "Asia/Magadan": "zone-magadan",
    "Asia/Kamchatka": "zone-kamchatka",
}
ELSEWHERE = "zone-desk"


@dataclass(frozen=True, slots=True)
class Occasion:
    """The moment of a call: whether the desk works, and where it does not, when it opens next.

    ``at`` and ``opens`` are aware; ``opens`` is None where nobody can tell. ``zone`` is the desk's.
    """

    at: datetime
    open: bool
    opens: datetime | None
    zone: ZoneInfo


def greeting(occasion: Occasion | None, language: str) -> tuple[str, ...]:
    """What is said before the signal. None: the calendar could not be asked, so no time is named."""
    said = ["hello", PAUSE]
    if occasion is not None and occasion.open:
        said += ["busy", PAUSE]
    else:
        said += ["closed", PAUSE]
        if occasion is not None and occasion.opens is not None:
            said += ["opens", *opening(occasion.opens, occasion.at, occasion.zone, language), PAUSE]
    return (*said, "leave", PAUSE)


def goodbye(*, heard: bool) -> tuple[str, ...]:
    """What is said at the end, where the caller is still there to hear it."""
    return ("thanks" if heard else "unheard",)


def opening(opens: datetime, at: datetime, zone: ZoneInfo, language: str) -> tuple[str, ...]:
    """«в понедельник, двадцать третьего ноября, в восемь часов утра по московскому времени»; «сегодня, в …»."""
    local = opens.astimezone(zone)
    if local.date() == at.astimezone(zone).date():
        day: Sequence[str] = ["today"]
    else:
        day = [f"weekday-{local.isoweekday()}", f"day-{local.day}", f"month-{local.month}"]
    return (*day, *clock(local.hour, local.minute, language), ZONES.get(zone.key, ELSEWHERE))


def clock(hour: int, minute: int, language: str) -> tuple[str, ...]:
    """A time of day (0–23, 0–59) as it is said."""
    return _russian_clock(hour, minute) if language == "ru" else _english_clock(hour, minute)


def _russian_clock(hour: int, minute: int) -> tuple[str, ...]:
    """«в восемь часов тридцать минут утра»: night is till four, morning till noon, day till five, then evening."""
    part = "night" if hour < 4 else "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
    return (f"hour-{hour % 12 or 12}", *_minutes(minute, from_one=minute < 20 or minute % 10 == 0), part)


def _english_clock(hour: int, minute: int) -> tuple[str, ...]:
    """“at eight thirty in the morning”; “at noon”, “at midnight”."""
    if minute == 0 and hour in {0, 12}:
        return ("noon" if hour else "midnight",)
    part = "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
    said = _minutes(minute, from_one=minute < 20 or minute % 10 == 0) or ("oclock",)
    return (f"hour-{hour % 12 or 12}", *said, part)


def _minutes(minute: int, *, from_one: bool) -> tuple[str, ...]:
    if minute == 0:
        return ()
    return (f"minute-{minute}",) if from_one else (f"tens-{minute // 10 * 10}", f"unit-{minute % 10}")
