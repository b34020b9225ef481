"""Does a file fit its product, its version and the systems of the support scheme? Plain Python, no database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from okibi.kernel.sentence import Sentence
from okibi.policy.platform_android import API_LEVELS
from okibi.policy.platform_windows_names import CLIENTS, NT_CLIENT_NAMES, SERVERS
from okibi.policy.platforms import Place, Requirement
from okibi.policy.versions import ProductVersion, VersionError, parse_version
from okibi.releases.reading.facts import Facts
from okibi.releases.reading.words import FAULTS

LOWEST_TARGET_SDK = 24  # Android 15 refuses to install what targets less
_BLOCKED_SDK = 28  # from here on a v3 signature alone is enough
_MSI_FIELDS = 3  # only so many of ProductVersion count when Windows Installer compares


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file of a release has to be. "" and empty: nothing is fixed yet, the first file fixes it.

    ``last_code``, ``last_msi``: of the highest published version; ``product_codes``: of all published MSIs.
    """

    version: ProductVersion
    requirement: Requirement | None = None
    package: str = ""
    upgrade_code: str = ""
    certificates: frozenset[str] = frozenset()
    last_code: int = 0
    last_msi: str = ""
    product_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason; ``code`` is stable."""

    code: str
    why: Sentence

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "ru": self.why.ru, "en": self.why.en}


def faults_of(facts: Facts, expected: Expected) -> list[Fault]:
    """Everything that keeps a file out of a release; empty: it fits."""
    if found := [Fault(each, FAULTS.get(each, FAULTS["unreadable"])) for each in facts.faults]:
        return found
    checks = _CHECKS.get(facts.kind, (_version,))
    return [fault for check in checks for fault in check(facts, expected)]


def unpinned(facts: Facts, expected: Expected) -> dict[str, str | list[str]]:
    """What the file would fix for its product, by the names of the product's line; empty: nothing new."""
    found: dict[str, str | list[str]] = {}
    if facts.faults:
        return found
    if facts.kind == "apk" and facts.package and not expected.package:
        found["android_package"] = facts.package
    if facts.kind == "msi" and facts.upgrade_code and not expected.upgrade_code:
        found["msi_upgrade_code"] = facts.upgrade_code
    if facts.signature == "valid" and facts.certificates and not expected.certificates:
        found["certificates"] = list(facts.certificates)
    return found


# ---------------------------------------------------------------- of every file


def _version(facts: Facts, expected: Expected) -> Iterator[Fault]:
    """The declared version is one of those the file says; a build beyond the third number may be left out."""
    said = [each for each in (facts.version, *facts.versions) if each]
    if facts.kind == "archive":
        return
    if not said:
        yield Fault("no_version", Sentence("В файле не указана версия.", "The file does not say its version."))
    elif not any(_same(expected.version, each) for each in said):
        declared, shown = str(expected.version), said[0]
        yield Fault(
            "version",
            Sentence(
                f"В файле версия {shown}, а заявлена {declared}.", f"The file says {shown}, declared: {declared}."
            ),
        )


def _same(declared: ProductVersion, said: str) -> bool:
    try:
        found = parse_version(said)
    except VersionError:
        return False
    if found == declared:
        return True
    count = len(declared.numbers) if declared.numbers[3:] else _MSI_FIELDS
    return not found.is_pre_release and _padded(found)[:count] == _padded(declared)[:count]


def _padded(version: ProductVersion) -> tuple[int, ...]:
    return version.numbers + (0,) * (4 - len(version.numbers))


def _certificate(facts: Facts, expected: Expected) -> Iterator[Fault]:
    """The signature holds, and is by a certificate of the product; an APK may prove that its new key follows."""
    if facts.signature == "broken":
        why = Sentence("Подпись файла неверна: он изменён после подписи.", "The file's signature does not hold.")
        yield Fault("signature", why)
        return
    if not expected.certificates:
        return
    if not facts.certificates:
        why = Sentence("Файл не подписан, а продукт подписывается.", "The file is not signed; the product's files are.")
        yield Fault("unsigned", why)
        return
    others = set(facts.certificates) - expected.certificates
    if others and not (facts.kind == "apk" and expected.certificates & set(facts.ancestors)):
        short = min(others)[:16]
        yield Fault(
            "certificate",
            Sentence(
                f"Подписано другим сертификатом (SHA-256 {short}…): он не закреплён за продуктом.",
                f"Signed by another certificate (SHA-256 {short}…) than the product's.",
            ),
        )


# ---------------------------------------------------------------- by kind


def _package(facts: Facts, expected: Expected) -> Iterator[Fault]:
    if not facts.package:
        yield Fault("no_package", Sentence("В APK не указан пакет.", "The APK does not say its package."))
    elif expected.package and facts.package != expected.package:
        yield Fault(
            "package",
            Sentence(
                f"Пакет {facts.package}, а у продукта — {expected.package}.",
                f"The package is {facts.package}, the product's is {expected.package}.",
            ),
        )
    if facts.version_code <= expected.last_code:
        yield Fault(
            "version_code",
            Sentence(
                f"versionCode {facts.version_code} не больше опубликованного {expected.last_code}: Android не обновит.",
                f"versionCode {facts.version_code} is not above {expected.last_code}, the published one: no update.",
            ),
        )


def _android(facts: Facts, expected: Expected) -> Iterator[Fault]:
    covered = _android_level(expected.requirement)
    if facts.debuggable:
        yield Fault("debuggable", Sentence("APK собран для отладки (debuggable).", "The APK is debuggable."))
    if covered and facts.min_sdk > covered:
        system = expected.requirement.os if expected.requirement else ""
        yield Fault(
            "min_sdk",
            Sentence(
                f"minSdk {facts.min_sdk}, а поддерживается {system} (API {covered}): на ней версия не установится.",
                f"minSdk is {facts.min_sdk}, but {system} (API {covered}) is covered, and could not install it.",
            ),
        )
    if facts.target_sdk < LOWEST_TARGET_SDK:
        yield Fault(
            "target_sdk",
            Sentence(
                f"targetSdk {facts.target_sdk}: новые версии Android не ставят то, что ниже {LOWEST_TARGET_SDK}.",
                f"targetSdk is {facts.target_sdk}: new versions of Android refuse less than {LOWEST_TARGET_SDK}.",
            ),
        )
    if "v2" not in facts.schemes and facts.schemes and max(facts.min_sdk, covered) < _BLOCKED_SDK:
        yield Fault(
            "no_v2",
            Sentence(
                "Нет подписи v2: Android 8 её требует, v3 он не знает.",
                "There is no v2 signature: Android 8 needs it and knows no v3.",
            ),
        )


def _android_level(requirement: Requirement | None) -> int:
    """The API level of "Android 8.0"; 0 where the product is not a mobile one."""
    if requirement is None or requirement.place is not Place.MOBILE:
        return 0
    wanted = tuple(int(each) for each in requirement.os.rpartition(" ")[2].split("."))
    return min((level for level, name in API_LEVELS.items() if (*name, 0, 0)[:2] >= (*wanted, 0)[:2]), default=0)


def _windows(facts: Facts, expected: Expected) -> Iterator[Fault]:
    """The NT number and the .NET Framework that an EXE asks for are not above what the scheme covers."""
    requirement = expected.requirement
    covered = _nt(requirement)
    if requirement is None or covered is None:
        return
    asked = _numbers(facts.subsystem)
    known = NT_CLIENT_NAMES.get((asked[0], asked[1])) if len(asked) > 1 else None
    name = f"{known.name} (NT {facts.subsystem})" if known else f"Windows {facts.subsystem} (NT)"
    if asked > covered:
        yield Fault(
            "windows",
            Sentence(
                f"Нужна {name}, а поддерживается {requirement.os}.",
                f"It needs {name}, but {requirement.os} is covered.",
            ),
        )
    if requirement.dotnet and facts.dotnet and _numbers(facts.dotnet) > _numbers(requirement.dotnet):
        yield Fault(
            "dotnet",
            Sentence(
                f"Собрано для .NET Framework {facts.dotnet}, а поддерживается {requirement.dotnet}.",
                f"It is built for .NET Framework {facts.dotnet}, but {requirement.dotnet} is covered.",
            ),
        )


def _nt(requirement: Requirement | None) -> tuple[int, ...] | None:
    if requirement is None or requirement.place is Place.MOBILE:
        return None
    editions = [*CLIENTS.values(), *SERVERS.values()]
    return next((each.nt for each in editions if each.name.lower() == requirement.os.lower()), None)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(".") if each.isdecimal())


def _upgrade_code(facts: Facts, expected: Expected) -> Iterator[Fault]:
    if expected.upgrade_code and facts.upgrade_code != expected.upgrade_code.upper():
        yield Fault(
            "upgrade_code",
            Sentence(
                f"UpgradeCode {facts.upgrade_code}, а у продукта — {expected.upgrade_code}.",
                f"UpgradeCode is {facts.upgrade_code}, the product's is {expected.upgrade_code}.",
            ),
        )
    if facts.product_code in expected.product_codes:
        yield Fault(
            "product_code",
            Sentence(
                "ProductCode тот же, что у опубликованной версии: обновления не будет.",
                "ProductCode is that of a published version: nothing would be updated.",
            ),
        )
    if expected.last_msi and _numbers(facts.version)[:_MSI_FIELDS] <= _numbers(expected.last_msi)[:_MSI_FIELDS]:
        yield Fault(
            "msi_version",
            Sentence(
                f"Установщик Windows сравнивает три первых числа: они не больше, чем у {expected.last_msi}.",
                f"Windows Installer compares three numbers: they are not above those of {expected.last_msi}.",
            ),
        )


Check = Callable[[Facts, Expected], Iterator[Fault]]
_CHECKS: Mapping[str, tuple[Check, ...]] = {
    "exe": (_version, _certificate, _windows),
    "msi": (_version, _certificate, _upgrade_code),
    "apk": (_version, _certificate, _package, _android),
    "nupkg": (_version,),
    "archive": (),
}
