"""One row and no second: an INSERT that says in one round trip whether it was the first."""

from okibi.kernel.statements import insert_once

__all__ = ["insert_once"]
