"""Published rows after many writes by every write path."""

import random

import pytest
from django.db import connection

from publishing.models import StaleMark, TrialDocument
from publishing.staleness import has_pending, process_queue, publish_pending
from tests.publishing.expected_documents import built_documents, documents, published, rebuild_all
from tests.publishing.random_writes import random_write

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_after_500_random_writes_all_published_rows_equal_a_new_build():
    dice = random.Random(7)
    for number in range(500):
        random_write(dice)
        if number % 5 == 4:
            while publish_pending(10):
                pass
            assert not StaleMark.objects.exists()
            assert documents() == built_documents()
    current = published()
    assert len(current[0]) > 20
    assert current == rebuild_all()


def test_no_canary_of_500_random_writes_is_published():
    dice = random.Random(8)
    for _ in range(500):
        random_write(dice)
    while publish_pending():
        pass
    documents, rows = published()
    assert "CANARY" not in str(documents) + str(rows)
    assert not [row for row in rows if "canari" in str(row).lower()]


def test_the_queue_is_processed_in_parts():
    dice = random.Random(9)
    for _ in range(60):
        random_write(dice)
    assert has_pending()
    assert publish_pending(1) is True
    assert TrialDocument.objects.count() >= 1
    while process_queue(5):
        pass
    assert not has_pending()


def test_an_empty_queue_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert publish_pending() is False


def test_a_failed_rebuild_is_reported_to_the_reader(monkeypatch, caplog):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO publishing_stalemark (kind, row_id) VALUES ('T', 1)")
    monkeypatch.setattr("publishing.staleness._NEXT", "SELECT 1/0 LIMIT %s + %s::date - %s::date + %s")
    assert publish_pending() is True
    assert "could not be rebuilt" in caplog.text
