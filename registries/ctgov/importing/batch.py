"""A batch of records on its way in: what is unchanged costs a look-up, new ones are copied, changed ones compared.

A batch is one transaction. When the database refuses it, its records go in one by one, so that only those at fault
are quarantined: the rows of one study go in together or not at all.

Which NCT numbers came in a run, in 12.5 MB however many they are.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import DatabaseError, connection, transaction

from contacts.erasure.suppression_list import SuppressionList, load_suppression_list
from history import set_session_author
from publishing.rebuild import publish_trial_data
from publishing.trial_data import load_trial_data
from registries.choices import HeldDecision
from registries.ctgov import parse_errors
from registries.ctgov.completeness import find_lost_paths
from registries.ctgov.importing.create import ParsedStudy, insert_studies
from registries.ctgov.importing.existing_studies import ExistingStudy, find_existing_studies, lock_sites
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.study_update import StudyUpdate
from registries.ctgov.importing.update import update_study
from registries.ctgov.merge import MergeChange, MergeConflict
from registries.ctgov.parser import RecordError, canonical_json, read_study, record_hash
from registries.ctgov.redaction import redact_record
from registries.ctgov.schema import Study
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun, QuarantinedRecord


class SeenNctIds:
    """A set of NCT numbers, one bit for each of the hundred million possible."""

    def __init__(self) -> None:
        self._bits = bytearray(100_000_000 // 8)

    def add(self, nct_id: str) -> None:
        """Note a number; RecordError when it came before in the same run."""
        byte, bit = divmod(int(nct_id[3:]), 8)
        if self._bits[byte] >> bit & 1:
            raise RecordError(nct_id, "", "the same number came earlier in this source")
        self._bits[byte] |= 1 << bit


MAX_OUTCOMES_REPORTED = 1_000  # outcomes that a dry run describes; all are counted
PARTIAL_RECORD_MESSAGE = (
    "only a part of a record: the version before has these, and no record loses them. Nothing was changed; "
    "an administrator applies or discards it under Imports"
)
Counts = Counter[str]


class RejectedRecord(NamedTuple):
    """A record that does not go in, and why; `losses` for one that is held as a part of a record."""

    raw: RawRecord
    reason: str
    losses: Sequence[str] = ()


class PartialRecordError(RecordError):
    """The record lacks what no record loses; `losses` are the paths."""

    def __init__(self, nct_id: str, losses: Sequence[str]):
        super().__init__(nct_id, ", ".join(map(parse_errors.short_path, losses)), PARTIAL_RECORD_MESSAGE)
        self.losses = losses


@dataclass(frozen=True, slots=True)
class StudyImportResult:
    """What an import would do with one study: create it, or update it by these changes, with these clashes."""

    nct_id: str
    title: str
    is_new: bool
    changes: list[MergeChange] = field(default_factory=list)
    conflicts: list[MergeConflict] = field(default_factory=list)


class BatchImporter:
    """Takes the batches of one run in. `now` is the moment of the import.

    `accepted` are digests of partial records that a person decided to apply.
    """

    def __init__(self, run: ImportRun, now: datetime, accepted: Collection[bytes] = ()):
        self.run, self.now, self.accepted = run, now, accepted
        self._facilities = FacilityResolver()
        self._seen_ids = SeenNctIds()
        self._rejected: list[RejectedRecord] = []
        self.outcomes: list[StudyImportResult] = []

    def import_batch(self, batch: list[RawRecord]) -> Counts:
        """Import a batch: how many were created, updated, unchanged and quarantined."""
        known = find_existing_studies(nct_id for raw in batch if (nct_id := raw.nct_id))
        arrivals, refused = self._read([raw for raw in batch if not raw.problem], known)
        refused += [RejectedRecord(raw, raw.problem) for raw in batch if raw.problem]
        counts = Counter(unchanged=len(batch) - len(arrivals) - len(refused))
        counts += self._write(arrivals, refused)
        counts["quarantined"] = len(refused)
        self._rejected += refused
        return counts

    def quarantine_rejected(self) -> None:
        """Quarantine what was refused since the last call: outside the batch, so that a dry run keeps it too."""
        erased = load_suppression_list() if self._rejected else None
        rows = [
            QuarantinedRecord(
                run=self.run,
                place=raw.place,
                nct_id=raw.nct_id,
                reason=reason,
                received=_redact_for_quarantine(raw.received, erased),
                digest=record_hash(raw.received),
                losses=list(losses),
            )
            for raw, reason, losses in self._rejected
        ]
        again = set() if self.run.is_dry else QuarantinedRecord.objects.seen_again(rows)
        QuarantinedRecord.objects.bulk_create(row for row in rows if row.same_record not in again)
        self._rejected.clear()

    def reset_after_rollback(self) -> None:
        """After a rollback: what was made in the transaction is not there."""
        self._facilities.clear_cache()

    def _read(
        self, batch: list[RawRecord], known: dict[str, ExistingStudy]
    ) -> tuple[list[ParsedStudy], list[RejectedRecord]]:
        """Read all but what its digest shows to be unchanged."""
        arrivals: list[ParsedStudy] = []
        refused: list[RejectedRecord] = []
        for raw in batch:
            digest, nct_id = record_hash(raw.received), raw.nct_id
            try:
                if nct_id in known and known[nct_id].digest == digest:
                    self._seen_ids.add(nct_id)
                    continue
                study = read_study(raw.received)
                self._seen_ids.add(study.protocol_section.identification_module.nct_id)
                arrivals.append(ParsedStudy(raw, digest, study))
            except RecordError as error:
                refused.append(RejectedRecord(raw, str(error)))
        return arrivals, refused

    def _write(self, arrivals: list[ParsedStudy], refused: list[RejectedRecord]) -> Counts:
        """Write the batch at once, or else one by one; what the database refuses joins the refused."""
        if not arrivals:
            return Counter()
        try:
            return self._write_together(arrivals)
        except (DatabaseError, RecordError) as error:
            self._facilities.clear_cache()
            if len(arrivals) == 1:
                losses = getattr(error, "losses", ())
                refused.append(RejectedRecord(arrivals[0].raw, _rejection_reason(arrivals[0], error), losses))
                return Counter()
        return sum((self._write([arrival], refused) for arrival in arrivals), Counter())

    def _write_together(self, arrivals: list[ParsedStudy]) -> Counts:
        with transaction.atomic(), connection.cursor() as cursor:
            set_session_author(cursor)
            known = find_existing_studies((arrival.nct_id for arrival in arrivals), lock=True)
            if erased := load_suppression_list():  # asked under the locks that an erasure waits for
                arrivals = [_redact_erased(arrival, erased) for arrival in arrivals]
            new = [arrival for arrival in arrivals if arrival.nct_id not in known]
            changed = [arrival for arrival in arrivals if arrival.nct_id in known]
            publish_trial_data(insert_studies(cursor, new, self.run, self._facilities, self.now))
            for arrival in new:
                self._record_outcome(arrival, True)
            updated = self._update(cursor, changed, known)
        return Counter(created=len(new), updated=updated, unchanged=len(changed) - updated)

    def _record_outcome(self, arrival: ParsedStudy, is_new: bool, *results: list) -> None:
        """Remember an outcome, as far as a dry run's report goes."""
        if self.run.is_dry and len(self.outcomes) < MAX_OUTCOMES_REPORTED:
            title = arrival.study.protocol_section.identification_module.brief_title
            self.outcomes.append(StudyImportResult(arrival.nct_id, title, is_new, *results))

    def _update(self, cursor, changed: list[ParsedStudy], known: dict[str, ExistingStudy]) -> int:
        """Bring changed studies up to date; returns how many said something new, spelling aside."""
        changed = [arrival for arrival in changed if self._should_import(arrival, known[arrival.nct_id])]
        trial_ids = [known[arrival.nct_id].trial_id for arrival in changed]
        lock_sites(trial_ids)
        bundles = load_trial_data(trial_ids)
        for arrival in changed:
            before = known[arrival.nct_id]
            base = read_study(before.received.encode()) if before.received else Study()
            update = StudyUpdate(arrival, bundles[before.trial_id], base, self.run, self.now)
            update_study(cursor, update, self._facilities)
            self._record_outcome(arrival, False, update.changes, update.conflicts)
        return len(changed)

    def _should_import(self, arrival: ParsedStudy, before: ExistingStudy) -> bool:
        """Whether it says something new that nobody discarded. PartialRecordError for a part that nobody accepted."""
        if not before.received or arrival.digest in self.accepted:
            return True
        last, new = before.received.encode(), arrival.raw.received
        if canonical_json(last) == canonical_json(new):
            return False
        losses = find_lost_paths(orjson.loads(last), orjson.loads(new))
        if not losses:
            return True
        if QuarantinedRecord.objects.filter(
            nct_id=arrival.nct_id, digest=arrival.digest, decision=HeldDecision.DISCARDED
        ).exists():
            return False
        raise PartialRecordError(arrival.nct_id, losses)


def _redact_erased(arrival: ParsedStudy, suppression_list: SuppressionList) -> ParsedStudy:
    """An erased person does not come back. The digest stays that of the record as it came."""
    left = redact_record(arrival.raw.received, suppression_list)
    if left == arrival.raw.received:
        return arrival
    return ParsedStudy(arrival.raw._replace(received=left), arrival.digest, read_study(left))


def _redact_for_quarantine(received: bytes, suppression_list: SuppressionList | None) -> bytes:
    """What a quarantine may keep: nothing is known of whom an unreadable record names."""
    try:
        return redact_record(received, suppression_list) if suppression_list else received
    except (ValueError, AttributeError, TypeError):
        return received


def _rejection_reason(arrival: ParsedStudy, error: DatabaseError | RecordError) -> str:
    """The reason of a refusal; of what the database says, the first line."""
    if isinstance(error, RecordError):
        return str(error)
    return f"{arrival.nct_id}: the database refuses it: {str(error).strip().partition(chr(10))[0]}"
