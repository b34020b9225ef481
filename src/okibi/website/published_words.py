"""Words of the published scheme that its facts are put into."""

from django.utils.translation import get_language, pgettext

from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Place
from okibi.policy.scheme_values import Address, Channel, Scheme

PLACES = {
    Place.WORKSTATION: Sentence("Рабочее место пользователя", "User workstation"),
    Place.MOBILE: Sentence("Мобильное устройство пользователя", "User mobile device"),
    Place.SERVER: Sentence("Сервер", "Server"),
}


def megabytes(size: int) -> str:
    """850 МБ, 2 ГБ in the reader's language; ``size`` in megabytes."""
    whole = size % 1024 == 0
    units = (pgettext("scheme", "GB"), pgettext("scheme", "MB"))
    return f"{size // 1024} {units[0]}" if whole else f"{size} {units[1]}"


def megahertz(rate: int) -> str:
    """1 ГГц, 800 МГц in the reader's language; ``rate`` in megahertz."""
    if rate % 100:
        return f"{rate} " + pgettext("scheme", "MHz")
    number = f"{rate / 1000:g}"
    russian = (get_language() or "ru").startswith("ru")
    return (number.replace(".", ",") if russian else number) + " " + pgettext("scheme", "GHz")


def channel_address(channel: Channel, scheme: Scheme) -> str:
    """Where a request on this channel goes."""
    if channel.address is Address.SUPPORT_ADDRESS:
        return scheme.vendor.support_address
    if channel.address is Address.CONTACT_NUMBERS:
        return pgettext("scheme", "contact numbers, see “Contacts”")
    language = get_language() or "ru"
    parts = [part.name.in_language(language) for code in channel.products if (part := scheme.product(code))]
    return pgettext("scheme", "inside the application: %(parts)s") % {"parts": ", ".join(parts)}


def law_of_terms(hours: str) -> tuple[str, ...]:
    """How a term is counted; ``hours``: the working time in words."""
    return (
        pgettext("scheme", "Hours run only inside working time: %(hours)s.") % {"hours": hours},
        pgettext("scheme", "A term in days, working days or months begins on the day after the event (art. 191)."),
        pgettext(
            "scheme",
            "A term in months ends on the same date of its last month; "
            "where that month has no such date, on its last day "
            "(art. 192).",
        ),
        pgettext("scheme", "Where a term's last day is a non-working day, it ends on the next working day (art. 193)."),
        pgettext("scheme", "On its last day a term ends when working time ends (art. 194)."),
        pgettext(
            "scheme",
            "“Days” are calendar days, “working days” are those of the "
            "official production calendar: public holidays, moved "
            "days off and working Saturdays count as they are that year. "
            "Years whose decree is not known yet are counted by "
            "article 112 of the Labour Code and marked provisional.",
        ),
        pgettext(
            "scheme",
            "A request placed outside working time: hours start at the "
            "next opening, days are counted from the day after "
            "the day of placing, whatever the hour.",
        ),
        pgettext(
            "scheme",
            "While we wait for your answer the term stands still: it moves "
            "by the working time of the pause, and every pause "
            "is on record.",
        ),
    )
