"""Row locks on sites, with a check of their versions."""

from collections.abc import Mapping

from history.versioning import StaleVersion
from sites.models import TrialSite


def lock_site(site: TrialSite, version: int | None) -> TrialSite:
    """The current row, locked until the transaction ends. StaleVersion when it is not at `version`."""
    if version is not None:
        return TrialSite.lock_at_version(site.pk, version)
    return TrialSite.objects.select_for_update(of=("self",)).select_related("trial", "facility").get(pk=site.pk)


def lock_at_versions(versions: Mapping[int, int]) -> None:
    """Lock sites at these versions (by id), in id order, which prevents deadlocks. StaleVersion for the first other."""
    rows = TrialSite.objects.filter(pk__in=versions).order_by("pk").select_for_update()
    for pk, version in rows.values_list("pk", "version"):
        if versions[pk] != version:
            raise StaleVersion(TrialSite.objects.select_related("trial", "facility").get(pk=pk))
