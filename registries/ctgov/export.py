"""Exports trials as registry records: the received record, overlaid with the values that changed here."""

from collections.abc import Iterator

import orjson

from publishing.trial_data import TrialData, load_trial_data
from registries.ctgov import parser, redaction, rows_to_study, serializer
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
    trial_data_by_id = load_trial_data(trial_ids)
    links = RegistryLink.objects.filter(trial__in=trial_ids)
    received = dict(links.values_list("trial_id", "latest__received"))
    for pk in trial_ids:
        yield build_record(trial_data_by_id[pk], received.get(pk, ""))


def build_record(trial_data: TrialData, received: str) -> dict:
    """One trial's record; built from our rows alone when no record was received."""
    ours = rows_to_study.build_study(trial_data)
    if not received:
        if not rows_to_study.sends_site_statuses(trial_data):
            rows_to_study.clear_site_statuses(ours)
        return serializer.study_to_json(ours)
    received = redaction.strip_tombstones(received)
    theirs = parser.read_study(received.encode())
    if not rows_to_study.sends_site_statuses(trial_data, theirs):
        rows_to_study.clear_site_statuses(ours)
    ours.document_section = theirs.document_section  # not in our rows: exported as received
    return serializer.overlay(orjson.loads(received), serializer.study_to_json(theirs), serializer.study_to_json(ours))


def export_ndjson(trials) -> Iterator[bytes]:
    """The records as lines of JSON."""
    for record in export_records(trials):
        yield orjson.dumps(record) + b"\n"
