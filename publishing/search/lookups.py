"""Asking a search row's vector for terms and for words."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup

from publishing.search.terms import Kind, all_beginning, term
from publishing.search.text_query import TextQuery
from trials.text_search import beginning_of_nct_number, nct_number

#: Of PostgreSQL itself: stems and stop words. What it gets to read is already plain words (`common.search_tokens`).
CONFIG = "pg_catalog.english"

#: Always 1. It tells the planner what it does not know: that a vector is kept out of line and takes a while to read,
#: so that an index is cheaper than a walk over all rows (`migrations/0006_words_of_search`).
COST_OF_WORDS = "publishing_cost_of_words"


class _Asked(Lookup):
    """The right-hand side is text; the column's own preparation would make a vector of it."""

    prepare_rhs = False


@SearchVectorField.register_lookup
class Having(_Asked):
    """A tsquery as `publishing.search.terms` writes it."""

    lookup_name = "having"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"({column} @@ %s::tsquery AND {COST_OF_WORDS}({column}) <> 0)", [*params, self.rhs, *params]


@SearchVectorField.register_lookup
class Saying(_Asked):
    """What was typed into a search box, as a `TypedQuery`."""

    lookup_name = "saying"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        query, asked = self.rhs.sql
        return f"({column} @@ {query} AND {COST_OF_WORDS}({column}) <> 0)", [*params, *asked, *params]


class TypedQuery:
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
        numbers = " | ".join(f"({all_beginning([term(Kind.NUMBER, number)])})" for number in self.numbers)
        return f"({words} || %s::tsquery)", [self.query.tsquery, numbers]


def spellings_of_number(text: str) -> list[str]:
    """A number as it was typed, and the NCT number or its beginning that it may mean: `NCT 0123`, `01234567`."""
    return list(dict.fromkeys(filter(None, (text, nct_number(text) or beginning_of_nct_number(text)))))
