"""Facets of a search: how many trials each option of a filter gives, together with all other filters.

A filter's own values are left out of its counts, because its options are alternatives. Counts are exact, and only given
where at most MOST_COUNTED trials match the other filters: so the work does not grow with the number of trials. (Counts
of each option up to a cap took half a second at 570,000 trials, and nearly all of them were the cap.)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from publishing.search.filters import TrialFilterSet
from publishing.search.near_sql import circle_sql, recruiting_sites
from publishing.search.sql import Sql, matching_rows
from sites.places.circle import Circle

MOST_COUNTED = 2_000
#: Filter → SQL of its values over columns of search row and trial.
COLUMNS = {
    "status": "status",
    "phase": "unnest(phases)",
    "study_type": "study_type",
    "sponsor_class": "lead_sponsor_class",
}

#: Filter → value → number of trials. Filters that are not counted are missing, and so are values without trials.
FacetCounts = dict[str, dict[str, int]]


def count_facets(filterset: TrialFilterSet) -> FacetCounts:
    """Counts for the options of each filter of COLUMNS, for a valid filter set.

    One query for all filters of COLUMNS that are not set, and one for each that is, besides those for synonyms.
    """
    counted = ((name, matching_rows(others.qs)) for name, others in _filtersets_without(filterset))
    few = f"WITH found AS MATERIALIZED (SELECT trial_id FROM ({{}}) AS m LIMIT {MOST_COUNTED + 1})"
    return _count((name, rows and Sql(few.format(rows.text), rows.params)) for name, rows in counted)


def count_near_facets(filterset: TrialFilterSet, circle: Circle, *, user=None) -> FacetCounts:
    """Like `count_facets`, of the trials with a recruiting site in the circle."""
    return _count(
        (name, circle_sql(recruiting_sites(others, user), circle)) for name, others in _filtersets_without(filterset)
    )


def _filtersets_without(filterset: TrialFilterSet) -> Iterator[tuple[str, TrialFilterSet]]:
    """Each filter of COLUMNS, and the filter set of all others; where it is not set, the given one itself."""
    words = filterset.form.cleaned_data.get("words")
    for name in COLUMNS:
        if name not in filterset.data:
            yield name, filterset
            continue
        others = TrialFilterSet(filterset.data, filterset.queryset, without=(name,))
        if others.is_valid() and words:
            others.form.cleaned_data["words"] = words  # with its query, for which synonyms were looked up
        yield name, others


def _count(matches: Iterable[tuple[str, Sql | None]]) -> FacetCounts:
    """Counts for filters with a statement's beginning that defines `found`, the trials; None where nothing can match.

    Equal beginnings are one query.
    """
    counts: FacetCounts = {}
    names_by_statement = defaultdict(list)
    for name, matching in matches:
        if matching is None:
            counts[name] = {}
        else:
            names_by_statement[matching.text, *matching.params].append(name)
    for (text, *params), names in names_by_statement.items():
        values, total = {name: {} for name in names}, 0
        for name, value, count in Sql(_grouped_sql(text, names), params).fetch():
            if name == "":
                total = count
            elif value:
                values[name][value] = count
        if total <= MOST_COUNTED:
            counts |= values
    return counts


def _grouped_sql(text: str, names: list[str]) -> str:
    """(filter, value, count) of few trials, and ("", "", number of trials)."""
    groups = "".join(
        f"SELECT '{name}', value, count(*) FROM (SELECT {COLUMNS[name]} AS value FROM few) AS v GROUP BY 2 UNION ALL "
        for name in names
    )
    return f"""
        {text}, total AS MATERIALIZED (SELECT count(*) FROM found),
        few AS MATERIALIZED (
            SELECT r.status, t.phases, t.study_type, t.lead_sponsor_class
            FROM found JOIN publishing_trialrow AS r USING (trial_id) JOIN trials_trial AS t ON t.id = r.trial_id
            WHERE (SELECT count FROM total) <= {MOST_COUNTED}
        )
        {groups} SELECT '', '', count FROM total
    """
