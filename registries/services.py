"""Imports of uploaded and fetched records in two steps (preview, apply), their results, held records, new trials."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Assignment, AssignmentKind, User
from common import dates
from common.date_parsing import format_iso_date
from common.enum_labels import choice_label
from history.authorship import actor_names, authored
from publishing.trial_data import LIST_MODELS
from registries.choices import HeldDecision
from registries.ctgov import client, completeness, field_map, parser, path_resolution, redaction, source_files
from registries.ctgov.importing.run import import_records
from registries.display import format_value, path_label
from registries.models import ImportRun, QuarantinedRecord, RegistryLink
from registries.templatetags.registry_values import as_text
from sites.models import TrialSite
from trials.models import Trial
from trials.services import add_trial


def preview_upload(*, content: bytes, name: str, author: str) -> ImportRun:
    """Run an uploaded file dry. The run has the preview and stores the file until it is applied."""
    run = import_records(source_files.iter_records(named_stream(content, name)), source=name, author=author, dry=True)
    run.upload = content
    run.save(update_fields=["upload"])
    return run


def apply_preview(preview: ImportRun, *, author: str, reason: str = "") -> ImportRun:
    """Import the file of a dry run. ValueError when it was applied before."""
    claimed_rows = ImportRun.objects.filter(pk=preview.pk, upload__isnull=False).update(upload=None)
    if not claimed_rows:
        raise ValueError("This file was applied already.")
    return import_records(records_of_upload(preview), source=preview.source, author=author, reason=reason)


@transaction.atomic
def apply_held_record(record: QuarantinedRecord, *, author: str, reason: str) -> ImportRun:
    """Import a held record. ValidationError when it is decided, superseded or rejected."""
    current = _lock_open(record, reason)
    if is_superseded(current):
        raise ValidationError("A newer version of this trial was imported. Discard this record.", code="superseded")
    raw = source_files.RawRecord(current.place, bytes(current.received))
    accepted = {parser.record_hash(raw.received)}
    run = import_records([raw], source=current.run.source, author=author, reason=reason, accepted=accepted)
    if run.quarantined:
        raise ValidationError(run.quarantined_records.get().reason, code="rejected")
    _record_decision(current, HeldDecision.APPLIED, author, reason)
    return run


@transaction.atomic
def discard_held_record(record: QuarantinedRecord, *, author: str, reason: str) -> None:
    """Discard a held record: the same record counts as unchanged in later imports. ValidationError."""
    _record_decision(_lock_open(record, reason), HeldDecision.DISCARDED, author, reason)


def is_superseded(record: QuarantinedRecord) -> bool:
    """Whether another record of the trial was imported after it."""
    return RegistryLink.objects.filter(nct_id=record.nct_id, latest__run__gt=record.run_id).exists()


def _lock_open(record: QuarantinedRecord, reason: str) -> QuarantinedRecord:
    current = QuarantinedRecord.objects.select_for_update(of=("self",)).select_related("run").get(pk=record.pk)
    if not current.is_held or current.decision:
        raise ValidationError("This record was applied or discarded already.", code="decided")
    if not reason.strip():
        raise ValidationError("Enter a reason for the change.", code="reason")
    return current


def _record_decision(record: QuarantinedRecord, decision: HeldDecision, author: str, reason: str) -> None:
    """Save the decision for this record in all runs that held it."""
    same = QuarantinedRecord.objects.filter(nct_id=record.nct_id, digest=record.digest, decision="").held()
    same.update(decision=decision, decided_by=author, decided_at=timezone.now(), decision_reason=reason.strip())


def records_of_upload(preview: ImportRun) -> Iterator[source_files.RawRecord]:
    """The records of the file that a dry run stores."""
    return source_files.iter_records(named_stream(bytes(preview.upload), preview.source))


def named_stream(content: bytes, name: str) -> io.BytesIO:
    """A stream with a file name, for the places of records in messages."""
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def preview_fetched_trials(nct_ids: Sequence[str], *, user: User) -> ImportRun:
    """Fetch studies and run them dry; the run stores the fetched records. ValidationError, SourceError.

    Existing trials can be updated only by users who may edit them.
    """
    _reject_trials_of_others(nct_ids, user)
    content = b"\n".join(
        raw.received.replace(b"\n", b" ").replace(b"\r", b" ") for raw in client.fetch_studies(nct_ids)
    )
    return preview_upload(content=content, name=", ".join(nct_ids), author=user.actor)


def apply_fetched_trials(preview: ImportRun, *, user: User, reason: str = "") -> ImportRun:
    """Import the previewed records; the user becomes coordinator of new trials from today. ValidationError."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=preview.pk)
        if locked.upload is None:
            raise ValidationError("These records were applied already.", code="applied")
        _reject_trials_of_others([parser.find_nct_id(raw.received) for raw in records_of_upload(locked)], user)
        run = apply_preview(locked, author=user.actor, reason=reason)
        for trial in Trial.objects.filter(versions__run=run, versions__number=1):
            assign_as_coordinator(trial, user=user)
    return run


@transaction.atomic
def add_own_trial(*, user: User, reason: str = "", **values) -> Trial:
    """A trial entered manually, with the user as coordinator from today. ValidationError."""
    trial = add_trial(author=user.actor, reason=reason, **values)
    assign_as_coordinator(trial, user=user)
    return trial


def assign_as_coordinator(trial: Trial, *, user: User) -> None:
    """Assign the user as coordinator from today, unless they may edit the trial already."""
    if Trial.objects.editable_by(user).filter(pk=trial.pk).exists():
        return
    kind = AssignmentKind.TRIAL_COORDINATOR
    with authored(user.actor, reason="Added the trial"):
        Assignment.objects.create(user=user, trial=trial, kind=kind, starts_on=dates.today(), granted_by=user.actor)


def _reject_trials_of_others(nct_ids: Sequence[str], user: User) -> None:
    existing = Trial.objects.filter(nct_id__in=nct_ids)
    others = existing.exclude(pk__in=Trial.objects.editable_by(user).order_by().values("pk"))
    numbers = sorted(others.values_list("nct_id", flat=True))
    if numbers:
        raise ValidationError(
            f"{', '.join(numbers)}: exists already. Only its coordinators can update it.", code="not-yours"
        )


MAX_TRIALS_SHOWN = 100  # listed on the page of an import; all are counted


@dataclass(frozen=True, slots=True)
class TrialPreview:
    """`changes`: (field, current value, new value); `conflicts`: (field, our value, registry value)."""

    nct_id: str
    title: str
    is_new: bool
    changes: Sequence[tuple[str, str, str]]
    conflicts: Sequence[tuple[str, str, str]]


def previews_of(report: Iterable[Mapping]) -> list[TrialPreview]:
    """The trials of `ImportRun.report`; one query for the sites, and one for each list that changes."""
    report = list(report)
    lines = [line for outcome in report for line in (*outcome["changes"], *outcome["conflicts"])]
    names = _names_of([path_resolution.parse_path(path) for path, *_ in lines])
    return [
        TrialPreview(
            outcome["nct_id"],
            outcome["title"],
            outcome["is_new"],
            [_line(names, path, before, after) for path, before, after in outcome["changes"]],
            [_line(names, path, ours, theirs) for path, _, theirs, ours in outcome["conflicts"]],
        )
        for outcome in report
    ]


def imported_trials(run: ImportRun) -> list[tuple[Trial, bool]]:
    """(trial, whether it was created) of an import, created ones first; at most `MAX_TRIALS_SHOWN`."""
    versions = run.versions.select_related("trial").order_by("trial__nct_id", "number")
    trials = {version.trial: version.number == 1 for version in reversed(versions)}
    return sorted(trials.items(), key=lambda item: (not item[1], item[0].number))[:MAX_TRIALS_SHOWN]


def _line(names: Mapping[tuple[str, int | None], str], path: str, before, after) -> tuple[str, str, str]:
    target = path_resolution.parse_path(path)
    label = path_label(path, names.get((target.field_path, target.row), ""))
    return label, _value(target, before), _value(target, after)


def _value(target: path_resolution.PathTarget, value) -> str:
    return format_value(target, value) if target.is_known else as_text(value)


def _names_of(targets: Iterable[path_resolution.PathTarget]) -> dict[tuple[str, int | None], str]:
    """The names of sites and list entries, by the path of the list and the row id."""
    ids = defaultdict(set)
    for target in targets:
        if target.row:
            ids[target.field_path].add(target.row)
    sites = TrialSite.objects.filter(pk__in=ids.pop(field_map.LOCATIONS_PATH, ())).select_related("facility")
    names = {(field_map.LOCATIONS_PATH, site.pk): site.facility.title for site in sites}
    for list_path, rows in ids.items():
        model = LIST_MODELS.get(field_map.RELATION_BY_PATH.get(list_path, ""))
        entries = model.objects.in_bulk(rows) if model else {}
        names |= {(list_path, pk): str(entry) for pk, entry in entries.items()}
    return names


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """`lost_fields`: (label, value in the version before). `trial` is None when it was deleted."""

    record: QuarantinedRecord
    trial: object
    lost_fields: Sequence[tuple[str, object]]
    is_superseded: bool
    decided_by: str

    @property
    def is_open(self) -> bool:
        return not (self.record.decision or self.is_superseded)


def held_records(records: Iterable[QuarantinedRecord]) -> list[HeldRecord]:
    """In the order of the records, in a fixed number of queries."""
    records = list(records)
    links = RegistryLink.objects.filter(nct_id__in={record.nct_id for record in records})
    link_by_number = {link.nct_id: link for link in links.select_related("trial", "latest")}
    names = actor_names(record.decided_by for record in records if record.decided_by)
    return [_held_record(record, link_by_number.get(record.nct_id), names) for record in records]


def _held_record(record: QuarantinedRecord, link: RegistryLink | None, names) -> HeldRecord:
    before = orjson.loads(redaction.strip_tombstones(link.latest.received)) if link else {}
    lost_fields = [
        (path_label(path), _format_lost_value(path, completeness.value_at(before, path))) for path in record.losses
    ]
    is_superseded = link is not None and link.latest.run_id > record.run_id
    decided_by = names[record.decided_by] if record.decided_by else ""
    return HeldRecord(record, link and link.trial, lost_fields, is_superseded, decided_by)


def _format_lost_value(path: str, value: object) -> object:
    """For sites their names, for site statuses the number of sites with each, for site contacts the names.

    A date is formatted; a section that is stored as received is described by its size.
    """
    if path == completeness.STATUSES_OF_SITES:
        return [
            f"{choice_label(code, 'SiteStatus')} at {number} sites"
            if number > 1
            else f"{choice_label(code, 'SiteStatus')} at 1 site"
            for code, number in Counter(value).items()
        ]
    if path == completeness.CONTACTS_OF_SITES:
        return [contact.get("name") or "without a name" for contacts in value for contact in contacts]
    if isinstance(value, str) and path.lower().endswith("date"):
        return format_iso_date(value)
    if path.endswith(".locations") and isinstance(value, list):
        sites = [site for site in value if isinstance(site, dict)]
        return [site.get("facility") or site.get("city") or "without a name" for site in sites]
    return f"{len(orjson.dumps(value)):,} bytes" if path.endswith("Section") and value else value
