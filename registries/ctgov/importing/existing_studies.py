"""Finds and locks the trials that already exist for the studies of a batch."""

from collections.abc import Iterable
from dataclasses import dataclass

from registries.ctgov.redaction import strip_tombstones
from registries.models import RegistryLink
from sites.models import TrialSite
from trials.models import Trial


@dataclass(frozen=True, slots=True)
class ExistingStudy:
    """An existing trial. Without an imported record (entered by hand), `digest` and `received` are empty."""

    trial_id: int
    digest: bytes = b""
    received: str = ""


def find_existing_studies(nct_ids: Iterable[str], *, lock: bool = False) -> dict[str, ExistingStudy]:
    """Existing studies by NCT number. With `lock` their trials are locked, and `received` is read."""
    numbers = list(nct_ids)
    links = RegistryLink.objects.filter(nct_id__in=numbers)
    if not lock:
        return {
            nct_id: ExistingStudy(trial_id, bytes(digest))
            for nct_id, trial_id, digest in links.values_list("nct_id", "trial_id", "digest")
        }
    trials = dict(
        Trial.objects.select_for_update().filter(nct_id__in=numbers).order_by("pk").values_list("nct_id", "pk")
    )
    existing = {nct_id: ExistingStudy(pk) for nct_id, pk in trials.items()}
    for link in links.values_list("nct_id", "trial_id", "digest", "latest__received"):
        existing[link[0]] = ExistingStudy(link[1], bytes(link[2]), strip_tombstones(link[3]))
    return existing


def lock_sites(trial_ids: Iterable[int]) -> None:
    """Lock the sites of some trials in id order, so that concurrent edits wait until the comparison is done."""
    list(TrialSite.objects.filter(trial__in=trial_ids).order_by("pk").select_for_update().values_list("pk"))
