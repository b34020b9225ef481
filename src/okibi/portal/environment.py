"""Free words about one machine as a report in the API's shape; nothing is guessed, the words stay whole."""

from typing import Any

from okibi.policy.platforms import Place, parse_environment
from okibi.policy.scheme_values import Scheme


def report_of(text: str, product: str, scheme: Scheme) -> dict[str, Any]:
    """«Windows 10 x64, .NET 4.8, 4 ГБ» as a report; a value that was named twice differently is left out."""
    text = " ".join(text.split())[:200]
    if not text:
        return {}
    part = scheme.product(product)
    mobile = part is not None and part.place is Place.MOBILE
    found = parse_environment(text, part.place if part else None)
    bare = text if not mobile or "android" in text.lower() or not text[0].isdigit() else f"Android {text}"
    report: dict[str, Any] = {"system": {"name": bare}}
    single: dict[str, list[Any]] = {
        "cpu_mhz": [one.value for one in found.cpu_mhz],
        "memory_mb": [one.value for one in found.ram_mb],
        "disk_free_mb": [one.value for one in found.disk_mb],
    }
    report |= {key: values[0] for key, values in single.items() if len(set(values)) == 1}
    runtimes = {one.mention for one in found.dotnet}
    if len(runtimes) == 1:
        report["dotnet"] = {"version": runtimes.pop()}
    kinds = {one.value for one in found.arch}
    if len(kinds) == 1:
        report["system"]["architecture"] = kinds.pop()
    return report
