"""What is known of a machine in a few words, for people who are to agree with it before it is judged."""

from okibi.kernel.sentence import Sentence
from okibi.policy.platform_windows import WindowsSystem
from okibi.policy.platform_windows_names import Kind
from okibi.policy.platform_words import Measure, hertz, size
from okibi.policy.platforms import Environment, System


def described(environment: Environment) -> Sentence:
    """«Windows 7 SP1, x64, .NET Framework 4.8, память 4 ГБ»; empty where nothing is known. Doubles stand once."""
    words = [
        *(Measure.same(_name(system)) for system in environment.systems),
        *(Measure.same(arch.value) for arch in environment.arch),
        *(Measure.same(dotnet.label) for dotnet in environment.dotnet),
        *(hertz(amount.value) for amount in environment.cpu_mhz),
        *(_named("память", "memory", size(amount.value)) for amount in environment.ram_mb),
        *(_named("свободно на диске", "free disk space", size(amount.value)) for amount in environment.disk_mb),
    ]
    once = list(dict.fromkeys(words))
    return Sentence(", ".join(word.ru for word in once), ", ".join(word.en for word in once))


def _name(system: System) -> str:
    """The plain name where one was named; with its number where it was worked out from that."""
    plain = isinstance(system, WindowsSystem) and system.exact_name and system.kind is not Kind.UNSTATED
    return system.name if plain and isinstance(system, WindowsSystem) else system.label


def _named(ru: str, en: str, measure: Measure) -> Measure:
    return Measure(f"{ru} {measure.ru}", f"{en} {measure.en}")
