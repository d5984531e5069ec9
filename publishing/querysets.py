"""QuerySets of published rows: visibility and search."""

from collections.abc import Iterable

from django.db import models

from common.countries import canonical_country_name
from common.permissions import has_any_assignment, reads_everything
from publishing.search.filters import SearchWords
from publishing.search.lookups import SearchBoxQuery, spellings_of_number
from publishing.search.synonyms import synonyms_of
from publishing.search.terms import TermType, make_term, tsquery_any, word_prefix_tsquery
from publishing.search.text_query import spans_of, text_query
from trials.models import Trial


class PublishedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of trials visible to the user, like `Trial.objects.visible_to` without a query of the trials table."""
        if reads_everything(user):
            return self.all()
        if not has_any_assignment(user):
            return self.filter(is_public=True)
        coordinated = Trial.objects.assigned_to(user, include_sites=True).order_by().values("pk")
        return self.filter(models.Q(is_public=True) | models.Q(trial__in=coordinated))

    def by_key(self, key: str):
        """The row of the trial with a public key; a current NCT number before an obsolete one."""
        is_current = models.ExpressionWrapper(models.Q(trial__nct_id=key), models.BooleanField())
        return self.filter(trial__in=Trial.objects.by_key(key).order_by().values("pk")).order_by(is_current.desc())


class SearchRowQuerySet(PublishedQuerySet):
    """The filter methods used by `publishing.search.filters.TrialFilterSet`."""

    def matching_words(self, words: str):
        return self.filter(words__matches_words=search_box_query(words))

    def with_terms(self, kind: TermType, values: Iterable[str]):
        """Rows with at least one of these values."""
        if kind == TermType.NUMBER:
            values = [spelling for value in values for spelling in spellings_of_number(value)]
        if kind in (TermType.COUNTRY, TermType.RECRUITING_IN):
            values = [canonical_country_name(value) or value for value in values]
        return self.filter(words__matches_terms=tsquery_any(make_term(kind, value) for value in values))

    def with_word_prefixes(self, kind: TermType, text: str):
        """Rows in which each word of the text, or a synonym, begins a word of that kind; none without words."""
        query = word_prefix_tsquery(kind, spans_of(text, synonyms_of))
        return self.filter(words__matches_terms=query) if query else self.none()

    def open_at_age(self, years: float):
        return self.filter(youngest__lte=years, oldest__gte=years)

    def updated_since(self, day):
        """Last updated by the registry on or after the first day of a partial date."""
        return self.filter(updated_on__gte=str(day))

    def changed_since(self, since):
        """The published document changed at or after a datetime."""
        return self.filter(trial__document__changed_at__gte=since)


def search_box_query(words: str) -> SearchBoxQuery:
    """The query of a search box; cached on the `SearchWords` of a form."""
    query = getattr(words, "query", None)
    if query is None:
        query = SearchBoxQuery(words, text_query(words, synonyms_of))
        if isinstance(words, SearchWords):
            words.query = query
    return query
