"""Synonyms for search words: those that records give for interventions, and the lookup of all with one query.

Sources: tables in code (lay terms of conditions, other names of cities and countries), and names of interventions in
published records (`Keytruda` and `MK-3475` for pembrolizumab), stored by trial.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from common.countries import OTHER_NAMES
from common.search_tokens import compact, plain
from publishing.search.text_query import Synonyms
from publishing.trial_data import Row, TrialData
from sites.city_names import CITY_NAMES
from trials.condition_synonyms import CONDITION_SYNONYMS


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
        for table in (CONDITION_SYNONYMS, CITY_NAMES, COUNTRY_WORDS):
            synonyms.setdefault(key, {}).update(dict.fromkeys(table.get(key, ())))
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_NAMES, {"keys": keys, "most": MAX_OTHER_NAMES})
        for key, name, others in cursor.fetchall():
            synonyms[key].update(dict.fromkeys([name, *others]))
    return {key: spellings for key in keys if (spellings := _without(key, synonyms[key]))}


def _without(key: str, spellings: dict[str, None]) -> list[str]:
    return [text for text in spellings if text.replace(" ", "") != key]


#: Names with more words are descriptions; names with fewer letters (`NA`, `A`) are ignored.
MAX_WORDS, MIN_LETTERS, MAX_LETTERS, MAX_PER_TRIAL = 5, 2, 80, 60
#: Number of characters of a name that are read.
MAX_LETTERS_READ = 1_000
_SEVERAL = re.compile(r"[,;|\n]|\bor\b|\bformerly\b|\baka\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
#: Names that do not identify an intervention.
_GENERIC_NAMES = """
placebo, placebos, saline, normal saline, sham, control, controls, control group, comparator, active comparator, vehicle
drug, study drug, study treatment, investigational product, treatment, intervention, experimental, experimental group
arm, none, na, not applicable, no other name, other, standard of care, soc, usual care, care as usual
standard treatment, questionnaire, surgery, procedure, device, injection, tablet, tablets
capsule, infusion, chemotherapy, immunotherapy
radiotherapy, targeted therapy, antibody, monoclonal antibody, vaccine, exercise, education, training, observation
no intervention, biological, behavioral, combination, test, supplement, dietary supplement, therapy, group, oral, cohort
dose
"""
_GENERIC = frozenset(compact(name) for line in _GENERIC_NAMES.splitlines() for name in line.split(", "))


class InterventionSynonym(NamedTuple):
    """A name of an intervention and a synonym given by the trial, as plain texts."""

    trial_id: int
    name: str
    other: str


def synonyms_of_interventions(trial_data: TrialData) -> list[InterventionSynonym]:
    """Synonyms of a public trial, each once; none of a private one."""
    if not trial_data.trial["is_public"]:
        return []
    terms = [plain(term) for entry in trial_data.trial["intervention_mesh"] if (term := entry.get("term", ""))]
    trial_id = trial_data.trial["id"]
    rows = (row for row in trial_data.lists["interventions"] if row["other_names"])
    pairs = dict.fromkeys(pair for row in rows for pair in _pairs(row, terms))
    return [InterventionSynonym(trial_id, *pair) for pair in list(pairs)[:MAX_PER_TRIAL]]


def _pairs(row: Row, terms: list[str]) -> Iterator[tuple[str, str]]:
    own = _name(_IN_BRACKETS.sub(" ", row["name"][:MAX_LETTERS_READ]))
    others = [
        name for text in row["other_names"] for part in _SEVERAL.split(text[:MAX_LETTERS_READ]) if (name := _name(part))
    ]
    mesh = [term for term in terms if term in others or f" {term} " in f" {own} "]
    if len(mesh) > 1 or len("".join(mesh)) > MAX_LETTERS:
        return  # a combination: its other names cannot be assigned to its components
    name = mesh[0] if mesh else own
    for other in filter(None, [own if name in others else "", *others]):
        if name and compact(other) != compact(name):
            yield name, other


def _name(text: str) -> str:
    """The plain name; "" for a text that is no name."""
    name = plain(text)
    key = name.replace(" ", "")
    is_name = MIN_LETTERS <= len(key) <= MAX_LETTERS and name.count(" ") < MAX_WORDS and not key.isdigit()
    return name if is_name and key not in _GENERIC else ""
