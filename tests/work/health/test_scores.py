"""Points of each part at their boundaries, weights, and the total."""

import re

import pytest
from django.conf import settings

from work.health.scores import PARTS, Inputs, health_score

GOOD = {
    "recruiting": 4, "confirmed": 4, "objects": 5, "enrolled": 20, "planned": 20, "dates_due": 2, "dates_met": 2,
    "activations_due": 3, "activated": 3, "with_contact": 4, "countries": 2, "open_countries": 2,
}  # fmt: skip


def points(**values) -> dict[str, int]:
    return health_score(Inputs(**(GOOD | values))).points


def test_everything_in_order_is_100_and_the_weights_add_up_to_100():
    score = health_score(Inputs(**GOOD))
    assert (score.total, score.weight, score.missing) == (100, 100, [])
    assert sum(rule.weight for rule in PARTS.values()) == 100


@pytest.mark.parametrize(
    ("part", "values", "expected"),
    [
        ("freshness", {"confirmed": 0}, 0),
        ("freshness", {"confirmed": 1}, 25),
        ("findings", {"errors": 1}, 80),
        ("findings", {"warnings": 1}, 95),
        ("findings", {"errors": 9}, 0),
        ("enrollment", {"enrolled": 10}, 50),
        ("enrollment", {"enrolled": 50}, 100),
        ("enrollment", {"enrolled": None}, 0),
        ("timeline", {"dates_met": 1}, 50),
        ("activation", {"activated": 1}, 33),
        ("contacts", {"with_contact": 3}, 75),
        ("reach", {"open_countries": 1}, 50),
    ],
)
def test_each_part_counts_its_inputs(part, values, expected):
    result = points(**values)
    assert result[part] == expected
    assert {name: value for name, value in result.items() if name != part} == dict.fromkeys(PARTS.keys() - {part}, 100)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("freshness", {"recruiting": 0, "confirmed": 0, "with_contact": 0}),
        ("enrollment", {"planned": None}),
        ("enrollment", {"planned": 0}),
        ("timeline", {"dates_due": 0, "dates_met": 0}),
        ("activation", {"activations_due": 0, "activated": 0}),
        ("reach", {"countries": 0, "open_countries": 0}),
    ],
)
def test_a_part_with_nothing_to_count_is_left_out_of_the_weights(part, values):
    score = health_score(Inputs(**(GOOD | values)))
    assert PARTS[part].label in score.missing
    assert score.weight == 100 - sum(PARTS[name].weight for name in PARTS if PARTS[name].label in score.missing)
    assert score.total == 100


def test_the_total_is_the_weighted_mean():
    score = health_score(Inputs(**(GOOD | {"confirmed": 2, "errors": 1})))
    assert score.total == round((25 * 50 + 20 * 80 + 55 * 100) / 100)


def test_a_site_has_no_timeline_and_no_geographic_reach():
    score = health_score(Inputs(recruiting=1, confirmed=1, warnings=1), is_site=True)
    assert score.points == {"freshness": 100, "findings": 75, "contacts": 0}
    assert score.total == round((25 * 100 + 20 * 75) / 55)


def test_the_documentation_has_the_weights_and_rules():
    text = (settings.BASE_DIR / "docs" / "figures.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+) \| (\d+) \|", text.partition("## Trial health")[2], re.MULTILINE))
    assert rows == {rule.label: str(rule.weight) for rule in PARTS.values()}
