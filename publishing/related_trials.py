"""Trials that have something in common with a trial: conditions, interventions, sites, investigators or the sponsor.

Candidates come from the search index, sites and roles, at most `CANDIDATES` of each kind; what they have in common is
then compared name by name, so that a shared word is no reason.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from common.slugs import person_slug
from common.text import comparison_key
from contacts.choices import RoleKind
from contacts.officials import officials_named
from publishing.models import TrialRow
from publishing.search.results import RESULT_FIELDS, row_columns
from publishing.search.sql import newest_page
from publishing.search.terms import TermType, tsquery_all, word_terms
from sites.models import Facility, TrialSite
from trials.choices import OverallStatus
from trials.models import Intervention, Trial

CANDIDATES = 200
SHOWN = 30
NAMES_SHOWN = 3
#: Interventions of the control group, which say nothing about what is studied.
_CONTROL = re.compile(r"\b(placebo|sham|standard (of )?care|usual care|no (intervention|treatment))\b", re.IGNORECASE)
_JOINABLE = (OverallStatus.RECRUITING, OverallStatus.AVAILABLE)


@dataclass(frozen=True, slots=True)
class Reason:
    """What a trial has in common: the kind ("Same condition"), and the names, at most `NAMES_SHOWN`."""

    label: str
    names: tuple[str, ...]
    more: int = 0


@dataclass(slots=True)
class RelatedTrial:
    row: TrialRow
    reasons: list[Reason] = field(default_factory=list)


def find_related_trials(trial: Trial, user, *, today: date) -> list[RelatedTrial]:
    """At most `SHOWN` related trials visible to the user: most kinds of reasons first, then those that recruit.

    Nine queries, whatever the size of the trial.
    """
    rows = TrialRow.objects.visible_to(user).exclude(trial=trial)
    conditions = _terms(trial.conditions, trial.condition_mesh)
    interventions = _terms(_intervention_names([trial.pk])[trial.pk], trial.intervention_mesh)
    interventions = [name for name in interventions if not _CONTROL.search(name)]
    sites, investigators = _shared_sites(trial, user), _shared_investigators(trial, user, today)
    candidates = {*sites, *investigators}
    names_by_type = {
        TermType.CONDITION: conditions,
        TermType.INTERVENTION: interventions,
        TermType.SPONSOR: [trial.lead_sponsor],
    }
    for kind, names in names_by_type.items():
        candidates.update(_trials_with_a_name(rows, kind, names))
    other_rows = _load_rows(rows, candidates)
    others = _intervention_names(row.pk for row in other_rows)
    related = []
    for row in other_rows:
        other = row.trial
        reasons = (
            _shared(gettext_noop("Same condition"), conditions, _terms(other.conditions, other.condition_mesh)),
            _shared(gettext_noop("Same intervention"), interventions, _terms(others[row.pk], other.intervention_mesh)),
            _reason(gettext_noop("Same site"), sites.get(row.pk, ())),
            _reason(gettext_noop("Investigator of the same name"), investigators.get(row.pk, ())),
            _shared(gettext_noop("Same sponsor"), [trial.lead_sponsor], [other.lead_sponsor]),
        )
        related.append(RelatedTrial(row, [reason for reason in reasons if reason]))
    return sorted((one for one in related if one.reasons), key=_rank)[:SHOWN]


def _rank(related: RelatedTrial) -> tuple:
    names = sum(len(reason.names) + reason.more for reason in related.reasons)
    return -len(related.reasons), related.row.status not in _JOINABLE, -names, -related.row.pk


def _terms(names: Iterable[str], mesh: Iterable[dict]) -> list[str]:
    return [*names, *(entry.get("term", "") for entry in mesh)]


def _trials_with_a_name(rows, kind: TermType, names: Iterable[str]) -> Iterable[int]:
    """The newest trials that have all words of one of the names."""
    queries = {tsquery_all(word_terms(kind, [name])) for name in names if name}
    query = " | ".join(sorted(f"({one})" for one in queries if one))
    if not query:
        return []
    return [pk for _, pk, _ in newest_page(rows.filter(words__matches_terms=query), None, CANDIDATES).fetch()]


def _shared_sites(trial: Trial, user) -> dict[int, list[str]]:
    """The names of shared facilities by trial id; the newest trials when there are many."""
    own = trial.trial_sites.filter(facility__is_masked=False).order_by()
    surviving = own.values_list(Coalesce("facility__merged_into", "facility"))
    sites = TrialSite.objects.visible_to(user).at(Facility.objects.filter(pk__in=surviving)).exclude(trial=trial)
    newest = sites.order_by("-trial").values("trial").distinct()[:CANDIDATES]
    return _names_by_trial(
        sites.filter(trial__in=newest).order_by("facility__name", "pk").values_list("trial", "facility__name")
    )


def _shared_investigators(trial: Trial, user, today: date) -> dict[int, list[str]]:
    """The names of officials, as other trials print them, that are in both records, by trial id."""
    own = trial.roles.shown_on(today).filter(kind=RoleKind.OFFICIAL)
    shared = officials_named({person_slug(role.person.name) for role in own}, on=today)
    others = [(role.trial_id, role.person.name) for role in shared if role.trial_id != trial.pk]
    visible = set(Trial.objects.visible_to(user).filter(pk__in={pk for pk, _ in others}).values_list("pk", flat=True))
    return _names_by_trial((pk, name) for pk, name in others if pk in visible)


def _names_by_trial(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    names: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for trial_id, name in pairs:
        names[trial_id][name] = None
    return {trial_id: list(known) for trial_id, known in names.items()}


def _load_rows(rows, candidates: Iterable[int]) -> list[TrialRow]:
    shown = [f"trial__{name}" for name in RESULT_FIELDS]
    return list(rows.filter(pk__in=candidates).select_related("trial").only(*row_columns(), *shown))


def _intervention_names(trial_ids: Iterable[int]) -> dict[int, list[str]]:
    names: defaultdict[int, list[str]] = defaultdict(list)
    interventions = Intervention.objects.filter(trial__in=list(trial_ids)).order_by("position")
    for trial_id, name in interventions.values_list("trial", "name"):
        names[trial_id].append(name)
    return names


def _shared(label: str, own: Iterable[str], others: Iterable[str]) -> Reason | None:
    """The own names that the other trial has too, ignoring accents, case and spaces."""
    known = {comparison_key(name) for name in others}
    shared = {key: name for name in own if (key := comparison_key(name)) and key in known}
    return _reason(label, list(shared.values()))


def _reason(label: str, names: Iterable[str]) -> Reason | None:
    names = list(names)
    return Reason(label, tuple(names[:NAMES_SHOWN]), max(0, len(names) - NAMES_SHOWN)) if names else None
