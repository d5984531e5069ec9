"""`manage.py verify_history`: the tables agree with the trail, and a change that left no event is listed."""

import datetime
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction

from contacts.erasure.service import erase_person
from contacts.models import Person
from history import authored
from history.tracking import without_insert_events
from history.verification import HistoryVerification, snapshot, tracked_models
from sites.models import TrialSite
from tests.demo_rows import put_demo
from tests.history.ledger.models import Bed, Ward
from trials.models import Outcome, Trial

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(ledger):
    """The demo, with rows from the registry; then changes by every kind of write."""
    put_demo(datetime.date(2026, 3, 1))
    with authored("user:1", reason="Changed"), transaction.atomic():
        TrialSite.objects.update(internal_note="checked")
        trial = Trial.objects.order_by("pk").first()
        trial.brief_title = "Another title"
        trial.save()
        Outcome.objects.filter(trial=trial).delete()
        ward = Ward.objects.create(name="Ward 1")
        Bed.objects.bulk_create([Bed(ward=ward, phone=number) for number in ("1", "2")])
        Person.objects.order_by("pk").update(phone="")
    erase_person(Person.objects.order_by("pk").last(), reason="By request", author="user:1")


def verify(**options) -> str:
    output = StringIO()
    call_command("verify_history", stdout=output, stderr=output, **options)
    return output.getvalue()


def tamper(sql: str, *parameters) -> None:
    """Execute a statement without triggers, as a superuser of the database could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute(sql, parameters)


def test_tables_agree_with_the_trail_until_a_row_is_changed_without_it(world):
    output = verify()
    assert output.endswith("The tables agree with the audit trail.\n")
    assert f"sites_trialsite rows={TrialSite.objects.count()} replayed=0 differences=0\n" in output
    assert len(re.findall(r" differences=0$", output, re.MULTILINE)) == len(tracked_models())

    site, person = TrialSite.objects.order_by("pk").first().pk, Person.objects.order_by("pk").first().pk
    bed = Bed.objects.order_by("pk").first().pk
    ward = Ward.objects.get().pk
    tamper("UPDATE sites_trialsite SET internal_note = 'secretly', stage = 'CLOSED' WHERE id = %s", site)
    tamper("UPDATE contacts_person SET name = 'Somebody Secret' WHERE id = %s", person)
    tamper("DELETE FROM ledger_bed WHERE id = %s", bed)
    tamper("INSERT INTO ledger_ward (id, name) VALUES (%s, 'Ward 9')", ward + 1)

    output = StringIO()
    with pytest.raises(CommandError, match="4 differences"):
        call_command("verify_history", stdout=output, stderr=output)
    lines = output.getvalue().splitlines()
    assert sorted(lines[:4]) == [
        f"contacts_person {person}: name",
        f"ledger_bed {bed}: missing in the table",
        f"ledger_ward {ward + 1}: missing in the audit trail",
        f"sites_trialsite {site}: stage, internal_note",
    ]
    assert "ledger_ward rows=2 replayed=0 differences=1" in lines
    assert "ecret" not in output.getvalue()


def test_a_deleted_row_that_is_back_is_a_difference(ledger):
    with authored("user:1"):
        ward = Ward.objects.create(name="Ward 1")
        key = ward.pk
        ward.delete()
    tamper("INSERT INTO ledger_ward (id, name) VALUES (%s, 'Ward 1')", key)
    [difference] = HistoryVerification([Ward]).differences()
    assert (difference.key, difference.problem) == (str(key), "deleted in the audit trail, present in the table")


def test_rows_of_a_bulk_insert_are_compared_with_a_replay(ledger):
    tamper("INSERT INTO ledger_ward (id, name) VALUES (1, 'Ward 1'), (2, 'Ward 2'), (4, 'Ward 4')")
    with authored("user:1"):
        Ward.objects.filter(pk=2).update(name="Ward B")

    def replay():
        yield Ward, [{"id": 1, "name": "Ward 1"}, {"id": 2, "name": "Ward 2"}]
        yield Ward, [{"id": 3, "name": "Ward 3"}]

    verification = HistoryVerification([Ward], [replay])
    assert {(one.key, one.problem) for one in verification.differences()} == {
        ("3", "missing in the table"),
        ("4", "missing in the audit trail"),
    }
    assert (verification.counts["ledger_ward"].rows, verification.counts["ledger_ward"].replayed) == (3, 2)
    tamper("UPDATE ledger_ward SET name = 'Ward X' WHERE id = 1")
    assert ("1", "name") in {(one.key, one.problem) for one in HistoryVerification([Ward], [replay]).differences()}


def test_erasable_values_of_a_changed_row_are_compared_unless_they_are_erased():
    with authored("import"), without_insert_events():
        people = Person.objects.bulk_create([Person(name="Ann Example"), Person(name="Bob Example")])
    inserted = list(Person.objects.order_by("pk").values())
    with authored("user:1"):
        Person.objects.update(last_verified_on="2026-03-01")

    def problems():
        verification = HistoryVerification([Person], [lambda: iter([(Person, inserted)])])
        return {(one.key, one.problem) for one in verification.differences()}

    assert problems() == set()
    tamper("UPDATE contacts_person SET name = '' WHERE id = %s", people[0].pk)
    assert problems() == set()
    tamper("UPDATE contacts_person SET name = 'Somebody Else'")
    assert problems() == {(str(person.pk), "name") for person in people}


def test_only_the_first_differences_are_listed(ledger):
    tamper("INSERT INTO ledger_ward (name) SELECT 'Ward ' || number FROM generate_series(1, 30) AS number")
    output = StringIO()
    with pytest.raises(CommandError, match="30 differences"):
        call_command("verify_history", limit=3, stdout=output, stderr=output)
    assert output.getvalue().count("missing in the audit trail") == 3


def test_a_snapshot_refuses_writes(ledger):
    with pytest.raises(InternalError, match="read-only"), authored("user:1"), snapshot():
        Ward.objects.create(name="Ward 1")
