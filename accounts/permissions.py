"""The matrix of logins, grants, partners and imports, and the whole of it."""

from common.permissions import parse_permission_table

LOGIN = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A login",
    """
    - - - - - - w | User name, name, e-mail | username first_name last_name email
    - - - - - - w | Whether active, the admin’s door, administrator | is_active is_staff is_superuser
    - - - - - - w | The password | password
    - - - - - r w | What was granted: role, place, from, to, by whom | assignments
    - - - - - r r | When second factors were removed, by whom | factor_removals
    - - - - - - r | Its history: who changed what, when and why | history
    """,
    note="Nobody reads a password: an administrator sets a new one. Everybody changes their own.",
)
GRANT = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A grant",
    """
    - - - - - r w | Who, which role, where, from, to, by whom | user kind trial trial_site starts_on ends_on granted_by
    - - - - - r r | Its history: who changed what, when and why | history
    """,
)
PARTNER = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A partner",
    """
    - - - - - - w | Name, whether active | name is_active user
    - - - - - - w | Keys | keys
    - - - - - - r | Its history: who changed what, when and why | history
    """,
    note="A key is shown once; nobody reads it again.",
)
IMPORT = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "An import",
    """
    - - - - r r w | Its file, counts, refused records, conflicts | *
    """,
)
