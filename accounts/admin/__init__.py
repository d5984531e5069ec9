"""The admin of users, assignments and API partners."""

from accounts.admin.partner import PartnerAdmin
from accounts.admin.user import AssignmentAdmin, UserAdmin

__all__ = ["AssignmentAdmin", "PartnerAdmin", "UserAdmin"]
