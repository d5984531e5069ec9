"""Random local edits and resolutions between random versions: no edit is lost, and every conflict is listed."""

import random
from collections import defaultdict

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from contacts.models import Person, Role
from history import authored
from history.models import Context
from publishing.trial_data import TrialData, load_trial_data
from registries.choices import Decision
from registries.conflicts.services import load_open_conflicts, resolve_conflicts
from registries.ctgov.field_map import LOCATIONS_PATH
from registries.ctgov.path_resolution import parse_path
from registries.models import Conflict, RegistryLink, StudyVersion
from sites.models import EnrollmentReport, StatusEvent, TrialSite
from sites.services import change_status, report_enrollment
from sites.status_transitions import Authority, next_statuses
from tests.factories import a_user
from tests.registries.expected_state import ExpectedState
from tests.registries.simulated_sponsor import Key, Sponsor, nct_id, person
from tests.registries.test_import import run_import
from trials.models import Outcome, Trial

pytestmark = pytest.mark.django_db
GROUP = 100


class Interleaving:
    """One trial: its sponsor, the expected state, and local edits."""

    def __init__(self, number: int, seed: int, user):
        self.chance, self.user, self.number = random.Random(seed), user, number
        self.sponsor = Sponsor(number, self.chance)
        self.expected = ExpectedState(self.sponsor)
        self.row_of: dict[tuple[str, int], int] = {}
        self.enrolled: dict[int, int] = {}
        self.edits = self.decisions = 0

    # local edits

    def act(self) -> None:
        for _ in range(self.chance.randint(1, 2)):
            self.chance.choice([self.edit, self.edit, self.edit, self.delete_outcome, self.enroll])()

    def edit(self) -> None:
        editable = [
            key for key in sorted(self.expected.ours) if key[2] in ("title", "summary", "time", "status", "phone")
        ]
        key = self.chance.choice(editable)
        if key[2] == "status":
            self.change_status(key)
            return
        value = f"ours {self.sponsor.word()}"
        row = self.row_of.get(key[:2])
        with authored(self.user.actor):
            if key[0] == "trial":
                column = {"title": "brief_title", "summary": "brief_summary"}[key[2]]
                Trial.objects.filter(nct_id=nct_id(self.number)).update(**{column: value})
            elif key[0] == "outcome":
                Outcome.objects.filter(pk=row).update(time_frame=value)
            else:
                Person.objects.filter(name=person(self.number, key[1])).update(phone=value)
        self.expected.ours[key] = value
        self.edits += 1

    def change_status(self, key: Key) -> None:
        site = TrialSite.objects.get(pk=self.row_of[key[:2]])
        status = self.chance.choice(next_statuses(site, Authority.MANAGER))
        try:
            change_status(
                site, to=status, effective_on=timezone.localdate(), author=self.user.actor, reason="Called",
                authority=Authority.MANAGER, accept_warnings=True,
            )  # fmt: skip
        except ValidationError:
            return  # a rule of statuses refuses it, so there is no new status
        self.expected.ours[key] = status
        self.expected.reported.add(key)
        self.edits += 1

    def delete_outcome(self) -> None:
        """Delete an outcome without an open conflict."""
        in_conflict = {key[:2] for key in self.expected.open}
        present = [key for key in sorted(self.expected.ours) if key[2] == "time" and key[:2] not in in_conflict]
        if present:
            pk = self.chance.choice(present)[1]
            with authored(self.user.actor):
                Outcome.objects.get(pk=self.row_of["outcome", pk]).delete()
            self.expected.delete_outcome(pk)
            self.edits += 1

    def enroll(self) -> None:
        site = TrialSite.objects.get(
            pk=self.chance.choice([row for item, row in self.row_of.items() if item[0] == "site"])
        )
        number = self.enrolled.get(site.pk, 0) + 1
        report_enrollment(site, month="2026-01", author=self.user.actor, enrolled=number, accept_warnings=True)
        self.enrolled[site.pk] = number
        self.edits += 1

    def resolve(self, open_conflicts: dict) -> None:
        """Resolve some of the open conflicts, with either value."""
        for key in sorted(self.expected.open):
            if self.chance.random() < 0.4:
                theirs = self.chance.random() < 0.5
                open_conflict = open_conflicts[key]
                outcome = resolve_conflicts(
                    self.user,
                    {open_conflict.conflict.pk: open_conflict.state_digest},
                    Decision.THEIRS if theirs else Decision.OURS,
                )
                assert len(outcome.decided) == 1
                registry_value = self.expected.open[key]
                self.expected.resolve(key, theirs=theirs)
                if theirs and isinstance(registry_value, dict):  # an outcome deleted locally is created again
                    self.row_of[key[:2]] = Outcome.objects.get(measure=registry_value["measure"]).pk
                self.decisions += 1

    # checks

    def recognize(self, trial_data: TrialData) -> None:
        """Assign rows to the sponsor's sites and outcomes; an assignment never changes."""
        for site in trial_data.sites:
            names = {role["person"]["name"] for role in site["roles"]}
            for pk in range(1, self.sponsor.last_number + 1):
                if person(self.number, pk) in names:
                    assert self.row_of.setdefault(("site", pk), site["id"]) == site["id"]
        known = {row for item, row in self.row_of.items() if item[0] == "outcome"}
        for row in trial_data.lists["outcomes"]:
            if row["id"] not in known:
                self.row_of["outcome", int(row["measure"].split()[-1])] = row["id"]

    def ours_in(self, trial_data: TrialData) -> dict[Key, str]:
        values: dict[Key, str] = {("trial", 0, "title"): trial_data.trial["brief_title"]}
        values["trial", 0, "summary"] = trial_data.trial["brief_summary"]
        for row in trial_data.lists["outcomes"]:
            pk = self._item_number("outcome", row["id"])
            values |= {("outcome", pk, "measure"): row["measure"], ("outcome", pk, "time"): row["time_frame"]}
        for site in trial_data.sites:
            pk = self._item_number("site", site["id"])
            (role,) = [role for role in site["roles"] if role["ends_before"] is None]
            printed = {"name": site["facility"]["name"], "city": site["facility"]["city"]} | (
                site["printed_overrides"] or {}
            )
            values |= {("site", pk, name): printed[name] for name in ("name", "city")}
            values |= {("site", pk, "status"): site["status"], ("site", pk, "phone"): role["person"]["phone"]}
        return values

    def open_in(self, open_conflicts: list) -> dict[Key, object]:
        return {self._key_of(open_conflict.conflict): open_conflict for open_conflict in open_conflicts}

    def _key_of(self, conflict: Conflict) -> Key:
        target = parse_path(conflict.path)
        if target.field_path == LOCATIONS_PATH:
            return (
                "site",
                self._item_number("site", target.row),
                {"contacts": "phone"}.get(target.entry_key, target.entry_key),
            )
        if target.is_entry:
            pk = (
                int(conflict.theirs["measure"].split()[-1])
                if target.row is None
                else self._item_number("outcome", target.row)
            )
            return "outcome", pk, {"timeFrame": "time"}.get(target.entry_key, target.entry_key)
        return "trial", 0, {"briefTitle": "title", "briefSummary": "summary"}[conflict.path.rpartition(".")[2]]

    def _item_number(self, kind: str, row: int | None) -> int:
        return next(item[1] for item, known in self.row_of.items() if item[0] == kind and known == row)


def registry_value_of(open_conflict) -> object:
    value = open_conflict.conflict.theirs
    return value[0]["phone"] if open_conflict.target.entry_key == "contacts" else value


def check(group: list[Interleaving]) -> dict[int, dict]:
    """Compare every trial with its expected state; returns the open conflicts of each."""
    ids = dict(Trial.objects.filter(nct_id__in=[nct_id(one.number) for one in group]).values_list("nct_id", "pk"))
    trial_data_by_id = load_trial_data(ids.values())
    open_conflicts = defaultdict(list)
    for open_conflict in load_open_conflicts(Conflict.objects.open().filter(trial__in=ids.values())):
        open_conflicts[open_conflict.conflict.trial_id].append(open_conflict)
    conflicts_by_number = {}
    for one in group:
        pk = ids[nct_id(one.number)]
        one.recognize(trial_data_by_id[pk])
        assert one.ours_in(trial_data_by_id[pk]) == one.expected.ours, one.number
        values = conflicts_by_number[one.number] = one.open_in(open_conflicts[pk])
        assert {key: registry_value_of(open_conflict) for key, open_conflict in values.items()} == one.expected.open, (
            one.number
        )
    return conflicts_by_number


def everything() -> list[int]:
    """The number of all writes: rows of append-only tables, and versions of the others."""
    models = (StatusEvent, StudyVersion, Conflict, Context, TrialSite.trail_model, Trial.trail_model, Role.trail_model)
    counted = [model.objects.count() for model in (*models, Outcome.trail_model, Person.trail_model)]
    return [*counted, sum(Trial.objects.values_list("version", flat=True))]


def play(seed: int, user) -> tuple[int, int, int]:
    """Run a hundred interleavings; the numbers of edits, conflicts and resolutions."""
    group = [Interleaving(seed * GROUP + number, seed * 7919 + number, user) for number in range(GROUP)]
    for day in range(3 + seed % 2):
        if day:
            for one in group:
                one.sponsor.edit()
        records = [one.sponsor.record(day) for one in group]
        assert run_import(*records).quarantined == 0
        for one in group:
            one.expected.import_record()
        conflicts_by_number = check(group)
        for one in group:
            one.resolve(conflicts_by_number[one.number])
            one.act()
        before = everything()
        assert run_import(*records).unchanged == GROUP
        assert everything() == before
    for one in group:
        counts = EnrollmentReport.objects.filter(trial_site__in=one.enrolled).values_list("trial_site", "enrolled")
        assert dict(counts) == one.enrolled
    return (
        sum(one.edits for one in group),
        sum(len(one.expected.open) for one in group),
        sum(one.decisions for one in group),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_local_edit_is_lost_every_conflict_is_listed_and_a_second_import_changes_nothing(seed):
    user = a_user("lead", is_superuser=True)
    edits, conflicts, decisions = play(seed, user)
    assert RegistryLink.objects.count() == GROUP
    assert min(edits / 10, conflicts, decisions) > 5
