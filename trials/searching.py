"""Finding rows by what people type, through indexes that exist."""

import re

from django.db.models import Q, QuerySet

from trials.models import Trial

NCT_NUMBER = re.compile(r"nct\d{8}", re.IGNORECASE)


def having(column: str, words: str) -> Q:
    """Every word somewhere in the column, whatever its case: as a pattern, because trigram indexes answer those."""
    condition = Q()
    for word in words.split():
        condition &= Q(**{f"{column}__iregex": re.escape(word)})
    return condition


def trials_like(trials: QuerySet, term: str) -> QuerySet:
    """Trials with this NCT number (an obsolete one too), study ID or words of the title."""
    text = term.strip()
    if not text:
        return trials
    if NCT_NUMBER.fullmatch(text):
        return trials.filter(pk__in=Trial.objects.by_key(text.upper()).values("pk"))
    return trials.filter(having("brief_title", text) | Q(org_study_id=text) | Q(acronym__iexact=text))
