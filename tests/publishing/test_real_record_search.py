"""Words beside a slash, hyphen or point in titles and conditions of real records find their own trial."""

import json
import re

import pytest
from django.db import connection

from common.search_tokens import indexed_text
from publishing.search.lookups import CONFIG
from publishing.search.text_query import text_query

pytestmark = [pytest.mark.django_db, pytest.mark.registry]

COMPOUND = re.compile(r"\w[\w'’+]*(?:[-/.‐‑‒–—][\w'’+]+)+")
NUMBER = re.compile(r"\d+|[ivx]+", re.IGNORECASE)
MIN_SHARE = 0.995
_MISSED = f"""
    SELECT typed.number, typed.words FROM unnest(%(numbers)s::int[], %(texts)s::text[]) AS document (number, text)
    JOIN unnest(%(of)s::int[], %(words)s::text[], %(queries)s::text[]) AS typed (number, words, query) USING (number)
    CROSS JOIN LATERAL (SELECT to_tsquery('{CONFIG}', typed.query) AS parsed) AS parsed_query
    WHERE numnode(parsed) > 0 AND NOT to_tsvector('{CONFIG}', document.text) @@ parsed
"""


def titles_and_conditions(record: dict) -> list[str]:
    protocol = record["protocolSection"]
    titles = protocol["identificationModule"]
    texts = [titles.get("briefTitle"), titles.get("officialTitle"), *protocol["conditionsModule"].get("conditions", [])]
    return list(filter(None, texts))


def spellings(compound: str) -> set[str]:
    """The word as it stands, with spaces, with another hyphen, in capitals, each of its parts, and as one word.

    Not as one word where that would be another number: 1.5 is not 15, phase I-II is not phase III.
    """
    parts = re.split(r"[-/.‐‑‒–—]", compound)
    forms = {compound, " ".join(parts), compound.replace("-", "–"), compound.upper()}
    joined = "".join(parts)
    is_one_word = "/" not in compound and len(parts) < 4 and len(compound) < 20 and not NUMBER.fullmatch(joined)
    return forms | {part for part in parts if part} | ({joined} if is_one_word else set())


def test_each_part_of_a_compound_word_matches_its_trial(registry_records):
    documents = [titles_and_conditions(json.loads(record)) for record in registry_records]
    typed = sorted(
        (number, words)
        for number, texts in enumerate(documents)
        for words in {one for text in texts for compound in COMPOUND.findall(text) for one in spellings(compound)}
    )
    values = {
        "numbers": list(range(len(documents))),
        "texts": [indexed_text("\n".join(texts)) for texts in documents],
        "of": [number for number, _ in typed],
        "words": [words for _, words in typed],
        "queries": [text_query(words, lambda keys: {}).tsquery for _, words in typed],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, values)
        missed = cursor.fetchall()
    assert len(typed) > 5_000
    assert len(missed) <= len(typed) * (1 - MIN_SHARE), missed
