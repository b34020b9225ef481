"""Terms and the moments they promise: the one door to ``term_values`` (what, and when) and ``explain`` (why).

``due_at`` is the fast answer; ``due`` gives the same moment with its steps.
"""

from okibi.policy.explain import RULES, Due, Step, due, explain
from okibi.policy.term_values import (
    Days,
    Hours,
    Months,
    Term,
    TermError,
    WorkingDays,
    due_at,
    months_later,
    parse_term,
)

__all__ = [
    "RULES",
    "Days",
    "Due",
    "Hours",
    "Months",
    "Step",
    "Term",
    "TermError",
    "WorkingDays",
    "due",
    "due_at",
    "explain",
    "months_later",
    "parse_term",
]
