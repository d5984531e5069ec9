"""Users, grants and partners in the admin."""

from accounts.admin.assignment import AssignmentAdmin
from accounts.admin.partner import PartnerAdmin
from accounts.admin.user import UserAdmin

__all__ = ["AssignmentAdmin", "PartnerAdmin", "UserAdmin"]
