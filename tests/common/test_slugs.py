"""Slugs of names: folded, stable, and different for names that differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.slugs import LONGEST, name_slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Breast Cancer", "breast-cancer"), ("Sjögren’s Syndrome", "sjogrens-syndrome"), ("COVID-19", "covid-19"),
        ("非小细胞肺癌", "非小细胞肺癌"), ("***", ""), ("", ""),
        ("Type 2 diabetes / obesity", "type-2-diabetes-obesity"),
    ],
)  # fmt: skip
def test_a_name_has_a_readable_slug(name, slug):
    assert name_slug(name) == slug


def test_long_names_that_begin_alike_have_different_slugs():
    one, other = name_slug(f"{'word ' * 30}a"), name_slug(f"{'word ' * 30}b")
    assert one != other
    assert max(map(len, (one, other))) <= LONGEST


@given(st.text(max_size=200))
def test_the_slug_of_a_slug_is_itself(name):
    assert name_slug(name_slug(name)) == name_slug(name)
    assert "/" not in name_slug(name)
