"""The published scheme as a document: every fact of the policy in force, once, for the page and for the PDF alike.

Texts are in the active language. Source of the facts: scheme.md, which the policy file carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language, pgettext

from okibi.calendars.services import work_calendar
from okibi.kernel.clock import now
from okibi.kernel.human import Form, moment_text, phone_text
from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Requirement
from okibi.policy.scheme_values import Scheme
from okibi.policy.term_values import Hours
from okibi.policy.terms import Step, Term, due
from okibi.policy.wording import named_moment
from okibi.policy.worktime import WorkCalendar
from okibi.schemes.services import Stored
from okibi.website.published_words import PLACES, channel_address, law_of_terms, megabytes, megahertz
from okibi.website.ways import hours_of, working_hours


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first cell names its row. ``hint`` says what the numbers are."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: what was asked, and each step to the moment."""

    title: str
    steps: tuple[tuple[str, str], ...]  # sentence, rule


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the document. Everything but the title may be empty; shown in this order."""

    anchor: str
    title: str
    text: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    after: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The whole scheme. ``valid_from``: words; ``version``: the content hash."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    version: str
    valid_from: str


def published(stored: Stored) -> Document:
    """The scheme of a stored version in the active language; two small queries."""
    scheme = stored.scheme
    calendar = work_calendar(scheme)
    zone, language = scheme.zone, get_language()
    since = moment_text(stored.valid_from, now=now(), zone=zone, language=language, form=Form.DATE)
    return Document(
        title=pgettext("scheme", "Scheme of technical support: %(name)s") % {"name": _say(scheme.vendor.name)},
        lead=_say(scheme.coverage.support),
        sections=(
            _covered(scheme),
            _environments(scheme),
            _versions(scheme),
            _channels(scheme),
            _reaction(scheme),
            _counting(scheme, calendar),
            _contacts(scheme),
        ),
        version=stored.digest,
        valid_from=since,
    )


def _say(sentence: Sentence) -> str:
    return sentence.in_language(get_language() or "ru")


def _whole(sentence: Sentence) -> str:
    """A sentence of its own: capital letter, full stop."""
    text = _say(sentence)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def _covered(scheme: Scheme) -> Section:
    rule = scheme.coverage
    holders = {"organisation": pgettext("scheme", "organisations"), "person": pgettext("scheme", "natural persons")}
    who = pgettext("scheme", " and ").join(holders.get(code, code) for code in rule.holders)
    grounds = {"licence": rule.licence, "trial": rule.trial}
    return Section(
        "covered",
        pgettext("scheme", "Who is covered"),
        text=(pgettext("scheme", "Support is for %(who)s that at the moment of asking hold:") % {"who": who},),
        points=tuple(_say(grounds[code]) for code in rule.grounds),
        after=(pgettext("scheme", "What everybody else is answered: “%(answer)s”") % {"answer": _say(rule.uncovered)},),
    )


def _environments(scheme: Scheme) -> Section:
    columns = (
        pgettext("scheme", "Place"),
        pgettext("scheme", "Operating system"),
        pgettext("scheme", "Runtime"),
        pgettext("scheme", "Processor"),
        pgettext("scheme", "Memory"),
        pgettext("scheme", "Free disk"),
    )
    rows = tuple(_requirement(needed) for needed in scheme.environments.values())
    conditions = tuple(
        f"{_say(part.name)} ({_say(part.kind)}): {_say(part.condition)}." for part in scheme.products if part.condition
    )
    parts = tuple(f"{_say(part.name)}: {_say(part.kind)}" for part in scheme.products)
    return Section(
        "environment",
        pgettext("scheme", "What environment is covered"),
        text=(pgettext("scheme", "The software has these parts:"),),
        points=parts,
        tables=(Table(pgettext("scheme", "What each part needs"), columns, rows),),
        after=conditions,
    )


def _requirement(needed: Requirement) -> tuple[str, ...]:
    or_newer = pgettext("scheme", "%(what)s or newer")
    or_more = pgettext("scheme", "%(what)s or more")
    disk = ", ".join(f"{megabytes(size)} ({arch.value})" for arch, size in needed.disk_mb.items())
    return (
        _say(PLACES[needed.place]),
        or_newer % {"what": needed.os},
        or_newer % {"what": f"Microsoft .NET Framework {needed.dotnet}"} if needed.dotnet else "—",
        or_more % {"what": megahertz(needed.cpu_mhz)} if needed.cpu_mhz else "—",
        megabytes(needed.ram_mb) if needed.ram_mb else "—",
        disk or "—",
    )


def _versions(scheme: Scheme) -> Section:
    desktop, mobile = scheme.desktop_versions, scheme.mobile_versions
    ways = [way for way in (desktop.by_hand, desktop.automatic) if way]
    entries = {"user_card_flag": mobile.user_card_flag, "request": mobile.request}
    registry = tuple(_say(entries[code]) for code in mobile.registry_ways)
    names = {"registry": _say(mobile.registry), "card": _say(mobile.user_card), "flag": _say(mobile.flag)}
    text = (
        pgettext(
            "scheme", "Who gets that e-mail is kept in the “%(registry)s”. An address enters it in one of two ways:"
        )
        % names
    )
    return Section(
        "versions",
        pgettext("scheme", "How versions change"),
        points=(
            *(pgettext("scheme", "Desktop: %(way)s") % {"way": _say(way)} for way in ways),
            pgettext("scheme", "Mobile: %(way)s") % {"way": _say(mobile.email)},
        ),
        after=(
            text,
            *(f"{number}) {way};" for number, way in enumerate(registry[:-1], 1)),
            f"{len(registry)}) {registry[-1]}.",
            pgettext("scheme", "The flag is called “%(flag)s” and stands in the “%(card)s”.") % names,
        ),
    )


def _channels(scheme: Scheme) -> Section:
    first = pgettext("scheme", "preferred")
    rows = tuple(
        (
            _say(channel.name) + (f" ({first})" if channel.preferred else ""),
            _say(channel.about),
            channel_address(channel, scheme),
            _say(hours_of(channel, scheme)),
        )
        for channel in sorted(scheme.channels, key=lambda channel: not channel.preferred)
    )
    columns = (
        pgettext("scheme", "Way"),
        pgettext("scheme", "What it is"),
        pgettext("scheme", "Where"),
        pgettext("scheme", "When it is answered"),
    )
    preferred = pgettext("scheme", "The preferred way is %(name)s.") % {"name": _say(scheme.preferred_channel.name)}
    return Section(
        "ways",
        pgettext("scheme", "How a request is placed"),
        text=(preferred,),
        tables=(Table(pgettext("scheme", "Ways to ask"), columns, rows),),
    )


def _reaction(scheme: Scheme) -> Section:
    promised = [kind for kind in scheme.classes.values() if kind.promised]
    rows = tuple(
        (_whole(kind.title).rstrip("."), _say(kind.aim.sentence), _say(kind.due.sentence)) for kind in promised
    )
    forms = ", ".join(
        f"{_say(placed.name)} → {_say(answered.name)}"
        for code, answer in scheme.refusal.forms.items()
        if (placed := scheme.channel(code)) and (answered := scheme.channel(answer)) and code != answer
    )
    refusal = pgettext(
        "scheme",
        "Where a proposal cannot be carried out, its author gets a "
        "reasoned refusal in the same form in which the request "
        "was placed: by e-mail to who wrote an e-mail, in the application "
        "to who used %(ipv)s, by WhatsApp to who wrote there, "
        "by a call to who called.",
    ) % {"ipv": _say(scheme.preferred_channel.name)}
    return Section(
        "reaction",
        pgettext("scheme", "Average reaction terms"),
        tables=(
            Table(
                pgettext("scheme", "Terms by class of request"),
                (pgettext("scheme", "Class"), pgettext("scheme", "From"), pgettext("scheme", "To")),
                rows,
            ),
        ),
        after=(refusal, forms) if forms else (refusal,),
    )


def _counting(scheme: Scheme, calendar: WorkCalendar) -> Section:
    law = law_of_terms(_say(working_hours(scheme)))
    return Section(
        "counting",
        pgettext("scheme", "How the terms are counted"),
        text=(pgettext("scheme", "By the Civil Code of the Russian Federation, articles 190–194:"),),
        points=law,
        examples=tuple(_examples(scheme, calendar)),
    )


def _examples(scheme: Scheme, calendar: WorkCalendar) -> Sequence[Example]:
    """Both ends of every published class, for a request placed on the last Friday evening before now."""
    start = _evening_before_a_weekend(calendar, now())
    examples = []
    for kind in scheme.classes.values():
        if kind.promised:
            examples += [_example(kind.title, term, start, calendar) for term in (kind.aim, kind.due)]
    return examples


def _evening_before_a_weekend(calendar: WorkCalendar, moment: datetime) -> datetime:
    """Half an hour before closing on the latest Friday that was a working day: the case people ask about."""
    day = calendar.local(moment).date()
    while day.weekday() != 4 or not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return calendar.closing(day) - timedelta(minutes=30)


def _example(title: Sentence, term: Term, start: datetime, calendar: WorkCalendar) -> Example:
    answer = due(term, start, calendar)
    unit = pgettext("scheme", "%(term)s of working time") if isinstance(term, Hours) else "%(term)s"
    words = {
        "kind": _say(title),
        "term": unit % {"term": _say(term.sentence)},
        "due": _say(named_moment(answer.at, start.year)),
    }
    return Example(
        pgettext("scheme", "%(kind)s, %(term)s: until %(due)s") % words, tuple(_step(step) for step in answer.steps)
    )


def _step(step: Step) -> tuple[str, str]:
    return _say(step.sentence), _say(step.label)


def _contacts(scheme: Scheme) -> Section:
    rows = tuple((person.name, _say(person.role_words), phone_text(person.phone)) for person in scheme.vendor.contacts)
    return Section(
        "contacts",
        pgettext("scheme", "Contacts"),
        text=(
            pgettext("scheme", "Support address: %(address)s") % {"address": scheme.vendor.support_address},
            pgettext("scheme", "Site: %(site)s (%(ascii)s)")
            % {"site": scheme.vendor.site, "ascii": scheme.vendor.site_ascii},
        ),
        tables=(
            Table(
                pgettext("scheme", "Specialists; every number takes calls and WhatsApp messages"),
                (pgettext("scheme", "Name"), pgettext("scheme", "Role"), pgettext("scheme", "Number")),
                rows,
            ),
        ),
    )
