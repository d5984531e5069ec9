"""A role's trial in the database's own words, for triggers."""

#: Of a row of contacts_role called `changed`: at whichever of trial and site the role is held.
ROLE_TRIAL_ID_SQL = (
    "COALESCE(changed.trial_id, "
    "(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id))"
)
