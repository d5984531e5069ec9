"""Partners' keys: `Authorization: Bearer KEY`."""

from django.contrib.auth import get_user_model
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

# Said in SQL because every request asks it, and making the statement took longer than answering it.
_HOLDER = """
    SELECT holder.* FROM knox_authtoken AS key
    JOIN accounts_user AS holder ON holder.id = key.user_id
    JOIN accounts_partner AS partner ON partner.user_id = holder.id
    WHERE key.digest = %s AND (key.expiry IS NULL OR key.expiry > now()) AND holder.is_active AND partner.is_active
"""


class PartnerKeyAuthentication(TokenAuthentication):
    """A key in force of an active partner, found by its hash in one query. Why a key is refused is not told."""

    def authenticate_credentials(self, token: bytes):
        digest = hash_token(token.decode("latin-1"))
        for holder in get_user_model().objects.raw(_HOLDER, [digest]):
            holder.__dict__["kinds_in_force"] = frozenset()  # a key carries no role of its holder
            return holder, digest
        raise AuthenticationFailed("This key is not in force.")


class PartnerKeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = PartnerKeyAuthentication
    name = "partnerKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "The key that you were given."}
