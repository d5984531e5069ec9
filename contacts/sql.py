"""SQL expression for a role's trial, for triggers."""

#: The trial id of a row of contacts_role with the alias `changed`: the role's own trial, or that of its site.
ROLE_TRIAL_ID_SQL = (
    "COALESCE(changed.trial_id, "
    "(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id))"
)
