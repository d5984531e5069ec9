"""History of the tables of other packages about users: second factors, sessions, e-mail addresses, keys, groups.

Each proxy model carries the triggers for its table, so that they are part of this app's migrations. Secrets, digests,
session keys and IP addresses are not stored in the history.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from knox.models import AuthToken

from history.tracking import tracked

User = get_user_model()


@tracked(fields=("user", "type", "created_at"), secret=("data",), authorless=("last_used_at",))
class SecondFactor(Authenticator):
    """An authenticator app, a passkey or recovery codes; `data` changes when a code is used or a passkey renamed."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "second factor"

    def __str__(self) -> str:
        return self.get_type_display()


@tracked(fields=("user", "created_at"), authorless=("last_seen_at", "user_agent", "ip"))
class SignedInSession(UserSession):
    """A session of a signed-in user in one browser."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "session"

    def __str__(self) -> str:
        return f"of {self.created_at:%Y-%m-%d}"


@tracked(fields=("user", "verified", "primary"), erasable=("email",))
class LoginAddress(EmailAddress):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "e-mail address"

    def __str__(self) -> str:
        return f"number {self.pk}"


@tracked(fields=("token_key", "user", "created", "expiry"), secret=("digest",), key="token_key")
class PartnerKey(AuthToken):
    """An API key, identified by its first characters."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "key"

    def __str__(self) -> str:
        return f"{self.token_key}…"


@tracked(fields=("user", "provider"), authorless=("last_login",))
class LinkedAccount(SocialAccount):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "account at another provider"

    def __str__(self) -> str:
        return self.provider


@tracked(fields=("account", "expires_at"), secret=("token", "token_secret"))
class ProviderToken(SocialToken):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "token of another provider"


@tracked(fields=("provider", "provider_id", "name", "client_id"), secret=("secret", "key", "settings"))
class Provider(SocialApp):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "provider of sign-in"


@tracked()
class UserGroup(Group):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "group"


@tracked()
class GroupPermission(Group.permissions.through):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "permission of a group"


@tracked()
class UserInGroup(User.groups.through):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "group"

    def __str__(self) -> str:
        return f"number {self.group_id}"


@tracked()
class UserPermission(User.user_permissions.through):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "permission"

    def __str__(self) -> str:
        return f"number {self.permission_id}"


#: The models in the history of a user: {model: its foreign key}.
LOGIN_HISTORY_MODELS = dict.fromkeys(
    (SecondFactor, SignedInSession, LoginAddress, LinkedAccount, PartnerKey, UserInGroup, UserPermission), "user"
)
