"""A version as a text that sorts like the version does, so that the database can order and compare."""

from okibi.policy.versions import ProductVersion

PARTS = 4


def version_key(version: ProductVersion) -> str:
    """Sorts by bytes (collation C) as the version does: 4.10 after 4.9, a pre-release before its release."""
    numbers = ".".join(f"{number:09d}" for number in version.numbers + (0,) * (PARTS - len(version.numbers)))
    pre = " ".join(f"0{part:09d}" if isinstance(part, int) else f"1{part}" for part in version.pre)
    return f"{numbers}-{pre}" if pre else f"{numbers}~"
