"""What every page of the product writes with: icons, moments, spans, sizes, sentences, and the two block components."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from okibi.kernel import human
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

register = template.Library()

THEMES = ("system", "light", "dark")
THEME_COOKIE = "okibi_theme"
MOST_KEPT = 64  # versions of one fixed part in the memory of a process
BLANK = re.compile(r"00-\d{17}")  # marks the places of a fixed part that are filled in each time

Expressions = dict[str, template.base.FilterExpression]


@register.simple_tag(name="icon")
def sprite_icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One picture of the sprite. Without ``label`` it is decoration beside a text; with it, it is read aloud.

    ``size``: empty (16 px), ``l`` (20 px) or ``xl`` (32 px). Names are Lucide's (docs/reference/components.md).
    """
    return _picture_of(conditional_escape(name), conditional_escape(label), conditional_escape(size))


@lru_cache(maxsize=512)
def _picture_of(name: SafeString, label: SafeString, size: SafeString) -> SafeString:
    """A page shows the same few pictures again and again. Only escaped text comes here: equal keys are equal HTML."""
    classes = f"icon icon-{size}" if size else "icon"
    href = f"{static('okibi/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, href)


@register.filter
def moment(at: datetime | None, form: str = "full") -> str:
    """An aware moment as ``<time>`` in the reader's zone and language; ``form``: full, short, time, date or weekday."""
    if at is None:
        return ""
    zone, language = timezone.get_current_timezone(), get_language()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        human.exact_text(at, zone=zone, language=language),
        moment_text(at, form),
    )


@register.filter
def moment_text(at: datetime | None, form: str = "full") -> str:
    """The words of ``moment`` without the element, for attributes and running text."""
    if at is None:
        return ""
    zone = timezone.get_current_timezone()
    return human.moment_text(at, now=now(), zone=zone, language=get_language(), form=human.Form(form or "full"))


@register.filter
def duration(span: timedelta | None, sign: str = "signed") -> str:
    """A span as «2 ч 48 мин» or «−1 ч 05 мин» in the reader's language; ``duration:"plain"`` leaves the minus out."""
    if span is None:
        return ""
    return human.duration_text(abs(span) if sign == "plain" else span, get_language())


@register.filter
def filesize(size: int | None) -> str:
    """Bytes as «84 КБ» in the reader's language."""
    return human.size_text(size, get_language()) if isinstance(size, int) else ""


@register.filter
def phone(number: str | None) -> str:
    """An E.164 number as ``+7 900 000-00-17``."""
    return "" if not number else human.phone_text(number)


@register.filter
def sentence(value: Sentence | Mapping[str, str] | str | None) -> str:
    """The reader's side of a ``Sentence`` or of its stored form ``{"ru": …, "en": …}``; a plain string stays."""
    if value is None:
        return ""
    tongue = human.spoken(get_language())
    if isinstance(value, Sentence):
        return value.in_language(tongue)
    if isinstance(value, Mapping):
        return value.get(tongue) or next(iter(value.values()), "")
    return str(value)


@register.filter
def initials(name: str | None) -> str:
    """The first letters of the first two words of a name: «Олег Лесин» → «ОЛ»."""
    return "".join(word[0].upper() for word in (name or "").split()[:2])


@register.filter
def percent(part: timedelta | float, whole: timedelta | float) -> int:
    """How much of ``whole`` is ``part``, in whole hundredths held between 0 and 100: the unit of the clock track."""
    share = float(part / whole) if whole else 1.0  # type: ignore[operator,arg-type]
    return max(0, min(100, round(share * 100)))


@register.simple_tag
def button(
    label: str,
    *,
    kind: str = "",
    icon: str = "",
    icon_end: str = "",
    key: str = "",
    url: str = "",
    quiet: bool = False,
    **attributes: Any,
) -> SafeString:
    """A button, or with ``url`` a link that looks like one.

    ``kind``: pri, bad, txt or empty; several words make several classes. ``key``: its key (keyboard.js).
    ``quiet``: only the icon is seen, the label is its accessible name and tooltip. Further attributes are written
    with underscores for dashes (``hx_post=url``, ``data_dialog_open="wait"``); ``True`` stands alone, ``False``
    and ``None`` leave it out.
    """
    given = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
    if key:
        given |= {"data-key": key, "aria-keyshortcuts": _aria_keys(key)}
    if quiet:
        given |= {"aria-label": label, "title": label}
    given = {"href": url, **given} if url else {"type": "button", **given}
    classes = " ".join(["btn", *(f"btn-{word}" for word in kind.split()), *(["btn-icon"] if quiet else [])])
    given["class"] = f"{classes} {given['class']}" if given.get("class") else classes
    said = "" if quiet else conditional_escape(label)
    element = "a" if url else "button"
    inner = f"{_picture(icon)}{said}{_picture(icon_end)}"
    return mark_safe(f"<{element}{_attributes(given)}>{inner}</{element}>")  # noqa: S308 — escaped part by part


def _picture(name: str) -> SafeString:
    return sprite_icon(name) if name else mark_safe("")


def _aria_keys(keys: str) -> str:
    """``data-key`` as ``aria-keyshortcuts`` wants it: capitals are Shift, alternatives stand apart by a space."""
    alternatives = [key.strip() for key in keys.split(",")]
    spoken = [f"Shift+{key}" if len(key) == 1 and key.isupper() else key for key in alternatives if " " not in key]
    return " ".join(spoken)


def _attributes(given: Mapping[str, Any]) -> SafeString:
    """HTML attributes of a mapping: ``True`` stands alone, ``False``, ``None`` and empty text leave it out."""
    parts = [
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in given.items()
        if value is not None and value is not False and value != ""
    ]
    return mark_safe("".join(parts))  # noqa: S308 — escaped part by part


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """The reader's choice from the cookie: ``system``, ``light`` or ``dark``."""
    request = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return chosen if chosen in THEMES else "system"


class FixedNode(template.Node):
    """A part of a page made once per process for each language and each value of its keys, then kept."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: template.NodeList, keys: Expressions, blanks: Expressions) -> None:
        self.nodelist = nodelist
        self.keys = keys
        self.blanks = blanks
        # Told apart from anything a page says, unchanged by escaping, and of the shape that addresses ask of a number.
        self.marks = {name: f"00-{place:02}{secrets.randbelow(10**15):015}" for place, name in enumerate(blanks)}
        self.kept: dict[tuple[Any, ...], str] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: expression.resolve(context) for name, expression in self.keys.items()}
        key = (get_language(), *values.values())
        text = self.kept.get(key)
        if text is None:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            text = self.kept[key] = self.nodelist.render(context.new({**values, **self.marks}))
        if not self.blanks:
            return mark_safe(text)  # noqa: S308 — a template's own output
        given = {
            mark: conditional_escape(self.blanks[name].resolve(context) or "") for name, mark in self.marks.items()
        }
        return mark_safe(BLANK.sub(lambda found: given.get(found[0], found[0]), text))  # noqa: S308 — escaped just now


@register.tag
def fixed(parser: template.base.Parser, token: template.base.Token) -> FixedNode:
    """``{% fixed %}…{% endfixed %}``: nothing inside depends on the reader, the page or the moment, but the language.

    ``{% fixed chosen state=ticket.state %}``: it depends on these too, which have few values. After ``blanks`` stand
    those that may have any value: ``{% fixed state=ticket.state blanks number=ticket.number csrf_token %}``; inside
    they may only be written out or put into an address, not compared or filtered. No other variable of the page
    exists inside, so that what differs from reader to reader can't be kept by mistake.
    """
    words = token.split_contents()[1:]
    at = words.index("blanks") if "blanks" in words else len(words)
    keys, blanks = (
        {word.partition("=")[0]: parser.compile_filter(word.rpartition("=")[2]) for word in part}
        for part in (words[:at], words[at + 1 :])
    )
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist, keys, blanks)


@register.simple_block_tag(takes_context=True)
def dialog(context: template.Context, content: str, id: str, title: str, **options: Any) -> SafeString:  # noqa: A002
    """A native ``<dialog>`` around its content; opened by ``data-dialog-open="<id>"``. Option ``wide=True``."""
    return _around("okibi/components/dialog.html", context, content, id=id, title=title, **options)


@register.simple_block_tag(takes_context=True)
def panel(context: template.Context, content: str, title: str, **options: Any) -> SafeString:
    """A titled section of the aside. Options: ``link_url`` and ``link_text`` (at the right of the title), ``id``."""
    return _around("okibi/components/panel.html", context, content, title=title, **options)


@register.simple_block_tag(takes_context=True)
def menu(context: template.Context, content: str, label: str, **options: Any) -> SafeString:
    """A disclosure menu around ``.menu-item`` links and buttons.

    Options: ``icon``, ``avatar``, ``quiet``, ``button_class`` and ``align`` (end, up).
    """
    return _around("okibi/components/menu.html", context, content, label=label, **options)


def _around(name: str, context: template.Context, content: str, **variables: Any) -> SafeString:
    return mark_safe(render_to_string(name, {"request": context.get("request"), "content": content, **variables}))  # noqa: S308 — a template's own output
