"""Finding rows by what people type, through indexes that exist."""

import re

from django.db.models import Q, QuerySet

from trials.models import Trial

LONGEST_TERM = 1_000
NCT_NUMBER = re.compile(r"nct[0-9]{8}", re.IGNORECASE | re.ASCII)


def having(column: str, words: str) -> Q:
    """Every word somewhere in the column, whatever its case: as a pattern, because trigram indexes answer those.

    A text longer than any title or name is in none.
    """
    if len(words) > LONGEST_TERM:
        return Q(pk__in=[])
    return Q(*((f"{column}__iregex", re.escape(word)) for word in dict.fromkeys(words.split())))


def trials_like(trials: QuerySet, term: str) -> QuerySet:
    """Trials with this NCT number (an obsolete one too), study ID or words of the title."""
    text = term.strip()
    if not text:
        return trials
    if NCT_NUMBER.fullmatch(text):
        return trials.filter(pk__in=Trial.objects.by_key(text.upper()).values("pk"))
    return trials.filter(having("brief_title", text) | Q(org_study_id=text) | Q(acronym__iexact=text))
