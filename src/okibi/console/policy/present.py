"""A scheme as tables and facts that people read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi.kernel.human import phone_text, size_text
from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Place, Requirement
from okibi.policy.scheme_values import SMS_EVENT_WORDS, UNLESS_ASKED_WORDS, Address, CalendarKind, Opening, Scheme
from okibi.policy.term_values import Term
from okibi.policy.worktime import Hours
from okibi.schemes.selectors import Version, VersionState

Row = list[dict[str, Any]]


def spoken(sentence: Sentence) -> str:
    """A sentence in the reader's language."""
    return sentence.in_language(get_language() or "ru")


def sections(scheme: Scheme) -> dict[str, Any]:
    """The whole scheme for the page: facts (name, value) and tables (columns, rows)."""
    return {
        "coverage": _coverage(scheme),
        "products": _products(scheme),
        "environments": _environments(scheme.environments),
        "versions": _versions(scheme),
        "channels": _channels(scheme),
        "classes": _classes(scheme),
        "working": _working(scheme),
        "refusal": _refusal(scheme),
        "contacts": _contacts(scheme),
        "desk": _desk(scheme),
    }


def _fact(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "value": value}


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [{"title": title} for title in columns],
        "rows": [[{"text": text} for text in row] for row in rows],
    }


def _coverage(scheme: Scheme) -> Row:
    rule = scheme.coverage
    words = {"organisation": _("organisations"), "person": _("natural persons")}
    return [
        _fact(_("What support is"), rule.support),
        _fact(_("For whom"), ", ".join(words.get(holder, holder) for holder in rule.holders)),
        _fact(
            _("On the ground of"),
            Sentence(f"{rule.licence.ru}; {rule.trial.ru}", f"{rule.licence.en}; {rule.trial.en}"),
        ),
        _fact(_("Everybody else is told"), rule.uncovered),
    ]


def _products(scheme: Scheme) -> dict[str, Any]:
    rows = [(product.name, product.kind, product.condition or "—") for product in scheme.products]
    return _table(_("Products"), [_("Product"), _("What it is"), _("Condition")], rows)


def _environments(environments: Mapping[Place, Requirement]) -> dict[str, Any]:
    places = {Place.WORKSTATION: _("Workstation"), Place.MOBILE: _("Mobile device"), Place.SERVER: _("Server")}
    rows = [
        (
            places[place],
            _("%(system)s or newer") % {"system": need.os},
            f".NET Framework {need.dotnet}+" if need.dotnet else "—",
            _gigahertz(need.cpu_mhz) if need.cpu_mhz else "—",
            _size(need.ram_mb) if need.ram_mb else "—",
            ", ".join(f"{_size(size)} ({arch.value})" for arch, size in need.disk_mb.items()) or "—",
        )
        for place, need in environments.items()
    ]
    columns = [_("Place"), _("System"), _("Runtime"), _("Processor"), _("Memory"), _("Free disk")]
    return _table(_("What environment is covered"), columns, rows)


def _size(megabytes: int) -> str:
    return size_text(megabytes * 1024 * 1024, get_language())


def _gigahertz(megahertz: int) -> str:
    text = f"{megahertz / 1000:g}"
    return _("%(count)s GHz") % {"count": text.replace(".", ",") if spoken(Sentence(",", "")) else text}


def _versions(scheme: Scheme) -> Row:
    desktop, mobile = scheme.desktop_versions, scheme.mobile_versions
    facts = []
    if desktop.by_hand:
        facts.append(_fact(_("Desktop, by hand"), desktop.by_hand))
    if desktop.automatic:
        facts.append(_fact(_("Desktop, automatically"), desktop.automatic))
    facts.append(_fact(_("Mobile"), mobile.email))
    facts.append(_fact(_("Registry"), mobile.registry))
    facts.append(_fact(_("An address enters it"), mobile.user_card_flag))
    facts.append(_fact(_("or by request"), mobile.request))
    return facts


def _channels(scheme: Scheme) -> dict[str, Any]:
    opening = {Opening.ALWAYS: _("at any hour"), Opening.WORKING_TIME: _("in working time")}
    where = {
        Address.INSIDE: _("inside the application"),
        Address.CONTACT_NUMBERS: _("contact numbers"),
        Address.SUPPORT_ADDRESS: scheme.vendor.support_address,
    }
    rows = [
        (
            Sentence(f"{channel.name.ru} (предпочтительный)", f"{channel.name.en} (preferred)")
            if channel.preferred
            else channel.name,
            channel.about,
            opening[channel.open],
            where[channel.address],
        )
        for channel in scheme.channels
    ]
    return _table(_("How a request is placed"), [_("Channel"), _("What it is"), _("Answered"), _("Where to")], rows)


def _classes(scheme: Scheme) -> dict[str, Any]:
    promised = {True: _("published"), False: _("for the desk only")}
    rows = [(kind.title, _term(kind.aim), _term(kind.due), promised[kind.promised]) for kind in scheme.classes.values()]
    return _table(_("Average reaction terms"), [_("Class"), _("Term from"), _("Term to"), _("Promise")], rows)


def _term(term: Term) -> Sentence:
    return term.sentence


def hours_text(hours: Hours) -> str:
    """«08:00–13:00, 14:00–20:00»; a dash for a closed day."""
    return (
        ", ".join(
            f"{opens:%H:%M}–{'24:00' if f'{closes:%H:%M}' == '00:00' else f'{closes:%H:%M}'}" for opens, closes in hours
        )
        or "—"
    )


def _working(scheme: Scheme) -> Row:
    time = scheme.working_time
    calendar = {
        CalendarKind.RUSSIA: _("the official production calendar of Russia"),
        CalendarKind.WEEK: _("the same hours every week"),
    }
    facts = [_fact(_("Time zone"), scheme.zone.key), _fact(_("Calendar"), calendar[time.calendar])]
    if len(set(time.week)) == 1:
        facts.append(_fact(_("Hours of a working day"), hours_text(time.week[0])))
    else:
        names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
        facts += [_fact(name, hours_text(hours)) for name, hours in zip(names, time.week, strict=True)]
    facts += [_fact(day.date.isoformat(), day.reason) for day in time.closed]
    if time.shorten_by_minutes:
        facts.append(
            _fact(_("Shortened days close earlier by"), _("%(count)s min") % {"count": time.shorten_by_minutes})
        )
    return facts


def _refusal(scheme: Scheme) -> Row:
    titles = [scheme.classes[code].title for code in scheme.refusal.of if code in scheme.classes]
    both = Sentence(", ".join(title.ru for title in titles), ", ".join(title.en for title in titles))
    yes = {True: _("yes"), False: _("no")}
    return [
        _fact(_("Which classes"), both),
        _fact(_("With reasons"), yes[scheme.refusal.reasoned]),
        _fact(_("In the form of the request"), yes[scheme.refusal.same_form]),
    ]


def _contacts(scheme: Scheme) -> dict[str, Any]:
    rows = [(contact.name, contact.role_words, phone_text(contact.phone)) for contact in scheme.vendor.contacts]
    return _table(_("Contacts"), [_("Name"), _("Role"), _("Telephone and WhatsApp")], rows)


def _desk(scheme: Scheme) -> Row:
    desk = scheme.desk
    return [
        _fact(_("A message reopens a finished request within"), _("%(count)s days") % {"count": desk.reopen_days}),
        _fact(_("The leading specialist is told before the term ends"), desk.warn_before.sentence),
        _fact(_("Automatic receipts to one address an hour, at most"), str(desk.receipts_per_hour)),
        *_sms(scheme),
    ]


def _sms(scheme: Scheme) -> Row:
    rule = scheme.sms_notices
    if not rule.events:
        return [_fact(_("A requester is told by SMS"), _("nothing is told"))]
    words = [SMS_EVENT_WORDS[event] for event in rule.events]
    both = Sentence(", ".join(each.ru for each in words), ", ".join(each.en for each in words))
    return [
        _fact(_("A requester is told by SMS"), both),
        _fact(_("Who is told by SMS"), UNLESS_ASKED_WORDS[rule.unless_asked]),
        _fact(_("SMS about requests to one number a day, at most"), str(rule.most_a_day)),
        _fact(_("To a number that nobody proved (number and term alone)"), str(rule.most_a_day_unproved)),
    ]


def version_chip(version: Version) -> dict[str, str]:
    """Where a version stands, as a chip."""
    chips = {
        VersionState.IN_FORCE: ("good", _("in force")),
        VersionState.COMING: ("acc", _("to come")),
        VersionState.PAST: ("", _("past")),
        VersionState.NEVER: ("", _("replaced before it began")),
    }
    kind, text = chips[version.state]
    return {"kind": kind, "text": text}
