"""``okibi-updater check``: everything that an update will need, looked at before it comes. Nothing is changed."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from okibi_sdk.words import Sentence
from okibi_sdk.words import Sentence as S  # noqa: N817 - short where sentences stand in a row
from okibi_updater import offers
from okibi_updater.problems import RefusedError, UpdaterError
from okibi_updater.service import Service
from okibi_updater.settings import Kind, Product
from okibi_updater.versions import order


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``what``: a code word."""

    what: str
    well: bool
    text: Sentence


def findings(service: Service) -> Iterator[Finding]:
    """The desk, the trust, each product."""
    yield _tried("desk", S("Сервер знает это устройство", "The desk knows this device"), service.door.poll)
    yield _tried("trust", S("Подписанные данные верны", "Signed metadata is true"), lambda: service.trust().refresh())
    if not service.settings.products:
        yield Finding(
            "products", False, S("В настройках нет ни одного продукта", "There is no product in the settings")
        )
    if len(service.settings.products) > 1:
        told = S(
            "Одно подключение — одна программа: остальным нужны свои настройки и своя служба",
            "One enrolment is one program: the others need settings and a service of their own",
        )
        yield Finding("products", False, told)
    for product in service.settings.products.values():
        yield from _product(service, product)


def _product(service: Service, product: Product) -> Iterator[Finding]:
    what, folder = f"products.{product.code}", product.folder
    version = offers.installed(service.journal, product)
    yield _version(what, version, folder)
    near = folder.parent
    well = near.is_dir() and not folder.is_mount() and not folder.is_symlink() and _writable(near)
    yield Finding(
        f"{what}.folder",
        well,
        S(f"Папку {folder} можно заменить рядом в {near}", f"The folder {folder} can be replaced beside it in {near}"),
    )
    if near.is_dir():
        free = shutil.disk_usage(near).free // 1024**2
        enough = free * 1024**2 > product.room
        yield Finding(f"{what}.room", enough, S(f"Свободно на диске {free} МБ", f"{free} MB of disk are free"))
    commands = {"stop": product.stop, "start": product.start, "backup": product.backup, "restore": product.restore}
    for name, command in {**commands, "command": product.command, "health": product.health.command}.items():
        if command and "{" not in command[0]:
            found = shutil.which(command[0]) is not None
            yield Finding(
                f"{what}.{name}", found, S(f"Программа {command[0]} есть", f"The program {command[0]} is there")
            )
    yield Finding(
        f"{what}.health",
        product.health.asked,
        S("Проверка работы после установки задана", "A health check after the installation is set"),
    )
    if product.installer is Kind.MSI and not product.restore:
        told = S(
            "MSI: без restore возвращаются файлы, но не записи реестра",
            "MSI: without restore, files come back, but not the entries of the registry",
        )
        yield Finding(f"{what}.restore", False, told)


def _version(what: str, version: str, folder: Path) -> Finding:
    try:
        if version:
            order(version)
        well = bool(version) or not folder.exists()
    except RefusedError:
        well = False
    return Finding(
        f"{what}.version", well, S(f"Известна версия: {version or '—'}", f"The version is known: {version or '—'}")
    )


def _writable(folder: Path) -> bool:
    probe = folder / ".okibi-updater-check"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _tried(what: str, text: Sentence, act: Callable[[], object]) -> Finding:
    try:
        act()
    except UpdaterError as error:
        details = " ".join(error.details)
        return Finding(what, False, S(f"{error.sentence.ru} {details}", f"{error.sentence.en} {details}"))
    return Finding(what, True, text)
