"""The scheme's condition for the SMS module: covered only while a gateway that works with it is connected (§2).

Who knows: the customer's server, by what it reports with the request or reported last; where it says nothing, the
desk's own lines, for the installation that sends through them. "Connected" is a word of the moment: a gateway that last
spoke a quarter of an hour before the report was not connected then, and a stored report that is two days old tells
nothing of now.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from okibi.environments.models import Device
from okibi.environments.reports import policy_report
from okibi.kernel.clock import now
from okibi.policy.entitlement import judge_sms_module
from okibi.policy.verdict import Line
from okibi.sms.options import is_set_up
from okibi.sms.selectors import gateway_standing

CONNECTED, AWAY = "connected", "away"
SPOKE_WITHIN = timedelta(minutes=15)  # of the report: thirty keepalives missed
REPORT_HOLDS = timedelta(days=2)  # a server reports daily


def gateway_line(report: Mapping[str, Any], device: Device | None) -> Line:
    """Connected or not, as far as somebody knows."""
    moment = now()
    if report.get("gateway") in {CONNECTED, AWAY}:
        return _told(report, moment)
    stored = policy_report(device.report) if device else {}
    if device is not None and device.reported_at is not None and stored.get("gateway") in {CONNECTED, AWAY}:
        if moment - device.reported_at <= REPORT_HOLDS:
            return _told(stored, device.reported_at)
        return judge_sms_module(_moment(stored.get("gateway_seen_at")), None, model=_model(stored), told_by="device")
    standing = gateway_standing()
    if not is_set_up() and standing.seen_at is None:
        return judge_sms_module(None, None)
    return judge_sms_module(standing.seen_at, standing.connected, model=standing.model, told_by="desk")


def _told(told: Mapping[str, Any], at: datetime) -> Line:
    """What a customer's server said at that moment."""
    seen = _moment(told.get("gateway_seen_at"))
    connected = told["gateway"] == CONNECTED and (seen is None or at - seen <= SPOKE_WITHIN)
    return judge_sms_module(seen, connected, model=_model(told), told_by="device")


def _model(told: Mapping[str, Any]) -> str:
    return str(told.get("gateway_model") or "")[:60]


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
