"""SMS campaigns under way: begun and gone on with at once, looked at every minute, at the pace that was chosen."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language

from okibi.channels.tasks import wake_task
from okibi.journal.services import Actor
from okibi.kernel import stopping
from okibi.kernel.clock import now
from okibi.schemes.services import in_force
from okibi.sms import campaign_progress, campaigns
from okibi.sms.models import Campaign

TASK = "okibi.flows.sms_tasks.send_campaigns"
SOON = timedelta(seconds=2)  # the least between two looks at the pace


@transaction.atomic
def start(campaign_id: int, per_minute: int, actor: Actor) -> Campaign:
    """Begin a campaign at a pace of SMS per minute. Raises CampaignError, ConflictError, SmsFileError."""
    begun = campaigns.start(campaign_id, per_minute, actor)
    wake_task(TASK, "sms-campaigns")
    return begun


@transaction.atomic
def resume(campaign_id: int, actor: Actor) -> Campaign:
    """Go on. Raises ConflictError."""
    going = campaigns.resume(campaign_id, actor)
    wake_task(TASK, "sms-campaigns")
    return going


def send_due() -> int:
    """Queue the SMS that the pace of each campaign allows now; gives how many. May run twice at once."""
    count, later = 0, list[datetime]()
    for campaign_id in campaign_progress.due():
        if stopping.asked():
            break
        handed, more = campaign_progress.let_go(campaign_id)
        count += handed
        later += [more] if more else []
    if later:
        wake_task(TASK, "sms-campaigns-later", max(min(later), now() + SOON))
    return count


def products() -> list[tuple[str, str]]:
    """Codes and names of the products of the scheme in force, for choosing whose holders are written to."""
    language = get_language() or "ru"
    scheme = in_force(now()).scheme
    return [(each.code, each.name.in_language(language)) for each in scheme.products if each.module_of is None]
