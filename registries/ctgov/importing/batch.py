"""Imports a batch of records: unchanged ones are skipped by digest, new ones bulk-copied, changed ones merged.

A batch is one transaction. When the database refuses it, its records are imported one by one, so that only those at
fault are quarantined: the rows of one study are written together or not at all.
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
from registries.ctgov import completeness, merge, parse_errors, parser, redaction
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.studies import (
    ExistingStudy,
    ParsedStudy,
    StudyUpdate,
    find_existing_studies,
    insert_studies,
    lock_sites,
)
from registries.ctgov.importing.update import update_study
from registries.ctgov.schema import Study
from registries.ctgov.source_files import RawRecord
from registries.models import ImportRun, QuarantinedRecord


class SeenNctIds:
    """A set of NCT numbers as a bit field of 12.5 MB: one bit for each of the hundred million possible numbers."""

    def __init__(self) -> None:
        self._bits = bytearray(100_000_000 // 8)

    def add(self, nct_id: str) -> None:
        """Add a number; RecordError when it was added before in the same run."""
        byte, bit = divmod(int(nct_id[3:]), 8)
        if self._bits[byte] >> bit & 1:
            raise parser.RecordError(nct_id, "", "the same number came earlier in this source")
        self._bits[byte] |= 1 << bit


MAX_OUTCOMES_REPORTED = 1_000  # outcomes that a dry run describes; all are counted
PARTIAL_RECORD_MESSAGE = (
    "incomplete record: the version before has these fields, and no record loses them. Nothing was changed; "
    "an administrator can apply or discard it under Import runs"
)
Counts = Counter[str]


class RejectedRecord(NamedTuple):
    """A record that is not imported, and why; `losses` are the missing paths of an incomplete record."""

    raw: RawRecord
    reason: str
    losses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class StudyImportResult:
    """The effect of an import on one study: created, or updated with these changes and conflicts."""

    nct_id: str
    title: str
    is_new: bool
    changes: list[merge.MergeChange] = field(default_factory=list)
    conflicts: list[merge.MergeConflict] = field(default_factory=list)


class BatchImporter:
    """Imports the batches of one run. `now` is the moment of the import.

    `accepted` are the digests of incomplete records that a person decided to apply.
    """

    def __init__(self, run: ImportRun, now: datetime, accepted: Collection[bytes] = ()):
        self.run, self.now, self.accepted = run, now, accepted
        self._facilities = FacilityResolver()
        self._seen_ids = SeenNctIds()
        self._rejected: list[RejectedRecord] = []
        self.outcomes: list[StudyImportResult] = []

    def import_batch(self, batch: list[RawRecord]) -> Counts:
        """Import a batch; the numbers of records created, updated, unchanged and quarantined."""
        existing = find_existing_studies(nct_id for raw in batch if (nct_id := raw.nct_id))
        studies, rejected = self._read([raw for raw in batch if not raw.problem], existing)
        rejected += [RejectedRecord(raw, raw.problem) for raw in batch if raw.problem]
        counts = Counter(unchanged=len(batch) - len(studies) - len(rejected))
        counts += self._write(studies, rejected)
        counts["quarantined"] = len(rejected)
        self._rejected += rejected
        return counts

    def quarantine_rejected(self) -> None:
        """Save the records rejected since the last call: outside the batch, so that a dry run stores them too."""
        suppression_list = load_suppression_list() if self._rejected else None
        rows = [
            QuarantinedRecord(
                run=self.run,
                place=raw.place,
                nct_id=raw.nct_id,
                reason=reason,
                received=_redact_for_quarantine(raw.received, suppression_list),
                digest=parser.record_hash(raw.received),
                losses=list(losses),
            )
            for raw, reason, losses in self._rejected
        ]
        seen_again = set() if self.run.is_dry else QuarantinedRecord.objects.seen_again(rows)
        QuarantinedRecord.objects.bulk_create(row for row in rows if row.same_record not in seen_again)
        self._rejected.clear()

    def reset_after_rollback(self) -> None:
        """After a rollback: the facilities created in the transaction do not exist."""
        self._facilities.clear_cache()

    def _read(
        self, batch: list[RawRecord], existing: dict[str, ExistingStudy]
    ) -> tuple[list[ParsedStudy], list[RejectedRecord]]:
        """Parse the records whose digest changed."""
        studies: list[ParsedStudy] = []
        rejected: list[RejectedRecord] = []
        for raw in batch:
            digest, nct_id = parser.record_hash(raw.received), raw.nct_id
            try:
                if nct_id in existing and existing[nct_id].digest == digest:
                    self._seen_ids.add(nct_id)
                    continue
                study = parser.read_study(raw.received)
                self._seen_ids.add(study.protocol_section.identification_module.nct_id)
                studies.append(ParsedStudy(raw, digest, study))
            except parser.RecordError as error:
                rejected.append(RejectedRecord(raw, str(error)))
        return studies, rejected

    def _write(self, studies: list[ParsedStudy], rejected: list[RejectedRecord]) -> Counts:
        """Write the batch at once, or else one by one; those that the database refuses are appended to `rejected`."""
        if not studies:
            return Counter()
        try:
            counts, losses = self._write_together(studies)
        except (DatabaseError, parser.RecordError) as error:
            self._facilities.clear_cache()
            if len(studies) == 1:
                rejected.append(RejectedRecord(studies[0].raw, _rejection_reason(studies[0], error)))
                return Counter()
        else:
            rejected += [_reject_partial(study, losses[study.nct_id]) for study in studies if study.nct_id in losses]
            return counts
        return sum((self._write([study], rejected) for study in studies), Counter())

    def _write_together(self, studies: list[ParsedStudy]) -> tuple[Counts, dict[str, list[str]]]:
        """Write the batch in one transaction; the counts, and by NCT number what incomplete records lack.

        Nothing of an incomplete record is written.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            set_session_author(cursor)
            existing = find_existing_studies((study.nct_id for study in studies), lock=True)
            if suppression_list := load_suppression_list():  # read under the locks that an erasure waits for
                studies = [_redact_erased(study, suppression_list) for study in studies]
            new = [study for study in studies if study.nct_id not in existing]
            changed = [study for study in studies if study.nct_id in existing]
            publish_trial_data(insert_studies(cursor, new, self.run, self._facilities, self.now))
            for study in new:
                self._record_outcome(study, True)
            differing, losses = self._find_differing(changed, existing)
            self._update(cursor, differing, existing)
        unchanged = len(changed) - len(differing) - len(losses)
        return Counter(created=len(new), updated=len(differing), unchanged=unchanged), losses

    def _record_outcome(self, study: ParsedStudy, is_new: bool, *results: list) -> None:
        """Add an outcome to the report of a dry run."""
        if self.run.is_dry and len(self.outcomes) < MAX_OUTCOMES_REPORTED:
            title = study.study.protocol_section.identification_module.brief_title
            self.outcomes.append(StudyImportResult(study.nct_id, title, is_new, *results))

    def _find_differing(
        self, changed: list[ParsedStudy], existing: dict[str, ExistingStudy]
    ) -> tuple[list[ParsedStudy], dict[str, list[str]]]:
        """The studies that differ in more than spelling and were not discarded; and of incomplete ones the lost paths.

        An incomplete record that a person accepted is among the former.
        """
        differing, losses = [], {}
        for study in changed:
            before = existing[study.nct_id]
            if not before.received or study.digest in self.accepted:
                differing.append(study)
                continue
            last, new = before.received.encode(), study.raw.received
            if parser.canonical_json(last) == parser.canonical_json(new):
                continue
            lost = completeness.find_lost_paths(orjson.loads(last), orjson.loads(new))
            if not lost:
                differing.append(study)
            elif not _is_discarded(study):
                losses[study.nct_id] = lost
        return differing, losses

    def _update(self, cursor, changed: list[ParsedStudy], existing: dict[str, ExistingStudy]) -> None:
        trial_ids = [existing[study.nct_id].trial_id for study in changed]
        lock_sites(trial_ids)
        trial_data_by_id = load_trial_data(trial_ids)
        for study in changed:
            before = existing[study.nct_id]
            base = parser.read_study(before.received.encode()) if before.received else Study()
            update = StudyUpdate(study, trial_data_by_id[before.trial_id], base, self.run, self.now)
            update_study(cursor, update, self._facilities)
            self._record_outcome(study, False, update.changes, update.conflicts)


def _is_discarded(study: ParsedStudy) -> bool:
    """Whether a person discarded this very record."""
    held = QuarantinedRecord.objects.filter(nct_id=study.nct_id, digest=study.digest)
    return held.filter(decision=HeldDecision.DISCARDED).exists()


def _reject_partial(study: ParsedStudy, losses: Sequence[str]) -> RejectedRecord:
    paths = ", ".join(map(parse_errors.short_path, losses))
    return RejectedRecord(study.raw, str(parser.RecordError(study.nct_id, paths, PARTIAL_RECORD_MESSAGE)), losses)


def _redact_erased(study: ParsedStudy, suppression_list: SuppressionList) -> ParsedStudy:
    """The study without erased people. The digest stays that of the record as received."""
    redacted = redaction.redact_record(study.raw.received, suppression_list)
    if redacted == study.raw.received:
        return study
    return ParsedStudy(study.raw._replace(received=redacted), study.digest, parser.read_study(redacted))


def _redact_for_quarantine(received: bytes, suppression_list: SuppressionList | None) -> bytes:
    """The record without erased people; an unreadable one is stored unchanged."""
    try:
        return redaction.redact_record(received, suppression_list) if suppression_list else received
    except (ValueError, AttributeError, TypeError):
        return received


def _rejection_reason(study: ParsedStudy, error: DatabaseError | parser.RecordError) -> str:
    """The error's text; of a database error, its first line."""
    if isinstance(error, parser.RecordError):
        return str(error)
    return f"{study.nct_id}: the database refuses it: {str(error).strip().partition(chr(10))[0]}"
