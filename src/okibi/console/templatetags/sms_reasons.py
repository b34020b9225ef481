"""Why an SMS did not go, in the reader's words."""

from django import template
from django.utils.translation import get_language

from okibi.sms.gateways.reasons import explained

register = template.Library()


@register.filter
def sms_reason(error: str) -> str:
    """The stored reason (``CMS 38: network out of order``) in the language of the page."""
    return explained(error).in_language(get_language() or "en")
