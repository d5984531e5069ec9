"""The admin of users, assignments and API partners."""

from accounts.admin.assignment import AssignmentAdmin
from accounts.admin.partner import PartnerAdmin
from accounts.admin.user import UserAdmin

__all__ = ["AssignmentAdmin", "PartnerAdmin", "UserAdmin"]
