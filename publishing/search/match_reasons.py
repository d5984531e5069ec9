"""Match reasons: the fields of a result that contain the typed words. At most one query per page.

Only text that occurs in a field is quoted. Neighbouring words that occur in different fields are listed separately.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_noop

from common.search_tokens import indexed_words, plain, units_of, words_of
from publishing.models import TrialRow
from publishing.search.text_query import Span, TextQuery

#: Number of sites of a trial that are searched for the words.
MAX_SITES = 200
DESCRIPTION_OR_CRITERIA = "description or eligibility criteria"
_ENDINGS = frozenset(
    (
        *("", "s", "es", "ed", "e", "ing", "ings", "y", "ies", "ied", "ic", "ical", "al", "ally", "ly", "ion", "ions"),
        *("ation", "ations", "ive", "er", "ers", "or", "ors", "ment", "ments", "ity", "ous", "ant", "ants", "ance"),
        *("ating", "ated"),
    )
)
_PARTS = """
    SELECT trial_id, 'intervention', array_agg(name) FROM trials_intervention WHERE trial_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT trial_id, 'other name', array_agg(other) FROM trials_intervention, unnest(other_names) AS other
    WHERE trial_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT trial_id, 'collaborator', array_agg(name) FROM trials_collaborator WHERE trial_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT id, 'broader MeSH term', ARRAY(
        SELECT entry ->> 'term' FROM jsonb_array_elements(condition_ancestors || intervention_ancestors) AS entry
        WHERE entry ? 'term'
    ) FROM trials_trial WHERE id = ANY(%(ids)s)
    UNION ALL
    SELECT id, %(elsewhere)s, ARRAY[brief_summary, eligibility_criteria] FROM trials_trial WHERE id = ANY(%(ids)s)
    UNION ALL
    SELECT result.id, place.field, array_agg(DISTINCT place.text) FROM unnest(%(ids)s::bigint[]) AS result (id)
    CROSS JOIN LATERAL (
        SELECT facility_id FROM sites_trialsite WHERE trial_id = result.id ORDER BY id LIMIT %(most)s
    ) AS site
    JOIN sites_facility AS facility ON facility.id = site.facility_id
    CROSS JOIN LATERAL (VALUES
        ('site city', facility.city), ('hospital', facility.name), ('site region', facility.state),
        ('site country', facility.country)
    ) AS place (field, text) GROUP BY 1, 2
"""
#: The order in which the fields of related rows are searched.
_FIELDS = (
    *("intervention", "other name", "collaborator", "site city", "hospital", "site region", "site country"),
    *("broader MeSH term", DESCRIPTION_OR_CRITERIA),
)

#: All fields, for the catalogues; templates translate them.
FIELD_NAMES = (
    gettext_noop("intervention"), gettext_noop("other name"), gettext_noop("collaborator"), gettext_noop("site city"),
    gettext_noop("hospital"), gettext_noop("site region"), gettext_noop("site country"),
    gettext_noop("broader MeSH term"), gettext_noop("description or eligibility criteria"), gettext_noop("title"),
    gettext_noop("condition"), gettext_noop("keyword"), gettext_noop("MeSH term"), gettext_noop("sponsor"),
    gettext_noop("number"),
)  # fmt: skip

Texts = Iterable[tuple[str, str]]
#: A field, the words and joined forms of its text, and its words in order.
Words = list[tuple[str, set[str], list[str]]]


@dataclass(frozen=True, slots=True)
class MatchReason:
    """Typed words, the field that contains them, and the words there when these are a synonym."""

    words: str
    field: str
    other_words: str = ""


def add_matches(rows: list[TrialRow], query: TextQuery, typed: str) -> None:
    """Set `matches` of each row: one for each typed span that its trial contains."""
    spans = [*query.spans, *(Span(tuple(units_of(text))) for clause in query.clauses for text in clause.phrases)]
    typed_words = {span: _as_typed(span, typed.split()) for span in spans}
    missing: dict[int, list[Span]] = {}
    for row in rows:
        matches, missing[row.pk] = _locate(spans, _own_texts(row))
        row.matches = [MatchReason(typed_words[span], *place) for span, *place in matches]
    parts = _texts_of_lists([pk for pk, spans in missing.items() if spans])
    is_one_clause = len(query.clauses) == 1
    for row in rows:
        matches, unmatched = _locate(missing[row.pk], parts[row.pk])
        row.matches += [MatchReason(typed_words[span], *place) for span, *place in matches]
        if is_one_clause:
            row.matches += _word_by_word(unmatched, [*_own_texts(row), *parts[row.pk]], typed)


def _word_by_word(spans: list[Span], texts: list[tuple[str, str]], typed: str) -> list[MatchReason]:
    """Matches of single words, for spans that no field contains as a whole, when all words occur in some field."""
    matches = []
    for span in spans:
        single_words = [Span((parts,)) for parts in span.units]
        located, missing = _locate(single_words, texts)
        if not missing:
            matches += [MatchReason(_as_typed(word_span, typed.split()), *place) for word_span, *place in located]
    return matches


def _as_typed(span: Span, typed: list[str]) -> str:
    """The typed words of a span of plain words."""
    sizes = range(1, len(span.units) + 2)
    runs = (typed[start : start + size] for size in sizes for start in range(len(typed)))
    marks = ' "“”„'
    return next((" ".join(run).strip(marks) for run in runs if plain(" ".join(run)) == span.text), span.text)


def _own_texts(row: TrialRow) -> Iterator[tuple[str, str]]:
    trial = row.trial
    yield from (("title", text) for text in (trial.brief_title, trial.official_title, trial.acronym))
    yield from (("condition", text) for text in trial.conditions)
    yield from (("keyword", text) for text in trial.keywords)
    mesh = (*trial.condition_mesh, *trial.intervention_mesh)
    yield from (("MeSH term", entry.get("term", "")) for entry in mesh)
    yield "sponsor", trial.lead_sponsor
    yield "number", " ".join([trial.nct_id or "", trial.org_study_id])


def _texts_of_lists(trial_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Texts of interventions, collaborators and facilities by trial, each once."""
    parts: dict[int, dict[str, list[str]]] = defaultdict(dict)
    if trial_ids:
        with connection.cursor() as cursor:
            cursor.execute(_PARTS, {"ids": trial_ids, "most": MAX_SITES, "elsewhere": DESCRIPTION_OR_CRITERIA})
            for trial_id, field, texts in cursor.fetchall():
                parts[trial_id][field] = texts
    in_order = {pk: [(field, text) for field in _FIELDS for text in of.get(field, ())] for pk, of in parts.items()}
    return defaultdict(list, in_order)


def _locate(spans: list[Span], texts: Texts) -> tuple[list[tuple[Span, str, str]], list[Span]]:
    """For each span the first field that contains it, with the synonym found there; and the missing spans."""
    beginnings = {word[:3] for span in spans for text in span.spellings for word in text.split()}
    words = [
        (field, indexed_words(text), words_of(text)) for field, text in texts if _may_contain(text, beginnings)
    ]  # tokenizing the facilities of all results would take longer than the search
    located, missing = [], []
    for span in spans:
        location = _find_typed(span, words) or _find_synonym(span, words)
        if location is None:
            missing.append(span)
        else:
            located.append((span, *location))
    return located, missing


def _may_contain(text: str, beginnings: set[str]) -> bool:
    if not text.isascii():
        return True
    lower = text.lower()
    return any(beginning in lower for beginning in beginnings)


def _find_typed(span: Span, texts: Words) -> tuple[str, str] | None:
    return next(((field, "") for field, words, in_order in texts if _contains_typed(span, words, in_order)), None)


def _find_synonym(span: Span, texts: Words) -> tuple[str, str] | None:
    locations = (
        (field, synonym) for field, _, words in texts for synonym in span.synonyms if _contains_phrase(synonym, words)
    )
    return next(locations, None)


def _contains_typed(span: Span, words: set[str], in_order: list[str]) -> bool:
    """Whether the typed words occur in sequence, or joined."""
    if " " not in span.text and any(_is_same(span.text, word) for word in words):
        return True
    if _contains_phrase(span.text, in_order):
        return True
    return len(span.text) < 40 and span.text.replace(" ", "") in words


def _contains_phrase(text: str, words: list[str]) -> bool:
    """Whether the words of the text occur in sequence."""
    phrase = text.split()
    places = range(len(words) - len(phrase) + 1)
    return any(all(map(_is_same, phrase, words[at : at + len(phrase)])) for at in places)


def _is_same(typed: str, word: str) -> bool:
    return typed == word or _is_form(typed, word)


def _is_form(typed: str, word: str) -> bool:
    """Whether two words differ by an ending only. Only for match reasons; the search uses proper stemming."""
    if len(typed) < 4 or len(word) < 4 or typed[:3] != word[:3]:
        return False
    same = next((at for at, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    return typed[same:] in _ENDINGS and word[same:] in _ENDINGS
