"""QuerySets of published rows: visibility and search."""

from collections.abc import Iterable

from django.db import models

from common.countries import canonical_country_name
from common.permissions import has_any_assignment, reads_everything
from publishing.search import lookups, synonyms, terms, text_query
from publishing.search.filters import SearchWords
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


class DocumentVersionQuerySet(models.QuerySet):
    def standing_at(self, moment):
        """The version of each trial that stood just before the moment and was replaced later."""
        return self.filter(published_at__lt=moment, replaced_at__gte=moment).order_by("replaced_at")


class SearchRowQuerySet(PublishedQuerySet):
    """The filter methods used by `publishing.search.filters.TrialFilterSet`."""

    def matching_words(self, words: str):
        return self.filter(words__matches_words=search_box_query(words))

    def with_terms(self, kind: terms.TermType, values: Iterable[str]):
        """Rows with at least one of these values."""
        if kind == terms.TermType.NUMBER:
            values = [spelling for value in values for spelling in lookups.spellings_of_number(value)]
        if kind in (terms.TermType.COUNTRY, terms.TermType.RECRUITING_IN):
            values = [canonical_country_name(value) or value for value in values]
        return self.filter(words__matches_terms=terms.tsquery_any(terms.make_term(kind, value) for value in values))

    def with_word_prefixes(self, kind: terms.TermType, text: str):
        """Rows in which each word of the text, or a synonym, begins a word of that kind; none without words."""
        query = terms.word_prefix_tsquery(kind, text_query.spans_of(text, synonyms.synonyms_of))
        return self.filter(words__matches_terms=query) if query else self.none()

    def open_at_age(self, years: float):
        return self.filter(youngest__lte=years, oldest__gte=years)

    def updated_since(self, day):
        """Last updated by the registry on or after the first day of a partial date."""
        return self.filter(updated_on__gte=str(day))

    def changed_since(self, since):
        """The published document changed at or after a datetime."""
        return self.filter(trial__document__changed_at__gte=since)


def search_box_query(words: str) -> lookups.SearchBoxQuery:
    """The query of a search box; cached on the `SearchWords` of a form."""
    query = getattr(words, "query", None)
    if query is None:
        query = lookups.SearchBoxQuery(words, text_query.text_query(words, synonyms.synonyms_of))
        if isinstance(words, SearchWords):
            words.query = query
    return query
