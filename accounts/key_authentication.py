"""How the API recognises a partner's key."""

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class KeyAuthentication(TokenAuthentication):
    """Knox deletes expired keys when one is used. Here reading writes nothing: an expired key stays listed, and opens
    nothing."""

    def authenticate_credentials(self, token: bytes):
        if not (token.isascii() and token.isalnum()):
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token) -> bool:
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
