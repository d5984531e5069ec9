"""Template filters and tags of accounts."""

from django import template
from django.conf import settings

from accounts.user_agents import format_device

register = template.Library()
register.filter("device", format_device)


@register.simple_tag
def sso_provider_name() -> str:
    """The name of the single sign-on provider; blank without one."""
    return settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""
