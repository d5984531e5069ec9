"""Trials and sites assigned to a user: a subset of what they can edit, for administrators too."""

from django.db.models import Q, QuerySet

from sites.models import TrialSite
from trials.models import Trial
from work.models import Finding
from work.querysets import FindingQuerySet

#: The columns of a trial that lists show; long texts are deferred.
TRIAL_LIST_FIELDS = (
    "nct_id", "org_study_id", "brief_title", "official_title", "acronym", "overall_status", "last_known_status",
    "is_public", "completion_on", "primary_completion_on", "verified_on",
)  # fmt: skip


def assigned_trials(user) -> QuerySet[Trial]:
    """The trials that a user coordinates today."""
    return Trial.objects.filter(pk__in=_assigned_trial_ids(user))


def assigned_sites(user) -> QuerySet[TrialSite]:
    """The sites assigned to a user directly or through the trial, with trial and facility."""
    own = Q(pk__in=_directly_assigned_sites(user).values("pk")) | Q(trial__in=_assigned_trial_ids(user))
    trial_fields = [f"trial__{name}" for name in TRIAL_LIST_FIELDS]
    long_texts = ("internal_note", "printed_overrides")
    return (
        TrialSite.objects.filter(own)
        .select_related("trial", "facility")
        .only(*(field.name for field in TrialSite._meta.concrete_fields if field.name not in long_texts), *trial_fields,
              "facility__name", "facility__city", "facility__state", "facility__country", "facility__is_masked")
        .order_by("trial", "position", "pk")
    )  # fmt: skip


def assigned_findings(user) -> FindingQuerySet:
    """The findings of the trials and sites assigned to a user."""
    sites = _directly_assigned_sites(user).values("pk")
    return Finding.objects.filter(Q(trial__in=_assigned_trial_ids(user)) | Q(trial_site__in=sites))


def _assigned_trial_ids(user) -> QuerySet:
    """The ids as a subquery."""
    return Trial.objects.assigned_to(user).order_by().values("pk")


def _directly_assigned_sites(user) -> QuerySet[TrialSite]:
    return TrialSite.objects.assigned_to(user).order_by()
