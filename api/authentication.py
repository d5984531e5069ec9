"""Partners' keys: `Authorization: Bearer KEY`."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed


class PartnerKeyAuthentication(TokenAuthentication):
    """A key in force of an active partner, found by its hash in one query. Why a key is refused is not told."""

    def authenticate_credentials(self, token: bytes):
        keys = AuthToken.objects.select_related("user__partner").filter(user__partner__is_active=True)
        key = keys.filter(digest=hash_token(token.decode("latin-1")), user__is_active=True).first()
        if key is None or (key.expiry and key.expiry < timezone.now()):
            raise AuthenticationFailed("This key is not in force.")
        return key.user, key


class PartnerKeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = PartnerKeyAuthentication
    name = "partnerKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "The key that you were given."}
