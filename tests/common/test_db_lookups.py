"""The SQL function `plain_text` agrees with `search_key`."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.text import search_key

pytestmark = pytest.mark.django_db

TEXTS = [
    "Łódź", "København", "Diyarbakır", "Đà Nẵng", "Großhansdorf", "O’Neil–Smith, St. Étienne (Loire)", "ÞÓRSHÖFN", "",
    "Cæsar Œuvre", "ＦＵＬＬ　width", "a\u0301 e\u0308 \u00adx\u200by", "İzmir", "  a\t b\n", "Москва", "北京", "ﬁne½",
]  # fmt: skip


def plain_text(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT plain_text(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("text", TEXTS)
def test_the_database_folds_as_python_does(text):
    assert plain_text(text) == search_key(text)


class AnyEuropeanText(TestCase):
    @given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Cs"]), max_size=40))
    def test_postgresql_normalizes_a_text_as_python_does(self, text):
        assert plain_text(text) == search_key(text)
