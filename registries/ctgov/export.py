"""Exports trials as registry records: the received record, overlaid with the values that changed here."""

from collections.abc import Iterator

import orjson

from publishing.trial_data import TrialData, load_trial_data
from registries.ctgov.parser import read_study
from registries.ctgov.redaction import strip_tombstones
from registries.ctgov.rows_to_study import build_study, clear_site_statuses, sends_site_statuses
from registries.ctgov.serializer import overlay, study_to_json
from registries.models import RegistryLink

BATCH_SIZE = 200


def export_records(trials) -> Iterator[dict]:
    """The record of each trial with an NCT number, ordered by it. Reads `BATCH_SIZE` trials at once."""
    keys = trials.exclude(nct_id="").order_by("nct_id").values_list("nct_id", "pk")
    last = ""
    while page := list(keys.filter(nct_id__gt=last)[:BATCH_SIZE]):
        yield from _batch_records([pk for _, pk in page])
        last = page[-1][0]


def _batch_records(trial_ids: list[int]) -> Iterator[dict]:
    bundles = load_trial_data(trial_ids)
    links = RegistryLink.objects.filter(trial__in=trial_ids)
    received = dict(links.values_list("trial_id", "latest__received"))
    for pk in trial_ids:
        yield build_record(bundles[pk], received.get(pk, ""))


def build_record(bundle: TrialData, received: str) -> dict:
    """One trial's record; built from our rows alone when no record was received."""
    ours = build_study(bundle)
    if not received:
        if not sends_site_statuses(bundle):
            clear_site_statuses(ours)
        return study_to_json(ours)
    received = strip_tombstones(received)
    theirs = read_study(received.encode())
    if not sends_site_statuses(bundle, theirs):
        clear_site_statuses(ours)
    ours.document_section = theirs.document_section  # not in our rows: exported as received
    return overlay(orjson.loads(received), study_to_json(theirs), study_to_json(ours))


def export_ndjson(trials) -> Iterator[bytes]:
    """The records as lines of JSON."""
    for record in export_records(trials):
        yield orjson.dumps(record) + b"\n"
