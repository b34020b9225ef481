"""Versions of two products, tiny but whole, published as they would be; and the devices that run them."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from okibi.customers.models import Person
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.environments.services import create_device
from okibi.flows import release_intake, release_publication
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.kernel.clock import at
from okibi.policy.rollout import Ring
from okibi.releases.intake import Given
from okibi.releases.lines import change_line, rules_of
from okibi.releases.reading.child import facts_of
from okibi.releases.reading.facts import Facts, facts_from
from okibi.releases.samples.apk import Apk, Signer, new_signer
from okibi.releases.samples.portable import Exe
from okibi.releases.services import Planned

TRIAL_DAYS = 30
MAKER = Actor("system", name="okibi demo")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the demo: published so many days ago, or a draft."""

    planned: Planned
    days_ago: int
    published: bool = True


VERSIONS = (
    Version(
        Planned(
            "desktop",
            "4.1.0",
            notes_ru="- Отчёты открываются вдвое быстрее.\n- Исправлена печать на узкой ленте.",
            notes_en="- Reports open twice as fast.\n- Printing on narrow paper is mended.",
        ),
        64,
    ),
    Version(
        Planned(
            "desktop",
            "4.2.0",
            notes_ru="## Что нового\n\n- Счета печатаются на **двух принтерах** сразу.\n- Исправлена ошибка E-17.",
            notes_en="## What is new\n\n- Invoices print on **two printers** at once.\n- Error E-17 is mended.",
        ),
        9,
    ),
    Version(
        Planned(
            "mobile",
            "3.4.0",
            notes_ru="- Фото к заявке уходят и при слабой связи.\n- Тёмная тема.",
            notes_en="- Photos of a request go on a weak line too.\n- A dark theme.",
        ),
        4,
    ),
    Version(
        Planned(
            "desktop",
            "4.3.0-beta.1",
            channel="beta",
            notes_ru="- Вложения в заявке можно открыть, не скачивая.",
            notes_en="- Files of a request open without downloading.",
            ring=Ring.PILOT,
            percent=20,
        ),
        1,
        published=False,
    ),
    Version(
        Planned(
            "desktop",
            "4.3.0",
            notes_ru="- Ошибка 0x80070057 при закрытии месяца исправлена.\n- Вложения открываются, не скачиваясь.",
            notes_en="- Error 0x80070057 at the month's end is mended.\n- Files open without downloading.",
        ),
        0,
        published=False,
    ),
)
RUNNING = (  # product, version, on how many devices
    ("desktop", "4.2.0", 3),
    ("desktop", "4.1.0", 2),
    ("desktop", "3.9.2", 1),
    ("mobile", "3.4.0", 1),
    ("mobile", "3.3.1", 2),
)


def make_versions(begin: datetime) -> None:
    """Draft, fill, confirm, check and publish, each in its time."""
    signer = new_signer("OKIBI demo")
    for version in sorted(VERSIONS, key=lambda each: -each.days_ago):
        with at(begin - timedelta(days=version.days_ago)):
            _make(version, signer)
    change_line("desktop", replace(rules_of("desktop"), trial_days=TRIAL_DAYS), MAKER)


def _make(version: Version, signer: Signer) -> None:
    number = version.planned.version
    if version.planned.product == "mobile":
        content, name = Apk(version=number, version_code=_code(number)).signed(signer), f"okibi-mob-{number}.apk"
    else:
        content, name = Exe(version=f"{number.partition('-')[0]}.0").made(), f"OkibiDesktop-{number}.exe"
    release = release_intake.draft(version.planned, MAKER)
    release_intake.add(release.pk, Given(name, blobs.put(content), facts=_read(content)), MAKER)
    release_intake.confirm(release.pk, MAKER)
    if version.published:
        release_intake.check(release.pk, MAKER)
        release_publication.publish(release.pk, MAKER)


def _read(content: bytes) -> Facts:
    """In this process: the file is our own, and a process for each costs a newcomer seconds."""
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return facts_from(facts_of(Path(file.name)))


def _code(number: str) -> int:
    major, minor, patch = map(int, number.split("."))
    return major * 10000 + minor * 100 + patch


def make_devices(begin: datetime) -> None:
    """Devices of people whose organisation holds something, each with the version that it reported."""
    people = list(Person.objects.filter(organisation__isnull=False).select_related("organisation").order_by("pk")[:4])
    kinds = {"desktop": DeviceKind.DESKTOP.value, "mobile": DeviceKind.MOBILE.value}
    count = 0
    for product, version, devices in RUNNING:
        for _device in range(devices):
            person = people[count % len(people)]
            count += 1
            with at(begin - timedelta(hours=count)):
                create_device(
                    secret=secrets.token_hex(16), kind=kinds[product], enrolled_by=EnrolledBy.LICENCE.value,
                    name=f"OKIBI-{count:02}", person=person, organisation=person.organisation,
                    product=product, version=version,
                )  # fmt: skip
