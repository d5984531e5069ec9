"""After random writes by every write path, imports included, the trail and the records rebuild every table."""

import json
import random

import pytest
from django.db import connection, transaction

from contacts.models import Person, Role
from history import authored
from history.trail import trail_fields
from history.verification import HistoryVerification
from publishing.trial_data import LIST_MODELS
from registries.ctgov.history_replay import replay_bulk_inserts
from sites.models import Confirmation, EnrollmentReport, Facility, Milestone, StatusEvent, TrialSite
from tests.history.rebuild import rebuild
from tests.registries.test_import import location, run_import, with_locations
from trials.models import ArmGroup, Outcome, Trial

pytestmark = pytest.mark.django_db

IMPORTED = [Trial, *LIST_MODELS.values(), Facility, TrialSite, StatusEvent, Person, Role]
TABLES = [*IMPORTED, Confirmation, EnrollmentReport, Milestone]
STATUSES = ["RECRUITING", "NOT_YET_RECRUITING", "COMPLETED", ""]


class Writer:
    """Random writes, reproducible by their seed."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)

    def write(self) -> None:
        """One write; one in ten is rolled back."""
        write_path = self.chance.choice([name for name in dir(self) if name.startswith("by_")])
        with authored(f"user:{self.chance.randint(1, 3)}", reason=write_path), transaction.atomic():
            getattr(self, write_path)()
            transaction.set_rollback(self.chance.random() < 0.1)

    def one(self, model):
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return model.objects.get(pk=self.chance.choice(keys))

    def words(self) -> str:
        return self.chance.choice(["", "words", "50 %", "line\nbreak", "Größe 'x' \\ \"y\""])

    def by_import(self):
        number = 90_000_000 + self.chance.randint(1, 40)
        locations = [
            location(
                self.chance.choice(["Hospital 1", "Hospital 2", "Research Site", "Hospital 3"]),
                city=f"Town {self.chance.randint(1, 3)}",
                **({"status": status} if (status := self.chance.choice(STATUSES)) else {}),
                contacts=[{"name": f"Person {self.chance.randint(1, 4)}", "role": "CONTACT"}],
            )
            for _ in range(self.chance.randint(0, 4))
        ]
        record = with_locations(*locations, number=number)
        arms = [{"label": f"Arm {n}", "description": self.words()} for n in range(self.chance.randint(0, 3))]
        record["protocolSection"]["armsInterventionsModule"] = {"armGroups": arms}
        outcomes = [{"measure": f"Measure {n}"} for n in range(self.chance.randint(0, 3))]
        record["protocolSection"]["outcomesModule"] = {"primaryOutcomes": outcomes}
        run_import(json.loads(json.dumps(record)))

    def by_save(self):
        trial = self.one(Trial)
        trial.brief_title, trial.conditions = self.words(), [self.words()]
        trial.save()

    def by_bulk_create(self):
        trial = self.one(Trial)
        Outcome.objects.bulk_create(Outcome(trial=trial, measure=self.words(), position=n) for n in range(3))

    def by_bulk_update(self):
        people = list(Person.objects.order_by("pk")[:3])
        for person in people:
            person.last_verified_on = self.chance.choice([None, "2026-01-15"])
        Person.objects.bulk_update(people, ["last_verified_on"])

    def by_queryset_update(self):
        TrialSite.objects.filter(pk__gt=self.chance.randint(1, 50)).update(internal_note=self.words())

    def by_raw_sql(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE sites_facility SET latitude = %s, longitude = 0 WHERE id %% 2 = 1",
                [self.chance.randint(-90, 90)],
            )

    def by_delete(self):
        ArmGroup.objects.filter(pk=self.one(ArmGroup).pk).delete() if ArmGroup.objects.exists() else None

    def by_event(self):
        if TrialSite.objects.exists():
            site = self.one(TrialSite)
            StatusEvent.objects.create(trial_site=site, status="SUSPENDED", as_of="2026-04-01", author="user:1")
            Confirmation.objects.create(trial_site=site, confirmed_on="2026-04-02", author="user:1")

    def by_report(self):
        if TrialSite.objects.exists():
            month = f"2026-{self.chance.randint(1, 12):02}"
            EnrollmentReport.objects.update_or_create(
                trial_site=self.one(TrialSite), month=month, defaults={"enrolled": self.chance.randint(0, 9)}
            )


def present(model) -> dict:
    names = [field.attname for field in trail_fields(model)]
    return {row["id"]: row for row in model.objects.values(*names)}


def replayed_rows(model) -> dict:
    names = [field.attname for field in trail_fields(model)]
    inserted = (row for part, rows in replay_bulk_inserts() if part is model for row in rows)
    return rebuild(model, ({name: row[name] for name in names} for row in inserted))


def test_trail_and_records_rebuild_every_row():
    writer = Writer(11)
    run_import(with_locations(location("Hospital 1", contacts=[{"name": "Person 1"}])))
    for _ in range(500):
        writer.write()
    for model in TABLES:
        assert replayed_rows(model) == present(model), model.__name__
    assert list(HistoryVerification(TABLES).differences()) == []
    assert all(model.objects.exists() for model in (TrialSite, StatusEvent, Outcome, Confirmation, EnrollmentReport))


def test_a_facility_has_the_coordinates_of_its_first_location():
    """The registry gives one hospital other coordinates in other records, and even within one."""
    points = [{"lat": 45.75, "lon": 4.85}, {"lat": 45.8, "lon": 4.9}, {"lat": 46.0, "lon": 5.0}]
    places = [location("Hospital 1", geoPoint=point) for point in points]
    run_import(with_locations(*places[:2]), with_locations(places[2], number=90_000_002))
    facility = Facility.objects.get()
    assert (facility.latitude, facility.longitude) == (45.75, 4.85)
    assert list(HistoryVerification(TABLES).differences()) == []
