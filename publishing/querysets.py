"""Which published rows: who may read them, and under which terms they are found."""

from collections.abc import Iterable

from django.db import models

from common.countries import present_name
from common.permissions import is_granted_anything, reads_everything
from publishing.search.filters import TypedWords
from publishing.search.lookups import TypedQuery, spellings_of_number
from publishing.search.synonyms import synonyms_of
from publishing.search.terms import Kind, any_of, mentions, term
from publishing.search.text_query import spans_of, text_query
from trials.models import Trial


class PublishedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The rows of the trials a user may read, as `Trial.objects.visible_to`, without asking the trials' table."""
        if reads_everything(user):
            return self.all()
        if not is_granted_anything(user):
            return self.filter(is_public=True)
        entrusted = Trial.objects.entrusted_to(user).order_by().values("pk")
        return self.filter(models.Q(is_public=True) | models.Q(trial__in=entrusted))

    def by_key(self, key: str):
        """The row of the trial with a public key; one whose own number it is before one that had it once."""
        is_its_own = models.ExpressionWrapper(models.Q(trial__nct_id=key), models.BooleanField())
        return self.filter(trial__in=Trial.objects.by_key(key).order_by().values("pk")).order_by(is_its_own.desc())


class SearchRowQuerySet(PublishedQuerySet):
    """The adjectives that `publishing.search.filters.TrialFilterSet` asks for."""

    def saying(self, words: str):
        return self.filter(words__saying=typed_query(words))

    def having(self, kind: Kind, values: Iterable[str]):
        """Found under at least one of these values."""
        if kind == Kind.NUMBER:
            values = [spelling for value in values for spelling in spellings_of_number(value)]
        if kind in (Kind.COUNTRY, Kind.RECRUITING_IN):
            values = [present_name(value) or value for value in values]
        return self.filter(words__having=any_of(term(kind, value) for value in values))

    def mentioning(self, kind: Kind, text: str):
        """Each word of the text, or a synonym, begins a word of that kind; a text without a word finds nothing."""
        query = mentions(kind, spans_of(text, synonyms_of))
        return self.filter(words__having=query) if query else self.none()

    def open_at_age(self, years: float):
        return self.filter(youngest__lte=years, oldest__gte=years)

    def updated_since(self, day):
        """The registry's last update, a partial date: from its first possible day."""
        return self.filter(updated_on__gte=str(day))

    def changed_since(self, moment):
        """The published document became another one at or after a moment, for whatever reason."""
        return self.filter(trial__document__changed_at__gte=moment)


def typed_query(words: str) -> TypedQuery:
    """The query of a search box; worked out once for the `TypedWords` of a form, whoever asks."""
    known = getattr(words, "query", None)
    if known is None:
        known = TypedQuery(words, text_query(words, synonyms_of))
        if isinstance(words, TypedWords):
            words.query = known
    return known
