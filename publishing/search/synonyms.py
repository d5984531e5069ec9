"""Synonyms for search terms, with one query.

Sources: tables in code (lay terms of conditions, other names of cities and countries), and names of interventions in
published records.
"""

from django.db import connection

from common.countries import OTHER_NAMES
from common.search_tokens import compact, plain
from publishing.search.text_query import Synonyms
from sites.town_names import TOWN_NAMES
from trials.condition_words import CONDITION_SYNONYMS


def _country_words() -> dict[str, list[str]]:
    """Synonyms of countries: other names to the current one, and the reverse without abbreviations."""
    table = {}
    for present, others in OTHER_NAMES.items():
        table[compact(present)] = [name for name in map(plain, others) if len(name) > LONGEST_ABBREVIATION]
        table |= {compact(name): [plain(present)] for name in others}
    return table


LONGEST_ABBREVIATION = 4

COUNTRY_WORDS = _country_words()
#: Number of synonyms per typed name, the most frequent first.
MAX_OTHER_NAMES = 12

# A synonym maps to the name that most trials use it for; one from a single trial counts only for a one-word name, such
# as a drug. A typed name maps to those of its synonyms that are not ambiguous.
_OTHER_NAMES = """
    WITH used AS (
        SELECT replace(other, ' ', '') AS key, name, count(*) AS trials
        FROM publishing_othername WHERE replace(other, ' ', '') = ANY(%(keys)s) GROUP BY 1, 2
    ), meant AS (
        SELECT key, name FROM (
            SELECT *, sum(trials) OVER (PARTITION BY key) AS all_trials FROM used
        ) AS counted WHERE trials * 2 > all_trials AND (trials > 1 OR name !~ ' ')
        UNION
        SELECT replace(name, ' ', ''), name FROM publishing_othername WHERE replace(name, ' ', '') = ANY(%(keys)s)
    ), others AS (
        SELECT name, other, count(*) AS trials FROM publishing_othername
        WHERE name IN (SELECT name FROM meant) GROUP BY 1, 2
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY trials DESC, other) AS place FROM others
        WHERE trials > 1 OR name !~ ' '
    )
    SELECT meant.key, meant.name, array(
        SELECT other FROM ranked WHERE ranked.name = meant.name AND place <= %(most)s AND ranked.trials * 2 > (
            SELECT count(*) FROM publishing_othername AS every
            WHERE replace(every.other, ' ', '') = replace(ranked.other, ' ', '')
        ) ORDER BY place
    ) FROM meant ORDER BY meant.key, meant.name
"""


def synonyms_of(keys: list[str]) -> Synonyms:
    """The synonyms of each compact text that has some, without itself."""
    synonyms: dict[str, dict[str, None]] = {}
    for key in keys:
        for table in (CONDITION_SYNONYMS, TOWN_NAMES, COUNTRY_WORDS):
            synonyms.setdefault(key, {}).update(dict.fromkeys(table.get(key, ())))
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_NAMES, {"keys": keys, "most": MAX_OTHER_NAMES})
        for key, name, others in cursor.fetchall():
            synonyms[key].update(dict.fromkeys([name, *others]))
    return {key: spellings for key in keys if (spellings := _without(key, synonyms[key]))}


def _without(key: str, spellings: dict[str, None]) -> list[str]:
    return [text for text in spellings if text.replace(" ", "") != key]
