"""The ways in which a request is placed, as the scheme in force names them, with what a reader can do at once."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from okibi.calendars.services import work_calendar
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_values import Address, CalendarKind, Channel, Opening, Scheme
from okibi.policy.wording import clock_time, on_moment

ICONS = {"ipv": "monitor", "phone": "phone", "whatsapp": "message-circle", "email": "mail"}
ALWAYS = Sentence("в любое время", "at any hour")
WEEKDAYS = Sentence("пн вт ср чт пт сб вс", "Mon Tue Wed Thu Fri Sat Sun")


def ways_of(scheme: Scheme) -> list[dict[str, Any]]:
    """Every channel of the scheme, the preferred one first, the others in the scheme's own order."""
    channels = sorted(scheme.channels, key=lambda channel: not channel.preferred)
    return [
        {
            "code": channel.code,
            "name": channel.name,
            "about": channel.about,
            "preferred": channel.preferred,
            "icon": ICONS.get(channel.code, "message-square"),
            "when": hours_of(channel, scheme),
            "where": _where(channel, scheme),
            "inside": channel.address is Address.INSIDE,
            "numbers": channel.address is Address.CONTACT_NUMBERS,
            "email": scheme.vendor.support_address if channel.address is Address.SUPPORT_ADDRESS else "",
        }
        for channel in channels
    ]


def _where(channel: Channel, scheme: Scheme) -> list[Sentence]:
    products = [product for code in channel.products if (product := scheme.product(code))]
    return [product.name for product in products]


def hours_of(channel: Channel, scheme: Scheme) -> Sentence:
    """When a channel is answered: «8:00–20:00 по московскому времени, кроме выходных и праздников»."""
    return ALWAYS if channel.open is Opening.ALWAYS else working_hours(scheme)


def working_hours(scheme: Scheme) -> Sentence:
    """The desk's hours in words."""
    week = scheme.calendar_hours
    spans = ["–".join(f"{at.hour}:{at.minute:02}" for at in pair) for pair in week[0]]
    zone_ru, zone_en = zone_words(scheme)
    if scheme.working_time.calendar is CalendarKind.RUSSIA:
        return Sentence(
            f"{', '.join(spans)} по {zone_ru}, кроме выходных и нерабочих праздничных дней",
            f"{', '.join(spans)} {zone_en}, except days off and public holidays",
        )
    days = [
        [
            f"{name} {', '.join('–'.join(f'{at.hour}:{at.minute:02}' for at in pair) for pair in hours)}"
            for name, hours in zip(names.split(), week, strict=True)
            if hours
        ]
        for names in (WEEKDAYS.ru, WEEKDAYS.en)
    ]
    return Sentence(f"{'; '.join(days[0])} ({zone_ru})", f"{'; '.join(days[1])} ({zone_en})")


def zone_words(scheme: Scheme) -> tuple[str, str]:
    """The scheme's zone: «московскому времени» (dative), "Moscow time"."""
    if scheme.zone.key == "Europe/Moscow":
        return "московскому времени", "Moscow time"
    return f"времени {scheme.zone.key}", f"{scheme.zone.key} time"


def telephone_now(scheme: Scheme) -> dict[str, Any]:
    """Whether a call is answered at this moment, and until or from when; one small query."""
    calendar, moment = work_calendar(scheme), now()
    local = calendar.local(moment)
    if calendar.is_open(moment):
        closes = next(stretch.end for stretch in calendar.intervals(local.date()) if stretch.end > local)
        return {"open": True, "text": _("We answer calls now, until %(time)s") % {"time": clock_time(closes)}}
    opening = on_moment(calendar.next_opening(moment), local.year)
    said = Sentence(
        f"Сейчас на звонки не отвечаем. Ответим {opening.ru}",
        f"Calls are not answered now. We answer again {opening.en}",
    )
    return {"open": False, "text": said}


def request_url() -> str:
    """Where a request is placed on the site."""
    return reverse("website-request")
