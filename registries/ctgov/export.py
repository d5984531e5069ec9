"""Our trials as registry records: the record as received, with what changed here laid over it."""

from collections.abc import Iterator

import orjson

from publishing.trial_data import Bundle, load_bundles
from registries.ctgov.parser import read_study
from registries.ctgov.redaction import without_marks
from registries.ctgov.rows_to_study import leave_out_site_statuses, sends_site_statuses, study_of
from registries.ctgov.serializer import lay_over, study_json
from registries.models import RegistryLink

BATCH = 200


def export_records(trials) -> Iterator[dict]:
    """The record of each trial of a queryset that has an NCT number, ordered by it. Memory stays flat."""
    keys = trials.exclude(nct_id="").order_by("nct_id").values_list("nct_id", "pk")
    last = ""
    while page := list(keys.filter(nct_id__gt=last)[:BATCH]):
        yield from _records([pk for _, pk in page])
        last = page[-1][0]


def _records(trial_ids: list[int]) -> Iterator[dict]:
    bundles = load_bundles(trial_ids)
    links = RegistryLink.objects.filter(trial__in=trial_ids)
    received = dict(links.values_list("trial_id", "latest__received"))
    for pk in trial_ids:
        yield record_of(bundles[pk], received.get(pk, ""))


def record_of(bundle: Bundle, received: str) -> dict:
    """One trial's record. Without a received one it is what our rows say."""
    ours = study_of(bundle)
    if not received:
        if not sends_site_statuses(bundle):
            leave_out_site_statuses(ours)
        return study_json(ours)
    received = without_marks(received)
    theirs = read_study(received.encode())
    if not sends_site_statuses(bundle, theirs):
        leave_out_site_statuses(ours)
    ours.document_section = theirs.document_section  # not in our rows: kept as received
    return lay_over(orjson.loads(received), study_json(theirs), study_json(ours))


def ndjson(trials) -> Iterator[bytes]:
    """The records as lines of JSON."""
    for record in export_records(trials):
        yield orjson.dumps(record) + b"\n"
