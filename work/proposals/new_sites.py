"""A requested site: a hospital that is to take part in the trial of the site whose coordinator asks."""

from django.core.exceptions import ValidationError
from django.db import transaction

from sites.services import add_site
from sites.services.facilities import find_or_add_facility


class NewSiteKind:
    """`new` are the name and place of the hospital; what stands now is nothing."""

    labels = {
        "name": "Name of the hospital", "city": "City", "state": "State or region", "zip": "Postal code",
        "country": "Country",
    }  # fmt: skip

    def subject(self, site):
        return site

    def present(self, site):
        return {}

    def in_words(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        return "A new site of the trial. It has no recruitment status and no contact until somebody enters them."

    @transaction.atomic
    def apply(self, site, new, *, user, reason, version, accept_warnings):
        who = {"author": user.actor, "reason": reason}
        facility = find_or_add_facility(**{"name": "", "country": ""} | new, **who)
        if site.trial.trial_sites.filter(facility=facility).exists():
            raise ValidationError("This hospital is a site of the trial already.", code="site-is-here")
        add_site(trial=site.trial, facility=facility, **who)
