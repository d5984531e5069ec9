"""Text search on trials by NCT number, study ID and words, answered by indexes."""

import re

from django.db.models import Q, QuerySet

from common.text import fold, search_key
from trials.models import Trial

LONGEST_TERM = 1_000
_NCT_NUMBER = re.compile(r"(?:nct)?(\d{8})", re.IGNORECASE | re.ASCII)
_NCT_PREFIX = re.compile(r"NCT\d{1,8}", re.ASCII)
_SEPARATORS = re.compile(r"[\s:#./_-]+")


def nct_number(typed: str) -> str:
    """The NCT number in a typed text (`NCT 01234567`, `nct-01234567`, `01234567`, full-width digits), or ""."""
    number = _NCT_NUMBER.fullmatch(_SEPARATORS.sub("", fold(typed)))
    return f"NCT{number[1]}" if number else ""


def trial_key(typed: str) -> str:
    """The trial key in a typed text: an NCT number in any spelling, or `trial-17`; another text in lower case."""
    return nct_number(typed) or typed.strip().lower()


def nct_number_prefix(text_typed: str) -> str:
    """The prefix of an NCT number that was typed in part: `nct 0123` is NCT0123; "" without the letters."""
    text = _SEPARATORS.sub("", fold(text_typed)).upper()
    return text if _NCT_PREFIX.fullmatch(text) else ""


def contains_words_q(column: str, words: str) -> Q:
    """Each word occurs in the column, without regard to case, accents and punctuation. Uses trigram indexes.

    Matches nothing for a text longer than LONGEST_TERM or without letters and digits.
    """
    terms = search_key(words).split() if len(words) <= LONGEST_TERM else []
    return Q(*((f"{column}__plain__contains", word) for word in dict.fromkeys(terms))) if terms else Q(pk__in=[])


def search_trials(trials: QuerySet, term: str) -> QuerySet:
    """Trials with this NCT number (an obsolete one too), study ID or words of the title."""
    text = term.strip()
    if not text:
        return trials
    if number := nct_number(text):
        return trials.filter(Q(pk__in=Trial.objects.by_key(number).values("pk")) | Q(org_study_id=text))
    return trials.filter(contains_words_q("brief_title", text) | Q(org_study_id=text) | Q(acronym__iexact=text))
