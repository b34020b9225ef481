"""Free words about one machine as a report that intake understands."""

from okibi.policy.platforms import Place, parse_environment
from okibi.policy.scheme_values import Scheme


def environment_facts(text: str, product: str, scheme: Scheme) -> dict[str, str]:
    """The facts of a request form for «Windows 10 x64, .NET 4.8, 4 ГБ»: the words whole, and each value that is clear.

    Keys are those of ``environment_from_report`` behind ``env_``. A value that was named twice differently is left out:
    nothing is guessed, the words stay for the specialist.
    """
    text = text.strip()
    if not text:
        return {}
    part = scheme.product(product)
    found = parse_environment(text, part.place if part else None)
    named = {
        "env_dotnet": [one.mention for one in found.dotnet],
        "env_cpu_mhz": [str(one.value) for one in found.cpu_mhz],
        "env_ram_mb": [str(one.value) for one in found.ram_mb],
        "env_disk_free_mb": [str(one.value) for one in found.disk_mb],
        "env_arch": [one.value for one in found.arch],
    }
    single = {key: values[0] for key, values in named.items() if len(set(values)) == 1}
    mobile = part is not None and part.place is Place.MOBILE
    bare = text if not mobile or "android" in text.lower() or not text[0].isdigit() else f"Android {text}"
    return {"env_os": bare, **single}
