"""SMS, batches, lines and segments for a reader."""

from collections.abc import Iterator, Sequence

from okibi_sdk.sms.models import Batch, Lines, NewSms, Segments, Sms, SmsLine
from okibi_sdk.sms.words import STATES
from okibi_sdk.words import Sentence as S  # noqa: N817 - short sentences inside lines


def sms(row: Sms, language: str) -> str:
    """One line: id, number, state, segments, line or reason."""
    state = STATES[row.state].in_(language) if row.state in STATES else str(row.state)
    more = row.error or row.line
    named = f"  {row.reference}" if row.reference else ""
    return f"{row.id:>7}  {row.to:<13} {state}, {_parts(row.segments, language)}{f'  ({more})' if more else ''}{named}"


def batch(done: Sequence[Batch], messages: Sequence[NewSms], language: str) -> Iterator[str]:
    """The sums, then every line that was not taken."""
    taken, refused = sum(each.accepted for each in done), sum(each.refused for each in done)
    count = _parts(sum(each.segments for each in done), language)
    yield S(f"Принято: {taken} ({count}), не принято: {refused}", f"Taken: {taken} ({count}), refused: {refused}").in_(
        language
    )
    rows = [item for each in done for item in each.items]
    for place, (item, message) in enumerate(zip(rows, messages, strict=True)):
        if item.problem:
            yield f"{place + 2:>7}  {message.to}: {item.problem.detail or item.problem.code}"
    if done[-1].day_limit:
        yield _limit(done[-1].used_today, done[-1].day_limit, language)


def lines(found: Lines, language: str) -> Iterator[str]:
    """Every line, and what is left of the key's day."""
    for each in found.lines:
        yield f"{each.line:<20} {_health(each).in_(language):<12} {each.operator or '—':<12} {_signal(each):>8}  {_left(each, language)}"  # noqa: E501 - one line of a table
        if each.last_error:
            yield f"{'':<20} {each.last_error}"
    if not found.lines:
        yield S("Линий нет.", "There are no lines.").in_(language)
    if found.day_limit:
        yield _limit(found.used_today, found.day_limit, language)


def segments(found: Segments, language: str) -> Iterator[str]:
    """Segments, and why so many."""
    yield f"{_parts(found.segments, language)}, {found.alphabet}"
    if found.forced_by:
        yield f"{S('из-за знаков', 'because of').in_(language)}: {' '.join(found.forced_by)}"
    if found.plain:
        yield f"{S('короче', 'shorter').in_(language)}: {found.plain}"
    if found.too_long:
        yield S("Слишком длинно для SMS.", "Too long for an SMS.").in_(language)


def _parts(count: int, language: str) -> str:
    return S(f"частей: {count}", f"segments: {count}").in_(language)


def _limit(used: int, most: int, language: str) -> str:
    return S(f"Лимит ключа на сегодня: {used} из {most} частей", f"The key's day: {used} of {most} segments").in_(
        language
    )


def _health(line: SmsLine) -> S:
    if not line.is_alive:
        return S("молчит", "silent")
    if not line.has_network:
        return S("нет сети", "no network")
    return S("отдыхает", "resting") if line.resting_until else S("на связи", "connected")


def _signal(line: SmsLine) -> str:
    return f"{line.signal_dbm} dBm" if line.signal_dbm is not None else "—"


def _left(line: SmsLine, language: str) -> str:
    if line.left_today is None:
        return S(f"сегодня {line.used_today}", f"today {line.used_today}").in_(language)
    return S(f"осталось сегодня {line.left_today}", f"left today {line.left_today}").in_(language)
