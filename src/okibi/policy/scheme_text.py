"""The scheme told in plain text, in one language: what ``okibi policy show`` prints."""

from collections.abc import Iterable, Iterator

from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Place, Requirement
from okibi.policy.scheme_values import (
    SMS_EVENT_WORDS,
    UNLESS_ASKED_WORDS,
    WEEKDAY_KEYS,
    Address,
    CalendarKind,
    Channel,
    Opening,
    Scheme,
)
from okibi.policy.wording import WEEKDAYS_EN, WEEKDAYS_RU, day
from okibi.policy.worktime import Hours

_PLACES = {
    Place.WORKSTATION: Sentence("рабочее место", "workstation"),
    Place.MOBILE: Sentence("мобильное устройство", "mobile device"),
    Place.SERVER: Sentence("сервер", "server"),
}
_WORDS = {
    "organisation": Sentence("организации", "organisations"),
    "person": Sentence("физические лица", "natural persons"),
    "licence": Sentence("лицензия", "licence"),
    "trial": Sentence("пробная версия", "trial"),
    "site": Sentence("с сайта", "from the site"),
    "other": Sentence("иным путём", "in any other way"),
    "request_placed": Sentence("заявка размещена заранее", "a request placed beforehand"),
    "port_access": Sentence("доступ к портам", "access to the ports"),
    "workstation": Sentence("рабочего места", "of the workstation"),
    "server": Sentence("сервера", "of the server"),
    "average": Sentence("Средние сроки реакции", "Average reaction terms"),
    "longest": Sentence("Сроки реакции", "Reaction terms"),
}
_NOTHING = Sentence("нет", "none")


def described(scheme: Scheme, language: str) -> str:
    """The whole scheme, section by section. ``language``: ``ru`` or ``en``."""
    return "\n".join(_Telling(scheme, language).lines())


class _Telling:
    def __init__(self, scheme: Scheme, language: str) -> None:
        self.scheme = scheme
        self.language = language

    def say(self, sentence: Sentence | None) -> str:
        return (sentence or _NOTHING).in_language(self.language)

    def either(self, ru: str, en: str) -> str:
        return self.say(Sentence(ru, en))

    def listed(self, words: Iterable[str]) -> str:
        return ", ".join(self.say(_WORDS[word]) for word in words)

    def lines(self) -> Iterator[str]:
        scheme = self.scheme
        yield f"{self.say(scheme.vendor.name)} — {scheme.vendor.site} ({scheme.vendor.site_ascii})"
        since = self.say(day(scheme.valid_from, 0))
        yield self.either(f"Действует с: {since}", f"In force since: {since}") + f" · {scheme.content_hash[:12]}"
        for product in scheme.products:
            condition = f"; {self.say(product.condition)}" if product.condition else ""
            yield f"  {self.say(product.name)} — {self.say(product.kind)}{condition}"
        yield from self._section("Кого поддерживают", "Who is covered", self._coverage())
        yield from self._section("Какая среда нужна", "What environment is covered", self._environments())
        yield from self._section("Как меняются версии", "How versions change", self._versions())
        yield from self._section("Рабочее время", "Working time", self._hours())
        yield from self._section("Как подать заявку", "How a request is placed", map(self._channel, scheme.channels))
        words = _WORDS[scheme.reaction_kind]
        yield from self._section(words.ru, words.en, self._classes())
        yield from self._section("Контакты", "Contacts", self._contacts())
        yield from self._section("Порядок работы", "The desk's habits", self._desk())

    def _section(self, ru: str, en: str, lines: Iterable[str]) -> Iterator[str]:
        yield ""
        yield self.either(ru, en)
        for line in lines:
            yield f"  {line}"

    def _coverage(self) -> Iterator[str]:
        rule = self.scheme.coverage
        yield self.say(rule.support)
        yield f"{self.listed(rule.holders)}: {self.listed(rule.grounds)}"
        yield f"{self.say(rule.licence)}; {self.say(rule.trial)} ({self.listed(rule.trial_sources)})"
        yield self.either("Остальным:", "Everybody else:") + f" {self.say(rule.uncovered)}"

    def _environments(self) -> Iterator[str]:
        for place, row in self.scheme.environments.items():
            yield f"{self.say(_PLACES[place])}: {'; '.join(self._row(row))}"

    def _row(self, row: Requirement) -> Iterator[str]:
        newer, mhz, mb = self.either("или новее", "or newer"), self.either("МГц", "MHz"), self.either("МБ", "MB")
        yield f"{row.os} {newer}"
        if row.dotnet:
            yield f"Microsoft .NET Framework {row.dotnet} {newer}"
        if row.cpu_mhz:
            yield self.either("процессор от", "processor from") + f" {row.cpu_mhz} {mhz}"
        if row.ram_mb:
            yield self.either("память от", "memory from") + f" {row.ram_mb} {mb}"
        if row.disk_mb:
            disk = ", ".join(f"{size} {mb} ({arch})" for arch, size in row.disk_mb.items())
            yield self.either("свободный диск от", "free disk from") + f" {disk}"

    def _versions(self) -> Iterator[str]:
        desktop, mobile = self.scheme.desktop_versions, self.scheme.mobile_versions
        for way in (desktop.by_hand, desktop.automatic):
            if way:
                yield f"{self.say(_PLACES[Place.WORKSTATION])}: {self.say(way)}"
        if desktop.automatic_needs:
            ports = self.listed(desktop.port_access_to)
            yield self.either("нужно:", "needed:") + f" {self.listed(desktop.automatic_needs)} ({ports})"
        yield f"{self.say(_PLACES[Place.MOBILE])}: {self.say(mobile.email)}"
        ways = {"user_card_flag": mobile.user_card_flag, "request": mobile.request}
        yield f"«{self.say(mobile.registry)}»: " + "; ".join(self.say(ways[way]) for way in mobile.registry_ways)
        yield f"«{self.say(mobile.user_card)}»: «{self.say(mobile.flag)}»"

    def _hours(self) -> Iterator[str]:
        hours = self.scheme.working_time
        yield hours.zone.key
        if hours.calendar is CalendarKind.RUSSIA:
            days = self.either(
                "по рабочим дням производственного календаря", "on working days of the production calendar"
            )
            yield f"{_written(hours.week[0])} {days}"
            if cut := hours.shorten_by_minutes:
                yield self.either(f"перед праздником — на {cut} мин короче", f"{cut} min less before a public holiday")
            return
        for index in range(len(WEEKDAY_KEYS)):
            name = self.either(WEEKDAYS_RU[index], WEEKDAYS_EN[index])
            yield f"{name}: {_written(hours.week[index]) or self.say(Sentence('закрыто', 'closed'))}"
        for closed in hours.closed:
            yield f"{self.say(day(closed.date, 0))}: {self.say(closed.reason)}"

    def _channel(self, channel: Channel) -> str:
        marks = [self.say(channel.name), self.say(channel.about)]
        if channel.preferred:
            marks.append(self.either("предпочтительный", "preferred"))
        if channel.open is Opening.WORKING_TIME:
            marks.append(self.either("только в рабочее время", "in working time only"))
        if channel.address is Address.SUPPORT_ADDRESS:
            marks.append(self.scheme.vendor.support_address)
        return " — ".join(marks)

    def _classes(self) -> Iterator[str]:
        for kind in self.scheme.classes.values():
            aim, due = self.say(kind.aim.sentence), self.say(kind.due.sentence)
            note = "" if kind.promised else self.either(" (сроки не объявлены)", " (no terms are promised)")
            yield f"{self.say(kind.title)} [{kind.code}]: {aim} – {due}{note}"
        rule = self.scheme.refusal
        if rule.reasoned:
            titles = ", ".join(self.say(self.scheme.classes[code].title) for code in rule.of)
            form = self.either(" в той же форме", " in the same form") if rule.same_form else ""
            yield self.either("обоснованный отказ", "reasoned refusal") + f"{form}: {titles}"

    def _contacts(self) -> Iterator[str]:
        yield self.scheme.vendor.support_address
        for contact in self.scheme.vendor.contacts:
            yield f"{contact.phone} — {contact.name}, {self.say(contact.role_words)}"

    def _desk(self) -> Iterator[str]:
        desk = self.scheme.desk
        yield self.either("ответ снова открывает заявку, дней:", "a reply reopens, days:") + f" {desk.reopen_days}"
        warning = self.say(desk.warn_before.sentence)
        yield self.either("предупреждение до срока:", "warning before the due moment:") + f" {warning}"
        yield self.either("квитанций на адрес в час:", "receipts to an address an hour:") + f" {desk.receipts_per_hour}"
        yield from self._sms()

    def _sms(self) -> Iterator[str]:
        rule = self.scheme.sms_notices
        if not rule.events:
            yield self.either("SMS заявителям: нет", "SMS to requesters: none")
            return
        events = ", ".join(self.say(SMS_EVENT_WORDS[event]) for event in rule.events)
        whom = self.say(UNLESS_ASKED_WORDS[rule.unless_asked])
        yield self.either("SMS заявителям:", "SMS to requesters:") + f" {events} ({whom})"
        yield (
            self.either("SMS на номер в день:", "SMS to a number a day:")
            + f" {rule.most_a_day}"
            + self.either(", на неподтверждённый:", ", to an unproved one:")
            + f" {rule.most_a_day_unproved}"
        )


def _written(hours: Hours) -> str:
    return ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in hours)
