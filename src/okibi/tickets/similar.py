"""Requests that were answered and read like what somebody types now, among a million and in a few milliseconds.

Words that are everywhere would lead through half of the index. How common a word is, PostgreSQL knows (``ANALYZE``
keeps the most common elements of the words' column): by that the words are weighed, and only rare ones are looked up in
the index. Beside them stand the newest answered requests of the reader's own side, read one by one. The words of each
are unpacked once (``unnest``), not anew for every word of the text: that was half of the server's time.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from okibi.kernel.words import TOKEN, forms
from okibi.tickets.models import Message, SearchEntry, Ticket

ENTRIES = SearchEntry._meta.db_table  # noqa: SLF001  Django's own public habit
TICKETS = Ticket._meta.db_table  # noqa: SLF001
MESSAGES = Message._meta.db_table  # noqa: SLF001

NEWEST = 300  # answered requests of one side that are compared whatever their words
RARE = 0.001  # of all requests: a word in fewer is looked up in the index
MOST_RARE = 500  # requests that rare words may lead to
MOST_WORDS = 12  # the heaviest words of a text count
LOOKED_AT = 400  # words of a text
UNKNOWN = 0.0005  # how common a word is taken to be that no statistics name
ENOUGH = 0.3  # of the text's whole weight must be met
REMEMBERED = 600.0  # seconds that the statistics are kept
_EVERYWHERE = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня
еще нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас опять вам ведь там потом себя
ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без чего раз тоже себе под будет ж
кто этот того потому этого какой совсем ним здесь этом один почти мой тем чтобы нее сейчас были куда зачем всех
при наш наши нас здравствуйте добрый день спасибо пожалуйста просьба прошу the a an is are was to of in on and
or not it this that with for from we you i my our please hello thanks when what how
"""
_SAID_EVERYWHERE = frozenset(_EVERYWHERE.split())

_FOUND = f"""
WITH mine AS MATERIALIZED ({{mine}}),
asked AS (
    SELECT * FROM unnest(%(numbers)s::int[], %(words)s::text[], %(weights)s::float8[]) AS a (number, word, weight)
),
scored AS (
    SELECT e.ticket_id, (
        SELECT sum(best) FROM (
            SELECT max(a.weight) AS best FROM unnest(e.words) AS has (word) JOIN asked a ON a.word = has.word
            GROUP BY a.number
        ) AS met
    ) AS score
    FROM {ENTRIES} e JOIN mine ON mine.id = e.ticket_id
)
SELECT t.id, t.number, t.subject, t.ended_at, said.text
FROM (SELECT * FROM scored WHERE score >= %(enough)s ORDER BY score DESC, ticket_id DESC LIMIT %(limit)s) AS best
JOIN {TICKETS} t ON t.id = best.ticket_id
CROSS JOIN LATERAL (
    SELECT m.text FROM {MESSAGES} m
    WHERE m.ticket_id = t.id AND m.kind = 'reply' AND m.text <> '' ORDER BY m.id DESC LIMIT 1
) AS said
ORDER BY best.score DESC, t.id DESC
"""  # noqa: S608  names of our own tables
_SIDE = f"""
(SELECT id FROM {TICKETS} WHERE {{column}} = %({{name}})s AND state IN ('solved', 'closed') AND id <> ALL(%(but)s)
 ORDER BY id DESC LIMIT {NEWEST})
"""  # noqa: S608
_RARE = f"""
(SELECT t.id FROM (
    SELECT ticket_id FROM (SELECT ticket_id FROM {ENTRIES} WHERE words && %(rare)s::text[] OFFSET 0) AS by_index
    ORDER BY ticket_id DESC LIMIT {MOST_RARE}
 ) AS e JOIN {TICKETS} t ON t.id = e.ticket_id
 WHERE t.state IN ('solved', 'closed') AND t.id <> ALL(%(but)s) AND ({{theirs}}))
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Similar:
    """An answered request that reads alike, and the beginning of the newest answer."""

    ticket_id: int
    number: str
    subject: str
    solved_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Side:
    """Whose requests may be shown: a device's, a person's, an organisation's (of somebody who belongs to it)."""

    device_id: int | None = None
    person_ids: tuple[int, ...] = ()
    organisation_id: int | None = None

    @property
    def ways(self) -> list[tuple[str, int]]:
        ways = [("requester_id", person_id) for person_id in self.person_ids]
        ways += [("device_id", self.device_id)] if self.device_id is not None else []
        return ways + ([("organisation_id", self.organisation_id)] if self.organisation_id is not None else [])


def similar(side: Side, text: str, *, product: str = "", but: Sequence[int] = (), limit: int = 5) -> list[Similar]:
    """Answered requests of that side that read like the text, the most alike first; one query.

    ``product``: those of another product are left out. ``but``: ids that are not wanted.
    """
    weights = weighed(text, common_words())
    if not weights or not side.ways:
        return []
    sql, values = _query(side, weights, product)
    values |= {"but": list(but), "limit": limit * 3}  # some may have no answer in words
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return [Similar(*row) for row in rows[:limit]]


def weighed(text: str, common: Mapping[str, float]) -> list[tuple[tuple[str, ...], float]]:
    """The words of a text that tell it from others, each with its forms and its weight, heaviest first."""
    folded = text.lower().replace("ё", "е")
    found: dict[tuple[str, ...], float] = {}
    for count, match in enumerate(TOKEN.finditer(folded)):
        word = match.group()
        if count >= LOOKED_AT:
            break
        if len(word) < 2 or len(word) > 64 or word in _SAID_EVERYWHERE:
            continue
        group = forms(word)
        found.setdefault(group, -math.log(max(common.get(form, UNKNOWN) for form in group)))
    heaviest = sorted(found.items(), key=lambda item: -item[1])
    return heaviest[:MOST_WORDS]


def _query(side: Side, weights: Sequence[tuple[tuple[str, ...], float]], product: str) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {f"way{at}": value for at, (_, value) in enumerate(side.ways)}
    parts = [_SIDE.format(column=column, name=f"way{at}") for at, (column, _) in enumerate(side.ways)]
    rare = [form for group, weight in weights for form in group if weight >= -math.log(RARE)]
    if rare:
        theirs = " OR ".join(f"t.{column} = %(way{at})s" for at, (column, _) in enumerate(side.ways))
        parts.append(_RARE.format(theirs=theirs))
        values["rare"] = rare
    mine = " UNION ".join(parts)
    if product:
        mine = f"SELECT p.id FROM ({mine}) AS u JOIN {TICKETS} p ON p.id = u.id WHERE p.product IN ('', %(product)s)"  # noqa: S608
        values["product"] = product
    asked = [(at, form, weight) for at, (group, weight) in enumerate(weights) for form in group]
    values |= {
        "numbers": [at for at, _, _ in asked],
        "words": [form for _, form, _ in asked],
        "weights": [weight for _, _, weight in asked],
        "enough": ENOUGH * sum(weight for _, weight in weights),
    }
    return _FOUND.format(mine=mine), values


_common: tuple[float, Mapping[str, float]] = (-math.inf, {})


def common_words() -> Mapping[str, float]:
    """How many of all requests (0 to 1) hold each of the most common words, as PostgreSQL counted last."""
    global _common  # noqa: PLW0603  one little cache of a process
    asked_at, known = _common
    if time.monotonic() - asked_at > REMEMBERED:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats "
                "WHERE schemaname = current_schema() AND tablename = %s AND attname = 'words'",
                [ENTRIES],
            )
            row = cursor.fetchone()
        known = dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}
        _common = (time.monotonic(), known)
    return known
