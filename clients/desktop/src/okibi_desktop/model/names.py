"""Names of files that others gave."""

from pathlib import Path

LONGEST = 120  # characters


def safe_name(name: str) -> str:
    """A name of a file as another one gave it, without a way out of the folder."""
    kept = "".join("_" if char in '/\\:*?"<>|' or ord(char) < 32 else char for char in name).strip(". ")
    return kept[:LONGEST] or "file"


def free_place(folder: Path, name: str) -> Path:
    """Where a file of that name can stand; nothing is written over: "Setup (2).exe"."""
    place, serial = folder / name, 2
    while place.exists():
        place = folder / f"{Path(name).stem} ({serial}){Path(name).suffix}"
        serial += 1
    return place
