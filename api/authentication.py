"""Authentication of partners by API key: `Authorization: Bearer KEY`."""

from django.contrib.auth import get_user_model
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

# Raw SQL because every request runs it, and building the query took longer than executing it.
_HOLDER = """
    SELECT holder.* FROM knox_authtoken AS key
    JOIN accounts_user AS holder ON holder.id = key.user_id
    JOIN accounts_partner AS partner ON partner.user_id = holder.id
    WHERE key.digest = %s AND (key.expiry IS NULL OR key.expiry > now()) AND holder.is_active AND partner.is_active
"""


class PartnerKeyAuthentication(TokenAuthentication):
    """Accepts a valid key of an active partner, with one query by its hash. The reason of a rejection is not given."""

    def authenticate_credentials(self, token: bytes):
        digest = hash_token(token.decode("latin-1"))
        for holder in get_user_model().objects.raw(_HOLDER, [digest]):
            holder.__dict__["kinds_in_force"] = frozenset()  # a key grants no role
            return holder, digest
        raise AuthenticationFailed("This key is not valid.")


class PartnerKeyScheme(OpenApiAuthenticationExtension):
    """OpenAPI description of the key authentication."""

    target_class = PartnerKeyAuthentication
    name = "partnerKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "The key that you were given."}
