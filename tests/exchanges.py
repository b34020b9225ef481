"""Accounts of exchanges for tests: a file with secrets, mode 0600, whose vendors are simulators."""

from pathlib import Path
from typing import Any

from tests.simulators import cti, mango, megafon, zadarma

GIVEN = {
    "cti": {"token": cti.TOKEN},
    "mango": {"api_key": mango.KEY, "api_salt": mango.SALT},
    "megafon": {"crm_token": megafon.TOKEN},
    "zadarma": {"api_secret": zadarma.SECRET},
}
SEATS = {"101": "vera@desk.example.org", "102": "oleg@desk.example.org", "vera": "vera@desk.example.org"}


def account(kind: str, name: str = "main", more: str = "") -> str:
    """One exchange with the desk's telephones; ``more``: further lines of its table."""
    lines = ["[[exchange]]", f'kind = "{kind}"', f'name = "{name}"']
    lines += [f'{key} = "{value}"' for key, value in GIVEN[kind].items()]
    seats = [f'[[exchange.seat]]\nname = "{seat}"\nstaff = "{email}"' for seat, email in SEATS.items()]
    return "\n".join([*lines, more, *seats]) + "\n"


def configure(settings: Any, folder: Path, *accounts: str) -> None:
    """Let these be all the exchanges there are."""
    path = folder / "telephone.toml"
    path.write_text("format = 1\n" + "\n".join(accounts), encoding="utf-8")
    path.chmod(0o600)
    settings.OKIBI_TELEPHONE = str(path)
