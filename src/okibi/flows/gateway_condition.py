"""The scheme's condition for the SMS module: covered only while a gateway that works with it is connected (§2).

Who knows: the customer's server, by what it reports with the request or reported last; where it says nothing, the
desk's own lines, for the installation that sends through them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from okibi.environments.models import Device
from okibi.environments.reports import policy_report
from okibi.policy.entitlement import judge_sms_module
from okibi.policy.verdict import Line
from okibi.sms.options import is_set_up
from okibi.sms.selectors import gateway_standing

CONNECTED, AWAY = "connected", "away"


def gateway_line(report: Mapping[str, Any], device: Device | None) -> Line:
    """Connected or not, as far as somebody knows."""
    told = report if report.get("gateway") in {CONNECTED, AWAY} else policy_report(device.report) if device else {}
    if told.get("gateway") in {CONNECTED, AWAY}:
        seen = _moment(told.get("gateway_seen_at"))
        model = str(told.get("gateway_model") or "")[:60]
        return judge_sms_module(seen, told["gateway"] == CONNECTED, model=model, told_by="device")
    standing = gateway_standing()
    if not is_set_up() and standing.seen_at is None:
        return judge_sms_module(None, None)
    return judge_sms_module(standing.seen_at, standing.connected, model=standing.model, told_by="desk")


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
