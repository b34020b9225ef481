"""Administrators are written to when a line of the SMS module is in trouble, once, and once more when that is over."""

from okibi.accounts.models import Staff
from okibi.accounts.roles import Role
from okibi.accounts.selectors import active_staff
from okibi.flows import staff_letters
from okibi.flows.answers import zone_name
from okibi.flows.links import absolute
from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.policy.wording import on_moment
from okibi.schemes.services import in_force
from okibi.sms import troubles
from okibi.sms.campaign_kinds import OVER_TITLES, TROUBLE_TITLES, TroubleKind
from okibi.sms.models import Trouble


def watch() -> dict[str, int]:
    """Look at every line and tell what is new; gives how many troubles changed and how many were told."""
    return {"changed": troubles.look(), "told": troubles.tell(began, over)}


def began(row: Trouble) -> None:
    """A letter to each administrator."""
    _write(row, over=False)
    record("sms.trouble_told", ("sms_line", row.line_id), data={"line": str(row.line), "trouble": row.kind})


def over(row: Trouble) -> None:
    """The letter that it is over."""
    _write(row, over=True)


def _write(row: Trouble, *, over: bool) -> None:
    scheme, kind = in_force(now()).scheme, TroubleKind(row.kind)
    since = row.began_at.astimezone(scheme.zone)
    fields = {
        "line": str(row.line),
        "what": (OVER_TITLES if over else TROUBLE_TITLES)[kind],
        "detail": "" if over else row.detail,
        "since": on_moment(since, now().astimezone(scheme.zone).year),
        "zone_name": zone_name(scheme.zone),
        "over": over,
        "answer": row.line.balance if kind is TroubleKind.BALANCE else "",
        "link": line_page(row.line_id),
    }
    for staff in administrators():
        key = f"sms-trouble:{row.pk}:{'over' if over else 'began'}:{staff.pk}"
        staff_letters.tell(staff, "sms_line_trouble", fields, key)


def administrators() -> list[Staff]:
    """Whoever keeps the server; where nobody is named so, the leading specialists."""
    staff = active_staff()
    return [each for each in staff if each.has_role(Role.ADMIN)] or [
        each for each in staff if each.has_role(Role.LEADING)
    ]


def line_page(line_id: int) -> str:
    """A line's page in the console."""
    return absolute(f"/console/sms/lines/{line_id}/")
