"""What is already here of the studies of a batch."""

from collections.abc import Iterable
from dataclasses import dataclass

from registries.ctgov.redaction import strip_tombstones
from registries.models import RegistryLink
from sites.models import TrialSite
from trials.models import Trial


@dataclass(frozen=True, slots=True)
class ExistingStudy:
    """A trial that is here. Without a record yet (people entered it), `digest` and `received` are empty."""

    trial_id: int
    digest: bytes = b""
    received: str = ""


def find_existing_studies(nct_ids: Iterable[str], *, lock: bool = False) -> dict[str, ExistingStudy]:
    """Studies that are here, by NCT number. With `lock` their trials are locked, and the last record comes along."""
    wanted = list(nct_ids)
    links = RegistryLink.objects.filter(nct_id__in=wanted)
    if not lock:
        return {
            nct_id: ExistingStudy(trial_id, bytes(digest))
            for nct_id, trial_id, digest in links.values_list("nct_id", "trial_id", "digest")
        }
    trials = dict(
        Trial.objects.select_for_update().filter(nct_id__in=wanted).order_by("pk").values_list("nct_id", "pk")
    )
    known = {nct_id: ExistingStudy(pk) for nct_id, pk in trials.items()}
    for link in links.values_list("nct_id", "trial_id", "digest", "latest__received"):
        known[link[0]] = ExistingStudy(link[1], bytes(link[2]), strip_tombstones(link[3]))
    return known


def lock_sites(trial_ids: Iterable[int]) -> None:
    """Lock the sites of some trials, in one order: what people say of them while we compare comes before or after."""
    list(TrialSite.objects.filter(trial__in=trial_ids).order_by("pk").select_for_update().values_list("pk"))
