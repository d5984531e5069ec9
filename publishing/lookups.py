"""Asking a search row's vector for terms and for words."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Lookup

from common.text import fold
from trials.asking.terms import Kind, all_beginning, term

CONFIG = "pg_catalog.english"


class _Asked(Lookup):
    """The right-hand side is text; the column's own preparation would make a vector of it."""

    prepare_rhs = False


@SearchVectorField.register_lookup
class Having(_Asked):
    """A tsquery as `trials.asking.terms` writes it."""

    lookup_name = "having"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*params, self.rhs]


@SearchVectorField.register_lookup
class Saying(_Asked):
    """Words as people write them in a search box, or the beginning of one of the trial's numbers."""

    lookup_name = "saying"

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        query, asked = words_query(self.rhs)
        return f"{column} @@ {query}", [*params, *asked]


def words_query(words: str) -> tuple[str, list[str]]:
    """The tsquery of a search box, as SQL and its parameters: "quoted phrases", -not, or; a number or its beginning."""
    folded = fold(words)
    number = term(Kind.NUMBER, words)
    if not any(letter.isdigit() for letter in folded):
        return f"websearch_to_tsquery('{CONFIG}', %s)", [folded]
    return f"(websearch_to_tsquery('{CONFIG}', %s) || %s::tsquery)", [folded, all_beginning([number])]
