"""Users, grants and partners in the admin."""

from accounts.admin.assignment import GrantAdmin
from accounts.admin.partner import PartnerAdmin
from accounts.admin.user import UserAdmin

__all__ = ["GrantAdmin", "PartnerAdmin", "UserAdmin"]
