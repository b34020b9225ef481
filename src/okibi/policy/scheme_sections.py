"""Reads the sections of a policy file into the values of ``scheme_values``; the checks of meaning stand beside them."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from okibi.kernel.sentence import Sentence
from okibi.policy.platform_dotnet import KNOWN
from okibi.policy.platform_judge import required_system
from okibi.policy.platform_resources import Arch
from okibi.policy.platforms import Place, Requirement, parse_environment
from okibi.policy.scheme_lines import Path
from okibi.policy.scheme_table import Table
from okibi.policy.scheme_values import (
    CHANNEL_CODES,
    CLASS_CODES,
    Address,
    Channel,
    Contact,
    CoverageRule,
    DeskHabits,
    DesktopWays,
    MobileWays,
    Opening,
    Product,
    RefusalRule,
    RequestClass,
    Role,
    SmsEvent,
    SmsNotices,
    UnlessAsked,
    Vendor,
    frozen,
)
from okibi.policy.term_values import Hours

Value = TypeVar("Value")

PHONE = r"\+\d[\d ()-]{6,20}\d"
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
CODE = r"[a-z][a-z0-9-]*"
VERSION = r"\d+(\.\d+){0,3}"
NOT_A_PHONE = Sentence("номер пишут так: +7 900 000-00-00", "a number is written +7 900 000-00-00")
NOT_A_CODE = Sentence(
    "код — латинские строчные буквы, цифры и дефис", "a code is lower-case letters, digits and hyphens"
)
NOT_A_VERSION = Sentence("версию пишут так: 4.5", "a version is written 4.5")
NOT_ASCII = Sentence("нужен домен латиницей (xn--…)", "the domain in ASCII (xn--…) is needed")
NOT_AN_ADDRESS = Sentence("это не адрес e-mail", "this is not an e-mail address")


def one(table: Table, key: str, read: Callable[[Table], Value]) -> Value:
    """Reads a table within a table, then refuses the keys that nobody asked for."""
    inner = table.table(key)
    value = read(inner)
    inner.done()
    return value


def each(table: Table, key: str, read: Callable[[Table], Value], *, least: int = 1) -> tuple[Value, ...]:
    """Reads an array of tables, each like ``one``."""
    values = []
    for inner in table.tables(key, least=least):
        values.append(read(inner))
        inner.done()
    return tuple(values)


def vendor(table: Table) -> Vendor:
    contacts = each(table, "contacts", _contact)
    if contacts and not any(contact.role is Role.LEADING for contact in contacts):
        table.problem("contacts", "нужен хотя бы один ведущий специалист", "at least one leading specialist is needed")
    table.apart("contacts", "phone")
    site, site_ascii = table.text("site"), table.text("site_ascii", r"[A-Za-z0-9.-]+", NOT_ASCII)
    if site and site_ascii and _ascii(site) != site_ascii.lower():
        table.problem("site_ascii", f"«{site}» латиницей пишется иначе", f'"{site}" is written otherwise in ASCII')
    address = table.text("support_address", EMAIL, NOT_AN_ADDRESS)
    return Vendor(table.sentence("name"), site, site_ascii, address, contacts)


def _contact(table: Table) -> Contact:
    return Contact(table.text("phone", PHONE, NOT_A_PHONE), table.choice("role", Role), table.text("name"))


def _ascii(site: str) -> str:
    try:
        return site.encode("idna").decode().lower()
    except UnicodeError:
        return ""


def zone(table: Table) -> ZoneInfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.problem("zone", f"«{name}»: такого часового пояса нет", f'"{name}": there is no such time zone')
        return ZoneInfo("UTC")


def products(root: Table) -> tuple[Product, ...]:
    found = each(root, "products", _product)
    codes = [product.code for product in found]
    root.apart("products", "code")
    for index, product in enumerate(found):
        if product.module_of is not None and product.module_of not in codes:
            name, place = product.module_of, ("products", index, "module_of")
            root.problem(place, f"модуль неизвестного продукта «{name}»", f'a module of the unknown product "{name}"')
    return found


def _product(table: Table) -> Product:
    return Product(
        table.text("code", CODE, NOT_A_CODE),
        table.sentence("name"),
        table.sentence("kind"),
        table.choice("place", Place),
        table.text("module_of") if table.has("module_of") else None,
        table.optional_sentence("condition"),
    )


def coverage(table: Table) -> CoverageRule:
    return CoverageRule(
        table.sentence("support"),
        table.words("holders", ("organisation", "person")),
        table.words("grounds", ("licence", "trial")),
        table.words("trial_sources", ("site", "other")),
        table.sentence("licence"),
        table.sentence("trial"),
        table.sentence("uncovered"),
    )


def environments(table: Table) -> dict[Place, Requirement]:
    return {place: one(table, place.value, partial(_requirement, place=place)) for place in Place}


def _requirement(table: Table, place: Place) -> Requirement:
    system = table.text("os")
    if system:
        _check_system(table, system, place)
    return Requirement(
        place,
        system,
        _framework(table) if table.has("dotnet") else None,
        table.whole("cpu_mhz", 1, 100_000) if table.has("cpu_mhz") else None,
        table.whole("ram_mb", 1, 100_000_000) if table.has("ram_mb") else None,
        one(table, "disk_mb", _disk) if table.has("disk_mb") else {},
    )


def _check_system(table: Table, system: str, place: Place) -> None:
    """Notes a system with which no machine could be compared."""
    if not parse_environment(system, place).systems:
        table.problem("os", f"«{system}»: такая система неизвестна", f'"{system}": this system is not known')
        return
    try:
        required_system(system, place)
    except ValueError:
        example = "Android 8.0" if place is Place.MOBILE else "Windows 10"
        table.problem(
            "os",
            f"«{system}»: здесь нужна одна система с версией, например «{example}»",
            f'"{system}": one system with its version is needed here, such as "{example}"',
        )


def _framework(table: Table) -> str:
    """A .NET Framework that there was: by "4.50" for "4.5" every machine would be too old."""
    version = table.text("dotnet", VERSION, NOT_A_VERSION)
    if re.fullmatch(VERSION, version) and version not in KNOWN:
        listed = ", ".join(KNOWN)
        table.problem(
            "dotnet",
            f"«{version}»: такого .NET Framework нет; бывает {listed}",
            f'"{version}": there is no such .NET Framework; there are {listed}',
        )
    return version


def _disk(table: Table) -> dict[Arch, int]:
    if not any(table.has(arch) for arch in Arch):
        table.problem(None, "нужно место хотя бы для одной разрядности: x86, x64", "x86 or x64 is needed here")
    return {arch: table.whole(arch.value, 1, 100_000_000) for arch in Arch if table.has(arch.value)}


def desktop_versions(table: Table) -> DesktopWays:
    ways = table.words("ways", ("by_hand", "automatic"))
    automatic = "automatic" in ways
    return DesktopWays(
        ways,
        table.sentence("by_hand") if "by_hand" in ways else None,
        table.sentence("automatic") if automatic else None,
        table.words("automatic_needs", ("request_placed", "port_access")) if automatic else (),
        table.words("port_access_to", ("workstation", "server")) if automatic else (),
    )


def mobile_versions(table: Table) -> MobileWays:
    return MobileWays(
        table.words("ways", ("email",)),
        table.sentence("email"),
        table.sentence("registry"),
        table.words("registry_ways", ("user_card_flag", "request")),
        table.sentence("user_card"),
        table.sentence("flag"),
        table.sentence("user_card_flag"),
        table.sentence("request"),
    )


def channels(root: Table, product_codes: Sequence[str]) -> tuple[Channel, ...]:
    found = each(root, "channels", lambda table: _channel(table, product_codes))
    root.apart("channels", "code")
    preferred = [index for index, channel in enumerate(found) if channel.preferred]
    if found and len(preferred) != 1:
        place: Path = ("channels", preferred[1], "preferred") if preferred else ("channels",)
        root.problem(place, "предпочтительный канал должен быть один", "exactly one channel is the preferred one")
    return found


def _channel(table: Table, product_codes: Sequence[str]) -> Channel:
    return Channel(
        table.word("code", CHANNEL_CODES),
        table.sentence("name"),
        table.sentence("about"),
        table.flag("preferred"),
        table.choice("open", Opening),
        table.choice("address", Address),
        table.words("products", product_codes) if table.has("products") else (),
        timedelta(minutes=table.whole("email_after", 1, 100_000)) if table.has("email_after") else None,
    )


def classes(table: Table) -> dict[str, RequestClass]:
    return {code: one(table, code, partial(_class, code=code)) for code in CLASS_CODES}


def _class(table: Table, code: str) -> RequestClass:
    return RequestClass(code, table.sentence("title"), table.term("aim"), table.term("due"), table.flag("promised"))


def reaction_kind(table: Table) -> str:
    """The published terms are average ones, or the longest ones."""
    return table.word("kind", ("average", "longest"))


def refusal(table: Table, channel_codes: Sequence[str]) -> RefusalRule:
    of = table.words("of", CLASS_CODES)
    reasoned, same_form = table.flag("reasoned"), table.flag("same_form")
    forms = one(table, "forms", lambda inner: {code: inner.text(code) for code in channel_codes if code})
    for asked, answered in forms.items():
        if answered and answered not in channel_codes:
            table.problem("forms", f"«{answered}»: такого канала нет", f'"{answered}": there is no such channel')
        elif answered and same_form and answered != asked:
            table.problem("forms", f"«{asked}»: отказ даётся в той же форме", f'"{asked}": a refusal keeps the form')
    return RefusalRule(of, reasoned, same_form, frozen(forms))


def desk(table: Table) -> DeskHabits:
    warn_before = table.term("warn_before")
    if not isinstance(warn_before, Hours):
        table.problem("warn_before", "здесь нужны часы: «2 hours»", 'hours are needed here: "2 hours"')
        warn_before = Hours(1)
    return DeskHabits(table.whole("reopen_days", 0, 3650), warn_before, table.whole("receipts_per_hour", 0, 1000))


def sms_notices(table: Table) -> SmsNotices:
    """What requesters are told by SMS; an empty list of events is nothing."""
    events = table.words("events", [event.value for event in SmsEvent], least=0)
    found = SmsNotices(
        tuple(SmsEvent(event) for event in events),
        table.choice("unless_asked", UnlessAsked),
        table.whole("most_a_day", 0, 1000),
        table.whole("most_a_day_unproved", 0, 1000),
    )
    if found.most_a_day_unproved > found.most_a_day and not table.has_problems():
        table.problem("most_a_day_unproved", "неподтверждённому номеру — не больше, чем любому",
                      "no more to a number that nobody proved than to any")  # fmt: skip
    return found
