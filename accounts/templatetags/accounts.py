"""Words about an account."""

from django import template
from django.conf import settings

from accounts.user_agents import device_in_words

register = template.Library()
register.filter("device", device_in_words)


@register.simple_tag
def other_door() -> str:
    """What the organization's own door is called; blank where there is none."""
    return settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""
