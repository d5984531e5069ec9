"""Other names of interventions, as the records themselves give them: `Keytruda` and `MK-3475` for pembrolizumab. Pure.

Each is kept for its trial; what they tell together is read by `publishing.search.synonyms`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from common.search_tokens import compact, plain
from publishing.trial_data import Row, TrialData

#: Names of more words are descriptions. Shorter ones (`NA`, `A`) are no names.
MAX_WORDS, MIN_LETTERS, MAX_LETTERS, MAX_PER_TRIAL = 5, 2, 80, 60
#: Letters of a name that are read; longer ones are texts.
MAX_LETTERS_READ = 1_000
_SEVERAL = re.compile(r"[,;|\n]|\bor\b|\bformerly\b|\baka\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
#: What stands for no intervention in particular.
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
    """Plain texts: what the trial calls an intervention, and another name that it gives for it."""

    trial_id: int
    name: str
    other: str


def other_names_of(trial_data: TrialData) -> list[OtherName]:
    """Those of a public trial, each once; a private one tells nobody what it tests."""
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
        return  # a combination: its other names are names of its parts, and nobody says of which
    name = mesh[0] if mesh else own
    for other in filter(None, [own if name in others else "", *others]):
        if name and compact(other) != compact(name):
            yield name, other


def _name(text: str) -> str:
    """The plain name; "" for what is none."""
    name = plain(text)
    key = name.replace(" ", "")
    is_name = MIN_LETTERS <= len(key) <= MAX_LETTERS and name.count(" ") < MAX_WORDS and not key.isdigit()
    return name if is_name and key not in _GENERIC else ""
