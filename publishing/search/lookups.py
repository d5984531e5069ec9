"""Lookups on the search vector by terms and by words."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup

from publishing.search.terms import TermType, make_term, tsquery_prefix_all
from publishing.search.text_query import TextQuery
from trials.text_search import nct_number, nct_number_prefix

#: Text search configuration with stemming and stop words; its input is already tokenized (`common.search_tokens`).
CONFIG = "pg_catalog.english"

#: SQL function that returns 1, with a high cost: the planner underestimates the cost of reading TOASTed vectors and
#: would prefer a sequential scan to the index.
COST_OF_WORDS = "publishing_cost_of_words"


class _RawTextLookup(Lookup):
    """Keeps the right-hand side as text instead of converting it to a vector."""

    prepare_rhs = False


@SearchVectorField.register_lookup
class MatchesTerms(_RawTextLookup):
    """Matches a tsquery of `publishing.search.terms`."""

    lookup_name = "matches_terms"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"({column} @@ %s::tsquery AND {COST_OF_WORDS}({column}) <> 0)", [*params, self.rhs, *params]


@SearchVectorField.register_lookup
class MatchesWords(_RawTextLookup):
    """Matches a `SearchBoxQuery`."""

    lookup_name = "matches_words"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        query, query_params = self.rhs.sql
        return f"({column} @@ {query} AND {COST_OF_WORDS}({column}) <> 0)", [*params, *query_params, *params]


class SearchBoxQuery:
    """Query by the words of a search box, or by the prefix of one of the trial's identifiers."""

    def __init__(self, typed: str, query: TextQuery):
        self.query = query
        self.numbers = spellings_of_number(typed) if any(letter.isdigit() for letter in typed) else []

    @property
    def sql(self) -> tuple[str, list[str]]:
        """SQL of a tsquery, and its parameters."""
        tsquery_sql = f"to_tsquery('{CONFIG}', %s)"
        if not self.numbers:
            return tsquery_sql, [self.query.tsquery]
        numbers = " | ".join(f"({tsquery_prefix_all([make_term(TermType.NUMBER, number)])})" for number in self.numbers)
        return f"({tsquery_sql} || %s::tsquery)", [self.query.tsquery, numbers]


def spellings_of_number(text: str) -> list[str]:
    """An identifier as typed, and the NCT number or its prefix that it may mean: `NCT 0123`, `01234567`."""
    return list(dict.fromkeys(filter(None, (text, nct_number(text) or nct_number_prefix(text)))))
