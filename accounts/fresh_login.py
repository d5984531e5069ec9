"""Whether somebody has only just signed in."""

import time

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator


def is_fresh_without_factor(request) -> bool:
    """They signed in minutes ago, and there is no second factor yet that a step could be guarded with."""
    at = max((record["at"] for record in get_authentication_records(request, request.user)), default=0.0)
    is_fresh = time.time() - at < app_settings.REAUTHENTICATION_TIMEOUT
    return is_fresh and not Authenticator.objects.filter(user=request.user).exists()
