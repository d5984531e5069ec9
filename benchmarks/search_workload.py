"""Typical search queries of a registry, each for our search, for bare SQL and for Django's documented search.

Each kind draws a new query every time, so that no result is cached.
"""

from dataclasses import dataclass
from random import Random

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F
from django.http import QueryDict

from publishing.search.cursor import Cursor
from publishing.search.results import cursor_key
from publishing.search.synonyms import synonyms_of
from publishing.search.terms import TermType, make_term, tsquery_any
from trials.models import Trial

STATUSES = ("COMPLETED", "RECRUITING", "TERMINATED", "NOT_YET_RECRUITING")
COUNTRIES = ("United States", "China", "France", "Canada", "Germany", "Spain", "Italy")
PHASES = ("PHASE1", "PHASE2", "PHASE3", "PHASE4")
PAGE = 20
#: Words by the share of trials that hold them (from, to).
COMMON, MIDDLE, RARE = (0.08, 0.13), (0.015, 0.025), (0.00003, 0.0003)
_WORDS = """
    SELECT word FROM ts_stat('SELECT words FROM publishing_trialrow WHERE trial_id % 4 = 0')
    WHERE ndoc BETWEEN %s AND %s AND word ~ '^[a-z]{4,}$' AND ts_lexize('english_stem', word) = ARRAY[word]
    ORDER BY word LIMIT 300
"""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Search words and filters; `after`: the last row of the previous page."""

    words: str = ""
    status: str = ""
    country: str = ""
    phase: str = ""
    number: str = ""
    after: Cursor | None = None
    by_rank: bool = False

    def params(self) -> QueryDict:
        """Query parameters of our search page; ordered by date also with words, as bare SQL has no order by status."""
        query = QueryDict(mutable=True)
        values = {
            "words": self.words or self.number,
            "status": self.status,
            "country": self.country,
            "phase": self.phase,
        }
        values |= {"order": "rank" if self.by_rank else "newest"}
        query.update({name: value for name, value in values.items() if value})
        if self.after:
            query["cursor"] = self.after.signed(cursor_key(query))
        return query

    def conditions(self) -> tuple[str, list]:
        """SQL condition on search rows and its parameters: words and filters as one tsquery."""
        filters = [(TermType.STATUS, self.status), (TermType.COUNTRY, self.country), (TermType.PHASE, self.phase)]
        filters.append((TermType.NUMBER, self.number))
        words = ["websearch_to_tsquery('english', %s)"] if self.words else []
        terms = [tsquery_any([make_term(kind, value)]) for kind, value in filters if value]
        tsquery = " && ".join([*words, *("%s::tsquery" for _ in terms)])
        where = f"is_public AND words @@ ({tsquery})" if tsquery else "is_public"
        return where, [*([self.words] if self.words else []), *terms]

    def textbook(self):
        """The queryset of Django's documentation: every match ranked, filters by joins."""
        trials = Trial.objects.filter(search_row__is_public=True)
        if self.words:
            query = SearchQuery(self.words, config="english", search_type="websearch")
            trials = trials.annotate(rank=SearchRank(F("search_row__words"), query)).filter(search_row__words=query)
        if self.status:
            trials = trials.filter(overall_status=self.status)
        if self.phase:
            trials = trials.filter(phases__contains=[self.phase])
        if self.country:
            trials = trials.filter(trial_sites__facility__country=self.country).distinct()
        if self.number:
            trials = trials.filter(nct_id=self.number)
        return trials.order_by(*(["-rank"] if self.words else []), "-last_update_posted_on", "-pk")


class QueryGenerator:
    """Draws queries of each kind for the trials in the database."""

    def __init__(self, chance: Random):
        self.chance = chance
        self.trials = Trial.objects.count()
        self.words = {share: self._words(*share) for share in (COMMON, MIDDLE, RARE)}
        self.depth = int(self.trials * 0.9)

    def kinds(self) -> dict:
        """Name of each kind → a function that draws a query."""
        return {
            "common word (one in ten)": lambda: SearchRequest(self._word(COMMON)),
            "word of one in fifty": lambda: SearchRequest(self._word(MIDDLE)),
            "rare word": lambda: SearchRequest(self._word(RARE)),
            "two words": lambda: SearchRequest(f"{self._word(COMMON)} {self._word(MIDDLE)}"),
            "common word by rank": lambda: SearchRequest(self._word(COMMON), by_rank=True),
            "word, status, country, phase": lambda: SearchRequest(self._word(COMMON), *self._filters()),
            "status, country and phase": lambda: SearchRequest("", *self._filters()),
            "NCT number": lambda: SearchRequest(number=f"NCT{self.chance.randint(1, self.trials):08}"),
            "no query, first page": SearchRequest,
            "no query, 90 % deep": lambda: SearchRequest(after=self._deep()),
            "common word, 90 % deep": lambda: SearchRequest(self._word(COMMON), after=self._deep()),
        }

    def _word(self, share: tuple[float, float]) -> str:
        return self.chance.choice(self.words[share])

    def _filters(self) -> tuple[str, str, str]:
        return self.chance.choice(STATUSES), self.chance.choice(COUNTRIES), self.chance.choice(PHASES)

    def _words(self, least: float, most: float) -> list[str]:
        with connection.cursor() as cursor:
            sample = self.trials / 4
            cursor.execute(_WORDS.replace("% 4", "%% 4"), [max(1, least * sample), max(2, most * sample)])
            words = [word for (word,) in cursor.fetchall()]
        synonyms = synonyms_of(words)
        return [word for word in words if word not in synonyms]

    def _deep(self) -> Cursor:
        """A row about 90 % down the list of all."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT updated_on, trial_id FROM publishing_trialrow WHERE is_public "
                "ORDER BY updated_on DESC, trial_id DESC LIMIT 1 OFFSET %s",
                [self.depth + self.chance.randint(-self.trials // 50, self.trials // 50)],
            )
            return Cursor("n", *cursor.fetchone())
