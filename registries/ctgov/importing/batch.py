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

from contacts.erasure.suppression_list import Erased, erased_people
from history import sign_transaction
from publishing.rebuild import publish_bundles
from publishing.trial_data import load_bundles
from registries.choices import HeldDecision
from registries.ctgov import parse_errors
from registries.ctgov.completeness import lost_pieces
from registries.ctgov.importing.create import Arrival, insert_studies
from registries.ctgov.importing.existing_studies import Known, hold_sites, known_studies
from registries.ctgov.importing.facilities import FacilityBook
from registries.ctgov.importing.update import Update, update_study
from registries.ctgov.merge import Change, Clash
from registries.ctgov.parser import RecordError, canonical, read_study, record_hash
from registries.ctgov.redaction import without_erased
from registries.ctgov.schema import Study
from registries.ctgov.source_files import Raw
from registries.models import ImportRun, QuarantinedRecord


class Numbers:
    """A set of NCT numbers, one bit for each of the hundred million possible."""

    def __init__(self) -> None:
        self._bits = bytearray(100_000_000 // 8)

    def add(self, nct_id: str) -> None:
        """Note a number; RecordError when it came before in the same run."""
        byte, bit = divmod(int(nct_id[3:]), 8)
        if self._bits[byte] >> bit & 1:
            raise RecordError(nct_id, "", "the same number came earlier in this source")
        self._bits[byte] |= 1 << bit


REPORTED = 1_000  # outcomes that a dry run describes; all are counted
ONLY_A_PART = (
    "only a part of a record: the version before has these, and no record loses them. Nothing was changed; "
    "an administrator applies or discards it under Imports"
)
Counts = Counter[str]


class Refusal(NamedTuple):
    """A record that does not go in, and why; `losses` for one that is held as a part of a record."""

    raw: Raw
    reason: str
    losses: Sequence[str] = ()


class PartialRecordError(RecordError):
    """The record lacks what no record loses; `losses` are the paths."""

    def __init__(self, nct_id: str, losses: Sequence[str]):
        super().__init__(nct_id, ", ".join(map(parse_errors.short, losses)), ONLY_A_PART)
        self.losses = losses


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import would do with one study: create it, or update it by these changes, with these clashes."""

    nct_id: str
    title: str
    is_new: bool
    changes: list[Change] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


class Batches:
    """Takes the batches of one run in. `now` is the moment of the import.

    `accepted` are digests of partial records that a person decided to apply.
    """

    def __init__(self, run: ImportRun, now: datetime, accepted: Collection[bytes] = ()):
        self.run, self.now, self.accepted = run, now, accepted
        self._book = FacilityBook()
        self._numbers = Numbers()
        self._refused: list[Refusal] = []
        self.outcomes: list[Outcome] = []

    def take_in(self, batch: list[Raw]) -> Counts:
        """Import a batch: how many were created, updated, unchanged and quarantined."""
        known = known_studies(nct_id for raw in batch if (nct_id := raw.nct_id))
        arrivals, refused = self._read([raw for raw in batch if not raw.problem], known)
        refused += [Refusal(raw, raw.problem) for raw in batch if raw.problem]
        counts = Counter(unchanged=len(batch) - len(arrivals) - len(refused))
        counts += self._write(arrivals, refused)
        counts["quarantined"] = len(refused)
        self._refused += refused
        return counts

    def keep_refused(self) -> None:
        """Quarantine what was refused since the last call: outside the batch, so that a dry run keeps it too."""
        erased = erased_people() if self._refused else None
        rows = [
            QuarantinedRecord(
                run=self.run,
                place=raw.place,
                nct_id=raw.nct_id,
                reason=reason,
                received=_kept(raw.received, erased),
                digest=record_hash(raw.received),
                losses=list(losses),
            )
            for raw, reason, losses in self._refused
        ]
        again = set() if self.run.is_dry else QuarantinedRecord.objects.seen_again(rows)
        QuarantinedRecord.objects.bulk_create(row for row in rows if row.same_record not in again)
        self._refused.clear()

    def forget(self) -> None:
        """After a rollback: what was made in the transaction is not there."""
        self._book.forget()

    def _read(self, batch: list[Raw], known: dict[str, Known]) -> tuple[list[Arrival], list[Refusal]]:
        """Read all but what its digest shows to be unchanged."""
        arrivals: list[Arrival] = []
        refused: list[Refusal] = []
        for raw in batch:
            digest, nct_id = record_hash(raw.received), raw.nct_id
            try:
                if nct_id in known and known[nct_id].digest == digest:
                    self._numbers.add(nct_id)
                    continue
                study = read_study(raw.received)
                self._numbers.add(study.protocol_section.identification_module.nct_id)
                arrivals.append(Arrival(raw, digest, study))
            except RecordError as error:
                refused.append(Refusal(raw, str(error)))
        return arrivals, refused

    def _write(self, arrivals: list[Arrival], refused: list[Refusal]) -> Counts:
        """Write the batch at once, or else one by one; what the database refuses joins the refused."""
        if not arrivals:
            return Counter()
        try:
            return self._write_together(arrivals)
        except (DatabaseError, RecordError) as error:
            self._book.forget()
            if len(arrivals) == 1:
                losses = getattr(error, "losses", ())
                refused.append(Refusal(arrivals[0].raw, _why(arrivals[0], error), losses))
                return Counter()
        return sum((self._write([arrival], refused) for arrival in arrivals), Counter())

    def _write_together(self, arrivals: list[Arrival]) -> Counts:
        with transaction.atomic(), connection.cursor() as cursor:
            sign_transaction(cursor)
            known = known_studies((arrival.nct_id for arrival in arrivals), lock=True)
            if erased := erased_people():  # asked under the locks that an erasure waits for
                arrivals = [_without(arrival, erased) for arrival in arrivals]
            new = [arrival for arrival in arrivals if arrival.nct_id not in known]
            changed = [arrival for arrival in arrivals if arrival.nct_id in known]
            publish_bundles(insert_studies(cursor, new, self.run, self._book, self.now))
            for arrival in new:
                self._note(arrival, True)
            updated = self._update(cursor, changed, known)
        return Counter(created=len(new), updated=updated, unchanged=len(changed) - updated)

    def _note(self, arrival: Arrival, is_new: bool, *found: list) -> None:
        """Remember an outcome, as far as a dry run's report goes."""
        if self.run.is_dry and len(self.outcomes) < REPORTED:
            title = arrival.study.protocol_section.identification_module.brief_title
            self.outcomes.append(Outcome(arrival.nct_id, title, is_new, *found))

    def _update(self, cursor, changed: list[Arrival], known: dict[str, Known]) -> int:
        """Bring changed studies up to date; returns how many said something new, spelling aside."""
        changed = [arrival for arrival in changed if self._is_to_go_in(arrival, known[arrival.nct_id])]
        trial_ids = [known[arrival.nct_id].trial_id for arrival in changed]
        hold_sites(trial_ids)
        bundles = load_bundles(trial_ids)
        for arrival in changed:
            before = known[arrival.nct_id]
            base = read_study(before.received.encode()) if before.received else Study()
            update = Update(arrival, bundles[before.trial_id], base, self.run, self.now)
            update_study(cursor, update, self._book)
            self._note(arrival, False, update.changes, update.clashes)
        return len(changed)

    def _is_to_go_in(self, arrival: Arrival, before: Known) -> bool:
        """Whether it says something new that nobody discarded. PartialRecordError for a part that nobody accepted."""
        if not before.received or arrival.digest in self.accepted:
            return True
        last, new = before.received.encode(), arrival.raw.received
        if canonical(last) == canonical(new):
            return False
        losses = lost_pieces(orjson.loads(last), orjson.loads(new))
        if not losses:
            return True
        if QuarantinedRecord.objects.filter(
            nct_id=arrival.nct_id, digest=arrival.digest, decision=HeldDecision.DISCARDED
        ).exists():
            return False
        raise PartialRecordError(arrival.nct_id, losses)


def _without(arrival: Arrival, erased: Erased) -> Arrival:
    """An erased person does not come back. The digest stays that of the record as it came."""
    left = without_erased(arrival.raw.received, erased)
    if left == arrival.raw.received:
        return arrival
    return Arrival(arrival.raw._replace(received=left), arrival.digest, read_study(left))


def _kept(received: bytes, erased: Erased | None) -> bytes:
    """What a quarantine may keep: nothing is known of whom an unreadable record names."""
    try:
        return without_erased(received, erased) if erased else received
    except (ValueError, AttributeError, TypeError):
        return received


def _why(arrival: Arrival, error: DatabaseError | RecordError) -> str:
    """The reason of a refusal; of what the database says, the first line."""
    if isinstance(error, RecordError):
        return str(error)
    return f"{arrival.nct_id}: the database refuses it: {str(error).strip().partition(chr(10))[0]}"
