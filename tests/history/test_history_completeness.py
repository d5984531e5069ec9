"""The trail alone reproduces every row and field after five hundred random writes by every write path."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from history import authored, set_session_author
from history.tracking import without_insert_events
from tests.history.ledger.models import Bed, Ward
from tests.history.rebuild import rebuild


class Writer:
    """Writes at random, the same way for the same seed."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.untraced: list[dict] = []
        self.count = 0

    def step(self):
        """One write, and one in twenty taken back."""
        operation = self.chance.choice([name for name in dir(self) if name.startswith("by_")])
        is_rolled_back = self.chance.random() < 0.05
        with authored(f"user:{self.chance.randint(1, 5)}", reason=operation), transaction.atomic():
            recorded = list(getattr(self, operation)() or [])
            transaction.set_rollback(is_rolled_back)
        if not is_rolled_back:
            self.untraced += recorded
            self.count += 1

    def values(self) -> dict:
        return {
            "status": self.chance.choice(Bed.Status.values),
            "note": self.chance.choice(["", "note", "50 %", "line\nbreak", "Größe 'x' \\"]),
            "weight": self.chance.choice([None, Decimal("12.50"), Decimal("0.00")]),
            "tags": self.chance.choice([[], ["a", {"b": None}]]),
            "checked_on": self.chance.choice([None, date(2026, 1, 15)]),
        }

    def bed(self, **more) -> Bed:
        return Bed(ward=self.chance.choice(Ward.objects.order_by("pk")), **self.values(), **more)

    def some(self) -> list[Bed]:
        beds = list(Bed.objects.order_by("pk"))
        return self.chance.sample(beds, min(len(beds), self.chance.randint(0, 4)))

    def keys(self) -> list[int]:
        return [bed.pk for bed in self.some()]

    def sql(self, sql, params):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)

    def by_save(self):
        for bed in [self.bed(), *self.some()]:
            for name, value in self.values().items():
                setattr(bed, name, value)
            bed.save()

    def by_bulk_create(self):
        Bed.objects.bulk_create([self.bed() for _ in range(self.chance.randint(0, 3))])

    def by_bulk_update(self):
        beds = self.some()
        for bed in beds:
            bed.note, bed.version = self.values()["note"], 99
        Bed.objects.bulk_update(beds, ["note", "version"])

    def by_queryset_update(self):
        Bed.objects.filter(pk__in=self.keys()).update(**self.values())

    def by_update_of_every_row(self):
        Bed.objects.update(status=self.values()["status"])

    def by_raw_update(self):
        self.sql("UPDATE ledger_bed SET note = note || '%%' WHERE id = ANY(%s)", [self.keys()])

    def by_raw_insert(self):
        self.sql("INSERT INTO ledger_ward (name) VALUES (%s)", [f"Ward {self.chance.random()}"])

    def by_upsert(self):
        Ward.objects.bulk_create(
            [Ward(name=f"Ward {n}") for n in self.chance.sample(range(9), 3)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["name"],
        )

    def by_delete(self):
        for bed in self.some()[:1]:
            bed.delete()

    def by_queryset_delete(self):
        Bed.objects.filter(pk__in=self.keys()).delete()

    def by_cascade(self):
        if self.chance.random() < 0.2 and Ward.objects.count() > 2:
            self.chance.choice(Ward.objects.order_by("pk")).delete()

    def by_copy(self):
        ward_id = self.bed().ward_id
        with connection.cursor() as cursor:
            set_session_author(cursor)
            with cursor.copy("COPY ledger_bed (ward_id, status, note, tags, phone) FROM STDIN") as rows:
                rows.write_row([ward_id, "OPEN", "copied", "[]", ""])

    def by_insert_without_events(self):
        with without_insert_events():
            made = Bed.objects.bulk_create([self.bed(), self.bed()])
        return Bed.objects.filter(pk__in=[bed.pk for bed in made]).values()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_trail_reproduces_every_row_and_field_after_500_random_writes(ledger, db, seed):
    with authored("demo"):
        Ward.objects.bulk_create([Ward(name="Ward 1"), Ward(name="Ward 2")])
    writer = Writer(seed)
    while writer.count < 500:
        writer.step()
    rebuilt = [field.attname for field in Bed._meta.fields if field.name != "phone"]
    untraced = [{name: row[name] for name in rebuilt} for row in writer.untraced]
    assert rebuild(Bed, untraced) == {row["id"]: row for row in Bed.objects.values(*rebuilt)}
    assert rebuild(Ward) == {row["id"]: row for row in Ward.objects.values()}
    assert Bed.objects.count() > 20
