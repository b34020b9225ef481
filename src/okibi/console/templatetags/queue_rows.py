"""The rows of a queue, written in one go: fifty of them are the most of what a list page costs.

Everything that is the same on each row (translations, the zone, the sprite's address) is looked up once per page, and a
row is one string. It makes the same HTML that a template with nested parts would, in a tenth of the time.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi.kernel import human
from okibi.kernel.clock import now
from okibi.kernel.templatetags.okibi_ui import sentence, sprite_icon

register = template.Library()

COUNTED_DOWN = {"bad", "warn"}  # states of a due moment whose remaining time is shown instead, where it is known


@register.simple_tag
def queue_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Rows as ``row_view`` gives them: number, url, hx, subject, who, icon, channel, unread, selected and ``due_*``."""
    unread = f'<span class="sr-only">{escape(_("Unread:"))} </span>'
    nameless = _("no subject")
    doubt = sprite_icon("circle-question-mark", _("The sender is not proved"))
    due = DueMoments()
    return mark_safe("".join(_row(row, unread, nameless, doubt, due) for row in rows))  # noqa: S308 - escaped part by part


def _row(row: Mapping[str, Any], unread: str, nameless: str, doubt: str, due: "DueMoments") -> str:
    url, number = escape(row["url"]), escape(row["number"])
    hx = row.get("hx")
    pane = f' hx-get="{escape(hx)}" hx-target="#ticket" hx-push-url="{url}"' if hx else ""
    current = ' aria-current="true"' if row.get("selected") else ""
    question = doubt if row.get("unproved") else ""
    mark, said = (" row-unread", unread) if row.get("unread") else ("", "")
    return (
        f'<a class="row{mark}" href="{url}" id="row-{number}" data-item{current}{pane}>'
        f"{sprite_icon(row['icon'], sentence(row['channel']))}"
        f'<span class="row-subject">{said}{escape(row["subject"] or nameless)}</span>'
        f'{due.html(row)}\n<span class="row-who">{number} · {question}{escape(row["who"])}</span></a>\n'
    )


class DueMoments:
    """The narrow column of due moments, in the reader's language and zone."""

    def __init__(self) -> None:
        self.now = now()
        self.zone = timezone.get_current_timezone()
        self.language = get_language()
        self.until = _("until %(at)s")

    def html(self, row: Mapping[str, Any]) -> str:
        """What a row's ``due_text``, or else its ``due_at`` with ``due_state`` and ``remaining``, say; may be empty."""
        text, at, state = row.get("due_text"), row.get("due_at"), row.get("due_state")
        mark = f"due due-{escape(state)}" if state else "due"
        if text:
            return f'<span class="{mark}">{escape(sentence(text))}</span>'
        if not at:
            return ""
        remaining = row.get("remaining")
        if remaining is not None and state in COUNTED_DOWN:
            said = human.duration_text(remaining, self.language)
        else:
            said = self._said(at, human.Form.SHORT)
        local = at.astimezone(self.zone).isoformat()
        title = self.until % {"at": self._said(at, human.Form.FULL)}
        return f'<time class="{mark}" datetime="{local}" title="{escape(title)}">{escape(said)}</time>'

    def _said(self, at: Any, form: human.Form) -> str:
        return human.moment_text(at, now=self.now, zone=self.zone, language=self.language, form=form)
