"""Users and partners in the admin, for administrators."""

from accounts.admin.partner import PartnerAdmin
from accounts.admin.user import UserAdmin

__all__ = ["PartnerAdmin", "UserAdmin"]
