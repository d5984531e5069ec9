"""Facts of the demo data are in the visible text of the first five pages."""

import re

import pytest

from common.partial_dates.value import PartialDate

SEEDS = ("NCT07010263", "NCT07232407", "NCT07277777", "NCT07310355", "NCT07343453")

pytestmark = [pytest.mark.registry, pytest.mark.django_db]


@pytest.mark.parametrize("nct_id", SEEDS)
def test_every_fact_of_a_seed_is_on_its_page(nct_id, pages_of, registry_folder):
    seeds = registry_folder / "seeds"
    (page,) = pages_of([(seeds / f"{nct_id}.json").read_bytes().replace(b"\n", b" ")])
    facts = [line for line in (seeds / f"{nct_id}.facts.txt").read_text().splitlines() if line.strip()]
    assert facts
    assert [fact for fact in facts if not page.shows(in_words(fact))] == []


def in_words(fact: str) -> str:
    return PartialDate(fact).as_text() if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", fact) else fact
