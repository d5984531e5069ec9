"""Permission tables of users, assignments, partners and imports."""

from common.permissions import parse_permission_table

USER = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A user account",
    """
    - - - - - - w | Username, name, e-mail | username first_name last_name email
    - - - - - - w | Active, can open Administration, administrator | is_active is_staff is_superuser
    - - - - - - w | Password | password
    - - - - - r w | Assignments: role, place, period, granted by | assignments
    - - - - - r r | Removals of second factors: when and by whom | factor_removals
    - - - - - - r | Its history: who changed what, when and why | history
    """,
    note="Nobody can read a password: an administrator sets a new one. Users change their own password.",
)
ASSIGNMENT = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "An assignment",
    """
    - - - - - r w | User, role, place, period, granted by | user kind trial trial_site starts_on ends_on granted_by
    - - - - - r r | Its history: who changed what, when and why | history
    """,
)
PARTNER = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "An API partner",
    """
    - - - - - - w | Name, active | name is_active user
    - - - - - - w | Keys | keys
    - - - - - - r | Its history: who changed what, when and why | history
    """,
    note="A key is shown once and cannot be read again.",
)
IMPORT = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "An import",
    """
    - - - - r r w | File, counts, rejected records, conflicts | *
    """,
)
