"""Judges an environment against one row of scheme.md §2, line by line: met, unmet or unknown, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from okibi.kernel.sentence import Sentence
from okibi.policy.platform_android import AndroidSystem
from okibi.policy.platform_dotnet import DotNet, Runtime, version_key
from okibi.policy.platform_resources import Amount, Arch
from okibi.policy.platform_windows import WindowsSystem
from okibi.policy.platform_windows_names import FIRST_BUILD_OF_11, Kind
from okibi.policy.platform_words import DETAILS, SUBJECTS, Ground, Measure, Subject, hertz, size, tell
from okibi.policy.platforms import Environment, Place, Requirement, System, parse_environment
from okibi.policy.verdict import Line, Status, Verdict


@cache
def required_system(name: str, place: Place) -> WindowsSystem | AndroidSystem:
    """The oldest system that a requirement names for a place: one Windows with its version, for a mobile device one
    Android. Raises ``ValueError`` for any other name: nothing could be compared with it.
    """
    systems = parse_environment(name).systems
    only = systems[0] if len(systems) == 1 else None
    if place is Place.MOBILE and isinstance(only, AndroidSystem) and only.version is not None:
        return only
    if place is not Place.MOBILE and isinstance(only, WindowsSystem) and only.nt is not None:
        return only
    message = f"not the name of one system with its version: {name!r}"
    raise ValueError(message)


def _is_mobile(system: System) -> bool:
    if isinstance(system, WindowsSystem):
        return system.kind is Kind.HANDHELD
    return isinstance(system, AndroidSystem) or system.mobile


def systems_at(environment: Environment, place: Place) -> tuple[System, ...]:
    """The systems that speak for a place: of one machine all; of a letter those that fit such a place."""
    systems = environment.systems
    if environment.one_machine:
        return systems
    systems = tuple(system for system in systems if _is_mobile(system) is (place is Place.MOBILE))
    if place is Place.MOBILE:
        return systems
    servers = tuple(s for s in systems if isinstance(s, WindowsSystem) and s.kind is Kind.SERVER)
    others = tuple(s for s in systems if s not in servers)
    if place is Place.SERVER:
        return servers or tuple(s for s in others if not (isinstance(s, WindowsSystem) and s.kind is Kind.CLIENT))
    return others or servers


@dataclass(frozen=True, slots=True)
class _Finding:
    status: Status
    ground: Ground
    detail: Sentence | None = None


def _judge_windows(system: System, required: WindowsSystem) -> _Finding:
    if not isinstance(system, WindowsSystem) or system.kind is Kind.HANDHELD:
        return _Finding(Status.UNMET, Ground.OTHER_SYSTEM)
    if system.nt is None:
        return _Finding(Status.UNKNOWN, Ground.NOT_EXACT)
    if required.nt and system.nt < required.nt:
        # Slang may have been meant otherwise: nobody is denied on a guess.
        return _Finding(Status.UNKNOWN, Ground.GUESSED) if system.guess else _Finding(Status.UNMET, Ground.TOO_OLD)
    if required.kind is Kind.SERVER and system.kind is Kind.CLIENT:
        return _Finding(Status.UNKNOWN, Ground.GUESSED) if system.guess else _Finding(Status.UNMET, Ground.NOT_SERVER)
    if required.kind is Kind.SERVER and system.kind is Kind.UNSTATED:
        return _Finding(Status.UNKNOWN, Ground.CLIENT_OR_SERVER)
    return _Finding(Status.MET, Ground.GUESSED if system.guess else Ground.MEETS)


def _judge_android(system: System, required: AndroidSystem) -> _Finding:
    if not isinstance(system, AndroidSystem):
        return _Finding(Status.UNMET, Ground.OTHER_SYSTEM)
    if system.version is None:
        return _Finding(Status.UNKNOWN, Ground.NOT_EXACT)
    width = max(len(system.version), len(required.version or ()))
    have = system.version + (0,) * (width - len(system.version))
    need = (required.version or ()) + (0,) * (width - len(required.version or ()))
    return _Finding(Status.MET, Ground.MEETS) if have >= need else _Finding(Status.UNMET, Ground.TOO_OLD)


def _os_line(environment: Environment, systems: Sequence[System], requirement: Requirement) -> Line:
    required = required_system(requirement.os, requirement.place)
    strange = environment.said if environment.unread and environment.one_machine else ""
    if strange:
        finding = _Finding(Status.UNKNOWN, Ground.NOT_EXACT)
    elif not systems:
        finding = _Finding(Status.UNKNOWN, Ground.NOT_STATED)
    elif len(systems) > 1:
        finding = _Finding(Status.UNKNOWN, Ground.CONTRADICTORY)
    elif isinstance(required, WindowsSystem):
        finding = _judge_windows(systems[0], required)
    elif isinstance(required, AndroidSystem):
        finding = _judge_android(systems[0], required)
    evidence: dict[str, object] = {"mentions": [system.mention for system in systems]}
    if any(getattr(system, "guess", False) for system in systems):
        evidence["guess"] = True
    measure = Measure.same(requirement.os)
    seen = [Measure(f"«{strange[:80]}»", f'"{strange[:80]}"')] if strange else []
    seen += [Measure.same(system.label) for system in systems]
    return _line(Subject.OS, finding, measure, seen, evidence)


def _runtime_line(environment: Environment, systems: Sequence[System], needed: str) -> Line:
    only = systems[0] if len(systems) == 1 else None
    included = only.dotnet if isinstance(only, WindowsSystem) else ""
    ships = bool(included) and version_key(included) >= version_key(needed)
    stated = environment.dotnet
    best = _best_framework(stated)
    if best and version_key(best.version) >= version_key(needed):
        finding = _Finding(Status.MET, Ground.MEETS)
    elif ships and (not stated or not environment.one_machine):
        # A letter may name an older version that stands beside the one that the system brings along.
        stated = ()
        finding = _Finding(Status.MET, Ground.INCLUDED)
    else:
        finding = _unfit_runtime(stated, best)
    seen = [Measure.same(dotnet.label) for dotnet in stated]
    if finding.ground is Ground.INCLUDED and only:
        seen = [
            Measure(
                f".NET Framework {included} в составе {only.label}", f".NET Framework {included} inside {only.label}"
            )
        ]
    evidence: dict[str, object] = {"included": included or None, "mentions": [dotnet.mention for dotnet in stated]}
    return _line(Subject.RUNTIME, finding, Measure.same(f".NET Framework {needed}"), seen, evidence)


def _best_framework(stated: Sequence[DotNet]) -> DotNet | None:
    """Versions stand side by side on one machine, so the newest one counts."""
    frameworks = [dotnet for dotnet in stated if dotnet.runtime is Runtime.FRAMEWORK]
    return max(frameworks, key=lambda dotnet: version_key(dotnet.version), default=None)


def _unfit_runtime(stated: Sequence[DotNet], best: DotNet | None) -> _Finding:
    kinds = {dotnet.runtime for dotnet in stated}
    if not stated:
        return _Finding(Status.UNKNOWN, Ground.NOT_STATED)
    if Runtime.FRAMEWORK_4 in kinds:
        return _Finding(Status.UNKNOWN, Ground.ANY_4)
    if Runtime.UNREADABLE in kinds:
        return _Finding(Status.UNKNOWN, Ground.NOT_EXACT)
    if best:
        return _Finding(Status.UNMET, Ground.TOO_OLD)
    return _Finding(Status.UNKNOWN, Ground.NOT_FRAMEWORK)


def _amount_finding(amounts: Sequence[Amount], needed: int) -> _Finding:
    if not amounts:
        return _Finding(Status.UNKNOWN, Ground.NOT_STATED)
    enough = {amount.value >= needed for amount in amounts}
    if len(enough) > 1:
        return _Finding(Status.UNKNOWN, Ground.CONTRADICTORY)
    return _Finding(Status.MET, Ground.MEETS) if enough == {True} else _Finding(Status.UNMET, Ground.TOO_LITTLE)


def arch_of(environment: Environment, systems: Sequence[System]) -> Arch | None:
    """The architecture: as stated, or as the system has it (Windows 11 and servers from 2008 R2 on are 64-bit only)."""
    if len(environment.arch) == 1:
        return environment.arch[0]
    only = systems[0] if len(systems) == 1 and not environment.arch else None
    if isinstance(only, WindowsSystem) and only.nt:
        eleven = only.name == "Windows 11" or (only.build or 0) >= FIRST_BUILD_OF_11
        if eleven or (only.kind is Kind.SERVER and only.nt >= (6, 1)):
            return Arch.X64
    return None


def _disk_line(environment: Environment, arch: Arch | None, requirement: Requirement) -> Line:
    published = requirement.disk_mb
    amounts = environment.disk_mb
    evidence: dict[str, object] = {"arch": arch.value if arch else None, "amounts": [a.value for a in amounts]}
    low, high = min(published.values()), max(published.values())
    detail = None
    if arch is not None and arch in published:
        low = high = published[arch]
    elif arch is not None:
        # The server's row names 20 GB for x86 only; it is the only figure there is.
        detail = DETAILS[Ground.ONLY_OTHER_ARCH]
        low = high
    finding = _amount_finding(amounts, high)
    whole = max((drive.value for drive in environment.drive_mb), default=None)
    if not amounts and whole is not None and whole < low:
        # More than the whole disk can't be free on it.
        amounts, finding = environment.drive_mb, _Finding(Status.UNMET, Ground.TOO_LITTLE)
        evidence["drive"] = whole
    if low != high and finding.status is not Status.MET and amounts:
        at_least = _amount_finding(amounts, low)
        finding = at_least if at_least.status is Status.UNMET else _Finding(Status.UNKNOWN, Ground.ARCH_NOT_STATED)
    needed = size(high)
    if low != high:
        parts = sorted(published.items(), key=lambda pair: pair[1])
        needed = Measure(
            ", ".join(f"{size(mb).ru} ({each.value})" for each, mb in parts),
            ", ".join(f"{size(mb).en} ({each.value})" for each, mb in parts),
        )
    if detail and finding.detail is None:
        finding = _Finding(finding.status, finding.ground, detail)
    return _line(Subject.DISK, finding, needed, [size(amount.value) for amount in amounts], evidence)


def _line(
    subject: Subject, finding: _Finding, needed: Measure, seen: Sequence[Measure], evidence: dict[str, object]
) -> Line:
    detail = finding.detail or DETAILS.get(finding.ground) or Sentence("", "")
    facts = {"required": needed.en, "seen": ", ".join(each.en for each in seen) or None, **evidence}
    sentence = tell(SUBJECTS[subject], finding.status, needed, seen)
    return Line(subject.value, finding.status, finding.ground.value, sentence, detail, facts)


def judge(environment: Environment, requirement: Requirement, policy_version: str = "") -> Verdict:
    """The verdict on an environment: one line for each thing that the scheme asks of that place."""
    systems = systems_at(environment, requirement.place)
    lines = [_os_line(environment, systems, requirement)]
    if requirement.dotnet is not None:
        lines.append(_runtime_line(environment, systems, requirement.dotnet))
    if requirement.cpu_mhz is not None:
        lines.append(_amount_line(Subject.CPU, environment.cpu_mhz, requirement.cpu_mhz))
    if requirement.ram_mb is not None:
        lines.append(_amount_line(Subject.MEMORY, environment.ram_mb, requirement.ram_mb))
    if requirement.disk_mb:
        lines.append(_disk_line(environment, arch_of(environment, systems), requirement))
    return Verdict(tuple(lines), policy_version)


def _amount_line(subject: Subject, amounts: Sequence[Amount], needed: int) -> Line:
    show = hertz if subject is Subject.CPU else size
    evidence: dict[str, object] = {"amounts": [amount.value for amount in amounts]}
    return _line(subject, _amount_finding(amounts, needed), show(needed), [show(a.value) for a in amounts], evidence)
