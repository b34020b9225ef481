"""How an operator is asked for a SIM's money: the USSD code, where its answer has the figure, what is too little."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_table import Table

FIGURE = r"(-?\d[\d  ]*(?:[.,]\d{1,2})?)"  # the first figure of the answer
CODE = Sentence("код USSD пишут так: «*100#»", 'a USSD code is written "*100#"')
PATTERN = Sentence(
    "нужно регулярное выражение с одной скобкой вокруг суммы: «Баланс:? (-?[0-9.,]+)»",
    'a regular expression with one group around the sum is needed: "Balance:? (-?[0-9.,]+)"',
)
LONGEST = 300  # characters of an answer that are looked at
_SPACES = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class BalanceOptions:
    """``low``: roubles under which a line is running dry, 0 for no threshold; ``every``: between two questions."""

    code: str
    pattern: str = FIGURE
    low: int = 0
    every: timedelta = timedelta(hours=24)

    def amount_in(self, answer: str) -> Decimal | None:
        """The sum that an operator's answer names, None where there is none: « -1 057,20 р.» is −1057.20."""
        match = re.search(self.pattern, answer[:LONGEST])
        written = _SPACES.sub("", match[1] or "").replace(",", ".").strip(".") if match else ""
        try:
            return Decimal(written).quantize(Decimal("0.01"))
        except InvalidOperation:
            return None


def balance_of(table: Table) -> BalanceOptions:
    """What a line's table says; what is wrong becomes its problems."""
    code = table.text("balance", r"[*#][0-9*#]{1,30}", CODE)
    pattern = _pattern(table) if table.has("balance_pattern") else FIGURE
    low = table.whole("balance_low", 0, 1_000_000) if table.has("balance_low") else 0
    hours = table.whole("balance_hours", 1, 24 * 31) if table.has("balance_hours") else 24
    return BalanceOptions(code, pattern, low, timedelta(hours=hours))


def _pattern(table: Table) -> str:
    written = table.text("balance_pattern")
    try:
        groups = re.compile(written).groups
    except re.error:
        groups = 0
    if groups != 1:
        table.problem("balance_pattern", PATTERN.ru, PATTERN.en)
        return FIGURE
    return written
