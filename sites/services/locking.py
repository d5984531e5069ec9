"""Taking hold of a site for a change."""

from sites.models import TrialSite


def locked(site: TrialSite, version: int | None) -> TrialSite:
    """The row as it is now, locked until the transaction ends. StaleVersion when it is not at `version` any more."""
    if version is not None:
        return TrialSite.refuse_stale(site.pk, version)
    return TrialSite.objects.select_for_update(of=("self",)).select_related("trial", "facility").get(pk=site.pk)
