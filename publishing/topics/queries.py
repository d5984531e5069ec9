"""What the pages of conditions, sponsors, countries and investigators show: trials, names, MeSH terms around a term.

Each question is one query, for any number of trials. Names and MeSH terms are read from the newest trials.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from common.slugs import name_slug
from contacts.models import Role
from publishing.models import TrialRow
from publishing.search.sql import GROUPS
from publishing.search.terms import TermType
from trials.models import Collaborator, Trial

#: How many of the newest trials are read for the name of a topic and the terms around it.
SAMPLE_SIZE = 200
MAX_TERMS = 20


@dataclass(frozen=True, slots=True)
class Topic:
    """What a page is about: its name and other spellings, terms above and below it, an investigator's affiliations."""

    name: str
    other_names: Sequence[str] = ()
    broader: Sequence[str] = ()
    narrower: Sequence[str] = ()
    affiliations: Sequence[str] = ()


@dataclass(slots=True)
class _TermSample:
    """The MeSH terms of sampled trials: of each trial its own terms, and their ancestors in the order of the record."""

    pairs: list[tuple[list[str], list[str]]] = field(default_factory=list)


def trials_of(user, kind: TermType, value: str) -> QuerySet[TrialRow]:
    """The rows of trials with that term, visible to the user."""
    return TrialRow.objects.visible_to(user).with_terms(kind, [value])


def counts_by_status(rows: QuerySet[TrialRow]) -> dict[str, int]:
    """The number of trials by their shown status. One query."""
    return dict(rows.order_by().values_list("status").annotate(Count("pk")))


def recruiting_first(rows: QuerySet[TrialRow]) -> QuerySet[TrialRow]:
    """Trials that one can join first, as in search, then the newest."""
    places = [When(status__in=group, then=Value(place)) for place, group in enumerate(GROUPS, start=1)]
    ranked = rows.annotate(place=Case(*places, default=Value(0), output_field=IntegerField()))
    return ranked.order_by("-place", "-updated_on", "-trial_id")


def _newest_trials(rows: QuerySet[TrialRow]) -> QuerySet[Trial]:
    newest = rows.order_by("-updated_on", "-trial_id").values("trial_id")[:SAMPLE_SIZE]
    return Trial.objects.filter(pk__in=newest).order_by()


def condition(rows: QuerySet[TrialRow], slug: str) -> Topic | None:
    """The condition of a slug, named as a MeSH term where it is one, else in its most frequent spelling. One query."""
    names, mesh_names, sample = Counter[str](), Counter[str](), _TermSample()
    columns = ("conditions", "condition_mesh", "condition_ancestors")
    for conditions, mesh, ancestors in _newest_trials(rows).values_list(*columns):
        own, above = _terms(mesh), _terms(ancestors)
        names.update(name for name in conditions if name_slug(name) == slug)
        mesh_names.update(name for name in (*own, *above) if name_slug(name) == slug)
        sample.pairs.append((own, above))
    name = _most_frequent(mesh_names) or _most_frequent(names)
    if not name:
        return None
    others = [other for other, _ in names.most_common(6) if other.casefold() != name.casefold()]
    return Topic(name, others, _broader(sample, slug), _narrower(sample, slug))


def sponsor(rows: QuerySet[TrialRow], slug: str) -> Topic | None:
    """The sponsor or collaborator of a slug, in its most frequent spelling. Two queries."""
    trials = _newest_trials(rows)
    names = Counter(trials.values_list("lead_sponsor", flat=True))
    names.update(Collaborator.objects.filter(trial__in=trials.values("pk")).order_by().values_list("name", flat=True))
    own = Counter({name: number for name, number in names.items() if name_slug(name) == slug})
    name = _most_frequent(own)
    return Topic(name, [other for other in sorted(own) if other != name]) if name else None


def investigator(officials: Iterable[Role], rows: QuerySet[TrialRow]) -> Topic:
    """The printed names and affiliations in the trials of `rows`. One query."""
    visible = set(rows.order_by().values_list("trial", flat=True))
    shown = [role for role in officials if role.trial_id in visible]
    names = Counter(role.person.name for role in shown)
    affiliations = Counter(role.affiliation for role in shown if role.affiliation)
    name = _most_frequent(names)
    others = [other for other in sorted(names) if other != name]
    return Topic(name, others[:MAX_TERMS], affiliations=[text for text, _ in affiliations.most_common(MAX_TERMS)])


def _broader(sample: _TermSample, slug: str) -> list[str]:
    """The terms above a term in every record: all ancestors where it is a record's own, else those listed after it."""
    above = [ancestors for own, ancestors in sample.pairs if slug in map(name_slug, own)]
    above = above or list(_after(slug, sample))
    if not above:
        return []
    shared = set.intersection(*(set(terms) for terms in above))
    return [term for term in above[0] if term in shared and name_slug(term) != slug][:MAX_TERMS]


def _after(slug: str, sample: _TermSample) -> Iterator[list[str]]:
    """Of records in which the term is an ancestor, the ancestors after it."""
    for _, ancestors in sample.pairs:
        slugs = [name_slug(term) for term in ancestors]
        if slug in slugs:
            yield ancestors[slugs.index(slug) + 1 :]


def _narrower(sample: _TermSample, slug: str) -> list[str]:
    """The records' own terms of which this term is an ancestor, the most frequent first."""
    below = Counter(
        term for own, ancestors in sample.pairs if slug in map(name_slug, ancestors) and len(own) == 1 for term in own
    )
    return [term for term, _ in below.most_common(MAX_TERMS) if name_slug(term) != slug]


def _terms(entries: Iterable[dict]) -> list[str]:
    return [term for entry in entries if (term := entry.get("term", ""))]


def _most_frequent(names: Counter[str]) -> str:
    """The most frequent name, of equally frequent ones the first in the alphabet; "" for none."""
    return min(names, key=lambda name: (-names[name], name), default="")
