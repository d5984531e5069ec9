"""The countries that the search page offers: those with a site of a public trial."""

from django.db import connection

from common.countries import present_name
from common.text import comparison_key

# From country to country by the index on places, then one public site in each: never a walk over all sites.
_COUNTRIES = """
    WITH RECURSIVE known AS (
        (SELECT country FROM sites_facility ORDER BY country LIMIT 1)
        UNION ALL
        SELECT (SELECT country FROM sites_facility WHERE country > known.country ORDER BY country LIMIT 1)
        FROM known WHERE known.country IS NOT NULL
    )
    SELECT country FROM known WHERE country <> '' AND EXISTS (
        SELECT 1 FROM sites_facility AS facility
        JOIN sites_trialsite AS site ON site.facility_id = facility.id
        JOIN trials_trial AS trial ON trial.id = site.trial_id AND trial.is_public
        WHERE facility.country = known.country
    )
"""


def published_countries() -> list[str]:
    """Their present names, in alphabetical order."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES)
        names = {present_name(country) or country for (country,) in cursor.fetchall()}
    return sorted(names, key=comparison_key)
