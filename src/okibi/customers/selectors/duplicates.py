"""Pairs of cards that may be one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from okibi.customers.models import Person
from okibi.customers.selectors.people import cards

MOST_PAIRS = 100
CROWD = 6  # a number of more people than this is a reception desk, not a duplicate


class Likeness(StrEnum):
    """Why two cards look alike."""

    ADDRESS = "address"  # two addresses of one mailbox
    NAME = "name"  # the same name in the same organisation
    PHONE = "phone"  # the same telephone number


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cards, the older first, and everything that is alike in them."""

    first: Person
    second: Person
    likenesses: tuple[Likeness, ...]


_PAIRS = """
WITH alike AS (
    SELECT a.person_id AS first, b.person_id AS second, 'address' AS why
    FROM okibi_customers_emailaddress a JOIN okibi_customers_emailaddress b
      ON b.likeness = a.likeness AND b.person_id > a.person_id
  UNION
    SELECT a.id, b.id, 'name'
    FROM okibi_customers_person a JOIN okibi_customers_person b
      ON b.organisation_id = a.organisation_id AND b.match_key = a.match_key AND b.id > a.id
    WHERE a.merged_into_id IS NULL AND b.merged_into_id IS NULL AND a.match_key <> ''
  UNION
    SELECT a.person_id, b.person_id, 'phone'
    FROM okibi_customers_phonenumber a JOIN okibi_customers_phonenumber b
      ON b.e164 = a.e164 AND b.extension = a.extension AND b.person_id > a.person_id
    WHERE a.e164 IN (
        SELECT e164 FROM okibi_customers_phonenumber GROUP BY e164, extension HAVING count(*) BETWEEN 2 AND %(crowd)s
    )
)
SELECT first, second, array_agg(why ORDER BY why)
FROM alike
WHERE (first = %(person)s OR second = %(person)s OR %(person)s IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM okibi_customers_distinctpeople d WHERE d.first_id = alike.first AND d.second_id = alike.second
  )
GROUP BY first, second
ORDER BY count(*) DESC, first, second
LIMIT %(limit)s
"""


def candidate_pairs(limit: int = MOST_PAIRS, person_id: int | None = None) -> Sequence[Pair]:
    """Pairs of cards with the same telephone, the same name in one organisation or two addresses of one mailbox.

    The pairs with more in common come first; pairs that were told apart are left out. With ``person_id``, only
    the pairs of that card.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"crowd": CROWD, "limit": limit, "person": person_id})
        found = cursor.fetchall()
    people = {person.pk: person for person in cards({pk for first, second, _ in found for pk in (first, second)})}
    return [Pair(people[first], people[second], tuple(Likeness(why) for why in whys)) for first, second, whys in found]
