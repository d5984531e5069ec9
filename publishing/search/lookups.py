"""Asking a search row's vector for terms and for words."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup

from publishing.search.terms import TermType, make_term, tsquery_prefix_all
from publishing.search.text_query import TextQuery
from trials.text_search import nct_number, nct_number_prefix

#: Of PostgreSQL itself: stems and stop words. What it gets to read is already plain words (`common.search_tokens`).
CONFIG = "pg_catalog.english"

#: Always 1. It tells the planner what it does not know: that a vector is kept out of line and takes a while to read,
#: so that an index is cheaper than a walk over all rows (`migrations/0006_words_of_search`).
COST_OF_WORDS = "publishing_cost_of_words"


class _RawTextLookup(Lookup):
    """The right-hand side is text; the column's own preparation would make a vector of it."""

    prepare_rhs = False


@SearchVectorField.register_lookup
class MatchesTerms(_RawTextLookup):
    """A tsquery as `publishing.search.terms` writes it."""

    lookup_name = "matches_terms"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"({column} @@ %s::tsquery AND {COST_OF_WORDS}({column}) <> 0)", [*params, self.rhs, *params]


@SearchVectorField.register_lookup
class MatchesWords(_RawTextLookup):
    """What was typed into a search box, as a `TypedQuery`."""

    lookup_name = "matches_words"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        query, asked = self.rhs.sql
        return f"({column} @@ {query} AND {COST_OF_WORDS}({column}) <> 0)", [*params, *asked, *params]


class SearchBoxQuery:
    """The words of a search box, or the beginning of one of the trial's numbers."""

    def __init__(self, typed: str, query: TextQuery):
        self.query = query
        self.numbers = spellings_of_number(typed) if any(letter.isdigit() for letter in typed) else []

    @property
    def sql(self) -> tuple[str, list[str]]:
        """As SQL of a tsquery, and its parameters."""
        words = f"to_tsquery('{CONFIG}', %s)"
        if not self.numbers:
            return words, [self.query.tsquery]
        numbers = " | ".join(f"({tsquery_prefix_all([make_term(TermType.NUMBER, number)])})" for number in self.numbers)
        return f"({words} || %s::tsquery)", [self.query.tsquery, numbers]


def spellings_of_number(text: str) -> list[str]:
    """A number as it was typed, and the NCT number or its beginning that it may mean: `NCT 0123`, `01234567`."""
    return list(dict.fromkeys(filter(None, (text, nct_number(text) or nct_number_prefix(text)))))
