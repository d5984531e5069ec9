"""The public trial page."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from common import dates
from common.as_of import AS_OF_PARAMETERS, AsOf, as_of_links, parse_as_of
from common.enum_labels import choice_label
from common.person_names import is_same_name
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from trials.choices import OverallStatus, Phase
from trials.models import Outcome, Trial
from trials.page.contact_cards import contact_cards, sponsors_and_officials
from trials.page.interventions import arms_of, merge_interventions
from trials.page.structured_data import structured_data
from trials.page.timeline import planned_dates, timeline_entry, timeline_of
from trials.status_as_of import overall_status_as_of

OUTCOMES = {
    Outcome.Kind.PRIMARY: gettext_noop("Primary outcomes"),
    Outcome.Kind.SECONDARY: gettext_noop("Secondary outcomes"),
    Outcome.Kind.OTHER: gettext_noop("Other outcomes"),
}


@require_safe
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """The public trial page. Another spelling of the key or an obsolete NCT number redirects to the canonical URL."""
    matching_trial = Trial.objects.visible_to(request.user).for_page().first_by_key(key)
    if matching_trial is None:
        raise Http404
    query_state = QueryState.from_request(request).for_path(matching_trial.get_absolute_url())
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    as_of, errors = parse_as_of(query_state.query, today=dates.today())
    filterset = StrictFilterSet(query_state.query, queryset=Trial.objects.none(), without=AS_OF_PARAMETERS)
    for name, message in errors.items():
        filterset.add_param_error(name, message)
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    context = _page_context(matching_trial, today=dates.today(), as_of=as_of)
    if as_of:
        context |= as_of_links(as_of, query_state)
    context["canonical"] = request.build_absolute_uri(matching_trial.get_absolute_url())
    context["structured_data"] = structured_data(
        matching_trial, context["sites"], context["status"], absolute=request.build_absolute_uri
    )
    context["is_editable"] = Trial.objects.editable_by(request.user).filter(pk=matching_trial.pk).exists()
    return render(request, "trials/trial.html", context)


def _page_context(trial: Trial, *, today: date, as_of: AsOf | None = None) -> dict[str, Any]:
    """The template context. `trial` comes from `for_page()`; the number of queries does not depend on its size.

    With `as_of`, statuses are those of that day; contacts of a past day are not shown, the rest is of today.
    """
    roles = _roles_by_kind(trial, today)
    people = sponsors_and_officials(trial, roles["OFFICIAL"])
    arm_groups, interventions = trial.arm_groups.all(), trial.interventions.all()
    return {
        "trial": trial,
        "identity": _identity(trial),
        "today": today,
        "status": (status := overall_status_as_of(trial, as_of) if as_of else trial.status_on(today)),
        "last_known": "" if as_of else _last_known_status(trial, status),
        "sites": _sites(trial, today, as_of),
        "central_contacts": (central := [] if as_of else contact_cards(roles["CENTRAL_CONTACT"])),
        "has_central_contact": any(person.contact_details for person in central),
        "people": people,
        "sponsor_is_a_person": any(is_same_name(person.name, trial.lead_sponsor) for person in people),
        "arms": arms_of(arm_groups, interventions),
        "interventions": merge_interventions(interventions, arm_groups),
        "outcomes": _outcomes_by_kind(trial),
        "plan": list(planned_dates(trial, today=today)),
        "last_update": timeline_entry(trial, "last_update_posted", today=today),
        "timeline": timeline_of(trial, today=today),
    }


def _identity(trial: Trial) -> list[str]:
    """Identifiers shown beside the title: numbers, acronym, phase and study type."""
    phases = [choice_label(phase, "Phase") for phase in trial.phases if phase != Phase.NA]
    kind = choice_label(trial.study_type, "StudyType")
    values = (trial.nct_id, trial.acronym, trial.org_study_id, ", ".join(phases), kind)
    return [text for text in values if text and text != trial.title]


def _roles_by_kind(trial: Trial, today: date) -> dict[str, list]:
    by_kind = defaultdict(list)
    for role in trial.roles.shown_on(today):
        by_kind[role.kind].append(role)
    return by_kind


def _sites(trial: Trial, today: date, as_of: AsOf | None) -> list:
    shown = Prefetch("roles", trial.roles.model.objects.shown_on(today), to_attr="shown_roles")
    sites = trial.trial_sites.select_related("facility__derived_point", "facility__merged_into")
    if as_of is None:
        return list(sites.with_confirmed_as().prefetch_related(shown))
    past = list(sites.with_status_as_of(as_of))
    for site in past:
        site.show_past_status()
        site.shown_roles = []
    return past


def _last_known_status(trial: Trial, status: str) -> str:
    """The status behind a displayed UNKNOWN: the entered one, or the registry's last known status."""
    if status != OverallStatus.UNKNOWN:
        return ""
    return trial.last_known_status if trial.overall_status == OverallStatus.UNKNOWN else trial.overall_status


def _outcomes_by_kind(trial: Trial) -> list[tuple[str, list[Outcome]]]:
    """(heading, outcomes) of the primary, secondary and other outcomes; empty groups left out."""
    outcomes = list(trial.outcomes.all())
    kinds = [(_(OUTCOMES[kind]), [one for one in outcomes if one.kind == kind]) for kind in Outcome.Kind.values]
    return [(label, rows) for label, rows in kinds if rows]
