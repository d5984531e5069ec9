"""Our search and the bare SQL of the benchmark return the same trials and the same count."""

from pathlib import Path
from random import Random

import orjson
import pytest
from django.db import connection

from benchmarks import copy_baseline
from benchmarks.generator import records
from benchmarks.search import FENCED, FREE, statement, textbook
from benchmarks.search_workload import QueryGenerator
from publishing.search.results import search
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import RawRecord

STUDIES = 200
KINDS = 11


@pytest.fixture
def generator(db) -> QueryGenerator:
    lines = (orjson.dumps(study) for study in records(STUDIES, profile="lean"))
    run = import_records((RawRecord(f"line {number}", line) for number, line in enumerate(lines)), source="made up")
    assert (run.created, run.quarantined) == (STUDIES, 0)
    return QueryGenerator(Random(1))


@pytest.mark.slow
def test_ours_and_bare_sql_answer_alike(generator):
    kinds = generator.kinds()
    assert len(kinds) == KINDS
    for kind, draw in kinds.items():
        query = draw()
        ours = search(query.params())
        assert ours.filterset.is_valid(), kind
        for template in (FREE, FENCED):
            rows = fetch_rows(*statement(query, template))
            assert [row[1] for row in rows] == [row.trial.nct_id for row in ours.rows], kind
            assert not rows or rows[0][-1] == ours.count, kind


@pytest.mark.slow
def test_the_textbook_finds_as_many(generator):
    for kind, draw in generator.kinds().items():
        query = draw()
        if "deep" not in kind and not query.status:  # its status is the one entered, ours the one believed today
            _, count = textbook(query)
            assert count == search(query.params()).count, kind


@pytest.mark.slow
def test_the_floor_copies_every_row_that_the_import_wrote(generator, tmp_path: Path):
    counts = copy_baseline.row_counts(copy_baseline.BASE)
    assert counts["trials_trial"] == STUDIES
    files = copy_baseline.dump(counts, tmp_path)
    assert {table: path.read_bytes().count(b"\n") for table, path in files.items()} == counts
    for shape in copy_baseline.SHAPES:
        assert copy_baseline.copy_into_empty_tables(files, shape).clock > 0


def fetch_rows(text: str, parameters: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.fetchall()
