"""Whatever people edit and decide between whatever versions arrive: no human edit is lost, every clash is listed."""

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
from registries.conflicts.open_conflicts import load_open_conflicts
from registries.conflicts.services import resolve_conflicts
from registries.ctgov.path_targets import LOCATIONS_PATH, parse_path
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
    """One trial: its sponsor, the ledger, and people who edit it here."""

    def __init__(self, number: int, seed: int, user):
        self.chance, self.user, self.number = random.Random(seed), user, number
        self.sponsor = Sponsor(number, self.chance)
        self.ledger = ExpectedState(self.sponsor)
        self.row_of: dict[tuple[str, int], int] = {}
        self.enrolled: dict[int, int] = {}
        self.edits = self.decisions = 0

    # what people do

    def act(self) -> None:
        for _ in range(self.chance.randint(1, 2)):
            self.chance.choice([self.edit, self.edit, self.edit, self.delete_outcome, self.enroll])()

    def edit(self) -> None:
        editable = [
            key for key in sorted(self.ledger.ours) if key[2] in ("title", "summary", "time", "status", "phone")
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
        self.ledger.ours[key] = value
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
            return  # a rule of statuses refuses it, so nothing was said
        self.ledger.ours[key] = status
        self.ledger.said.add(key)
        self.edits += 1

    def delete_outcome(self) -> None:
        """Not one of which something is still to decide: what becomes of that is for the page."""
        asked = {key[:2] for key in self.ledger.open}
        present = [key for key in sorted(self.ledger.ours) if key[2] == "time" and key[:2] not in asked]
        if present:
            pk = self.chance.choice(present)[1]
            with authored(self.user.actor):
                Outcome.objects.get(pk=self.row_of["outcome", pk]).delete()
            self.ledger.forget(pk)
            self.edits += 1

    def enroll(self) -> None:
        site = TrialSite.objects.get(
            pk=self.chance.choice([row for thing, row in self.row_of.items() if thing[0] == "site"])
        )
        number = self.enrolled.get(site.pk, 0) + 1
        report_enrollment(site, month="2026-01", author=self.user.actor, enrolled=number, accept_warnings=True)
        self.enrolled[site.pk] = number
        self.edits += 1

    def decide(self, asked: dict) -> None:
        """Decide some of what is open, each way."""
        for key in sorted(self.ledger.open):
            if self.chance.random() < 0.4:
                theirs = self.chance.random() < 0.5
                question = asked[key]
                outcome = resolve_conflicts(
                    self.user,
                    {question.conflict.pk: question.state_digest},
                    Decision.THEIRS if theirs else Decision.OURS,
                )
                assert len(outcome.decided) == 1
                said = self.ledger.open[key]
                self.ledger.decide(key, theirs=theirs)
                if theirs and isinstance(said, dict):  # an outcome that we had deleted is here again, as a new row
                    self.row_of[key[:2]] = Outcome.objects.get(measure=said["measure"]).pk
                self.decisions += 1

    # what must be so

    def recognize(self, bundle: TrialData) -> None:
        """Which rows the sponsor's things are. Once known, that never changes."""
        for site in bundle.sites:
            names = {role["person"]["name"] for role in site["roles"]}
            for pk in range(1, self.sponsor.said + 1):
                if person(self.number, pk) in names:
                    assert self.row_of.setdefault(("site", pk), site["id"]) == site["id"]
        known = {row for thing, row in self.row_of.items() if thing[0] == "outcome"}
        for row in bundle.lists["outcomes"]:
            if row["id"] not in known:
                self.row_of["outcome", int(row["measure"].split()[-1])] = row["id"]

    def ours_in(self, bundle: TrialData) -> dict[Key, str]:
        found: dict[Key, str] = {("trial", 0, "title"): bundle.trial["brief_title"]}
        found["trial", 0, "summary"] = bundle.trial["brief_summary"]
        for row in bundle.lists["outcomes"]:
            pk = self._thing("outcome", row["id"])
            found |= {("outcome", pk, "measure"): row["measure"], ("outcome", pk, "time"): row["time_frame"]}
        for site in bundle.sites:
            pk = self._thing("site", site["id"])
            (role,) = [role for role in site["roles"] if role["ends_on"] is None]
            printed = {"name": site["facility"]["name"], "city": site["facility"]["city"]} | (
                site["printed_overrides"] or {}
            )
            found |= {("site", pk, name): printed[name] for name in ("name", "city")}
            found |= {("site", pk, "status"): site["status"], ("site", pk, "phone"): role["person"]["phone"]}
        return found

    def open_in(self, questions: list) -> dict[Key, object]:
        return {self._key_of(question.conflict): question for question in questions}

    def _key_of(self, conflict: Conflict) -> Key:
        target = parse_path(conflict.path)
        if target.place == LOCATIONS_PATH:
            return "site", self._thing("site", target.row), {"contacts": "phone"}.get(target.inner, target.inner)
        if target.is_entry:
            pk = (
                int(conflict.theirs["measure"].split()[-1])
                if target.row is None
                else self._thing("outcome", target.row)
            )
            return "outcome", pk, {"timeFrame": "time"}.get(target.inner, target.inner)
        return "trial", 0, {"briefTitle": "title", "briefSummary": "summary"}[conflict.path.rpartition(".")[2]]

    def _thing(self, kind: str, row: int | None) -> int:
        return next(thing[1] for thing, known in self.row_of.items() if thing[0] == kind and known == row)


def both_values(question) -> object:
    said = question.conflict.theirs
    return said[0]["phone"] if question.target.inner == "contacts" else said


def check(group: list[Interleaving]) -> dict[int, dict]:
    """Every trial of the group against its ledger; gives the open questions of each."""
    ids = dict(Trial.objects.filter(nct_id__in=[nct_id(one.number) for one in group]).values_list("nct_id", "pk"))
    bundles = load_trial_data(ids.values())
    questions = defaultdict(list)
    for question in load_open_conflicts(Conflict.objects.open().filter(trial__in=ids.values())):
        questions[question.conflict.trial_id].append(question)
    asked = {}
    for one in group:
        pk = ids[nct_id(one.number)]
        one.recognize(bundles[pk])
        assert one.ours_in(bundles[pk]) == one.ledger.ours, one.number
        found = asked[one.number] = one.open_in(questions[pk])
        assert {key: both_values(question) for key, question in found.items()} == one.ledger.open, one.number
    return asked


def everything() -> list[int]:
    """How much was ever written: rows that are only added, and the versions of those that change."""
    models = (StatusEvent, StudyVersion, Conflict, Context, TrialSite.trail_model, Trial.trail_model, Role.trail_model)
    counted = [model.objects.count() for model in (*models, Outcome.trail_model, Person.trail_model)]
    return [*counted, sum(Trial.objects.values_list("version", flat=True))]


def play(seed: int, user) -> tuple[int, int, int]:
    """A hundred interleavings side by side; how many edits, clashes and decisions there were."""
    group = [Interleaving(seed * GROUP + number, seed * 7919 + number, user) for number in range(GROUP)]
    for day in range(3 + seed % 2):
        if day:
            for one in group:
                one.sponsor.edit()
        records = [one.sponsor.record(day) for one in group]
        assert run_import(*records).quarantined == 0
        for one in group:
            one.ledger.take_in()
        asked = check(group)
        for one in group:
            one.decide(asked[one.number])
            one.act()
        before = everything()
        assert run_import(*records).unchanged == GROUP
        assert everything() == before
    for one in group:
        counts = EnrollmentReport.objects.filter(trial_site__in=one.enrolled).values_list("trial_site", "enrolled")
        assert dict(counts) == one.enrolled
    return (
        sum(one.edits for one in group),
        sum(len(one.ledger.open) for one in group),
        sum(one.decisions for one in group),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_human_edit_is_lost_every_clash_is_listed_and_a_second_import_is_silent(seed):
    user = a_user("lead", is_superuser=True)
    edits, clashes, decisions = play(seed, user)
    assert RegistryLink.objects.count() == GROUP
    assert min(edits / 10, clashes, decisions) > 5
