"""The admin of imports: upload a file, see what would change, apply it; runs, quarantine and conflicts to read."""

from registries.admin.conflict import ConflictAdmin
from registries.admin.run import ImportRunAdmin

__all__ = ["ConflictAdmin", "ImportRunAdmin"]
