"""Deployment check of the second factor setting, for `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Error, register


@register(deploy=True)
def check_mfa_required(app_configs, **kwargs) -> list[Error]:
    if settings.SECOND_FACTOR_DEMANDED:
        return []
    return [
        Error(
            "SECOND_FACTOR_DEMANDED is off: a stolen password of a manager or administrator gives access to all data.",
            hint="Remove SECOND_FACTOR_DEMANDED from the environment. It is for the demo and for development only.",
            id="accounts.E001",
        )
    ]
