"""Synonyms of interventions from the records: `Keytruda` and `MK-3475` for pembrolizumab. Pure.

Stored per trial; `publishing.search.synonyms` evaluates them together.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from common.search_tokens import compact, plain
from publishing.trial_data import Row, TrialData

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


class OtherName(NamedTuple):
    """A name of an intervention and a synonym given by the trial, as plain texts."""

    trial_id: int
    name: str
    other: str


def other_names_of(trial_data: TrialData) -> list[OtherName]:
    """Synonyms of a public trial, each once; none of a private one."""
    if not trial_data.trial["is_public"]:
        return []
    terms = [plain(term) for entry in trial_data.trial["intervention_mesh"] if (term := entry.get("term", ""))]
    trial_id = trial_data.trial["id"]
    rows = (row for row in trial_data.lists["interventions"] if row["other_names"])
    pairs = dict.fromkeys(pair for row in rows for pair in _pairs(row, terms))
    return [OtherName(trial_id, *pair) for pair in list(pairs)[:MAX_PER_TRIAL]]


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
