"""How many due moments one process works out per second, for random moments of ten years in the default calendar.

Run: ``python bench/due_moments.py [seconds per term]``, with ``--profile`` to see where the time goes. Aim: 200,000/s.
"""

import cProfile
import pstats
import random
import sys
import time as stopwatch
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from okibi.policy.russian_calendar import RussianYears
from okibi.policy.terms import due_at, parse_term
from okibi.policy.worktime import WorkCalendar

TERMS = ("2 hours", "2 working days", "5 days", "2 months")
FIRST, SPAN_SECONDS, SAMPLE = datetime(2018, 1, 1, tzinfo=UTC), 10 * 365 * 86400, 20_000


def main() -> None:
    seconds = float(next((text for text in sys.argv[1:] if not text.startswith("-")), 1))
    calendar = WorkCalendar(ZoneInfo("Europe/Moscow"), RussianYears(((time(8), time(20)),)))
    random.seed(2)
    moments = [FIRST + timedelta(seconds=random.randrange(SPAN_SECONDS)) for _ in range(SAMPLE)]
    profile = cProfile.Profile() if "--profile" in sys.argv else None
    if profile:
        profile.enable()
    rates = [_rate(text, moments, calendar, seconds) for text in TERMS]
    if profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(12)
    print(f"due moments per second, one process: {sum(rates) / len(rates):,.0f}")


def _rate(text: str, moments: list[datetime], calendar: WorkCalendar, seconds: float) -> float:
    term, done = parse_term(text), 0
    begin = stopwatch.perf_counter()
    while stopwatch.perf_counter() - begin < seconds:
        for moment in moments:
            due_at(term, moment, calendar)
        done += len(moments)
    rate = done / (stopwatch.perf_counter() - begin)
    print(f"  {text:16} {rate:>12,.0f}")
    return rate


if __name__ == "__main__":
    main()
