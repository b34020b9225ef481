"""Everything that changes customers and what they hold. Each act is journalled in its own transaction."""

from okibi.customers.services.contacts import (
    add_email,
    add_phone,
    clear_bounce,
    mark_bounced,
    remove_email,
    remove_phone,
    set_mobile_attached,
    set_mobile_mailing,
    verify_email,
    verify_phone,
)
from okibi.customers.services.holdings import (
    Holder,
    change_licence,
    create_licence,
    create_trial,
    extend_licence,
    extend_trial,
    revoke_licence,
    revoke_trial,
)
from okibi.customers.services.merging import Merge, merge, tell_apart
from okibi.customers.services.messengers import change_number, meet, tie, untie, verify_messenger
from okibi.customers.services.organisations import change_organisation, create_organisation
from okibi.customers.services.people import change_person, create_person, set_organisation_admin, vouch
from okibi.customers.services.wishes import started, stopped, wish_sms

__all__ = [
    "Holder",
    "Merge",
    "add_email",
    "add_phone",
    "change_licence",
    "change_number",
    "change_organisation",
    "change_person",
    "clear_bounce",
    "create_licence",
    "create_organisation",
    "create_person",
    "create_trial",
    "extend_licence",
    "extend_trial",
    "mark_bounced",
    "meet",
    "merge",
    "remove_email",
    "remove_phone",
    "revoke_licence",
    "revoke_trial",
    "set_mobile_attached",
    "set_mobile_mailing",
    "set_organisation_admin",
    "started",
    "stopped",
    "tell_apart",
    "tie",
    "untie",
    "verify_email",
    "verify_messenger",
    "verify_phone",
    "vouch",
    "wish_sms",
]
