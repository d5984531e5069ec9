"""What somebody looks after: never more than they may edit, and for administrators only what is assigned to them."""

from django.db.models import Q, QuerySet

from common.permissions import reads_everything
from sites.models import TrialSite
from trials.models import Trial
from work.models import Finding
from work.querysets import FindingQuerySet

#: What a list tells of a trial; its texts stay where they are.
TRIAL_LIST_FIELDS = (
    "nct_id", "org_study_id", "brief_title", "official_title", "acronym", "overall_status", "last_known_status",
    "is_public", "completion_on", "primary_completion_on", "verified_on",
)  # fmt: skip


def assigned_trials(user) -> QuerySet[Trial]:
    """The trials that a user coordinates: what is assigned to somebody today they may edit."""
    return Trial.objects.filter(pk__in=_assigned_trial_ids(user))


def assigned_sites(user) -> QuerySet[TrialSite]:
    """The sites that a user looks after, themselves or as the trial's coordinator, with trial and facility."""
    own = Q(pk__in=_directly_assigned_sites(user).values("pk")) | Q(trial__in=_assigned_trial_ids(user))
    told = [f"trial__{name}" for name in TRIAL_LIST_FIELDS]
    long_texts = ("internal_note", "printed_overrides")
    return (
        TrialSite.objects.filter(own)
        .select_related("trial", "facility")
        .only(*(field.name for field in TrialSite._meta.concrete_fields if field.name not in long_texts), *told,
              "facility__name", "facility__city", "facility__state", "facility__country", "facility__is_masked")
        .order_by("trial", "position", "pk")
    )  # fmt: skip


def trials_with_assignments(user) -> QuerySet[Trial]:
    """The trials of whatever a user looks after."""
    return Trial.objects.filter(
        Q(pk__in=_assigned_trial_ids(user)) | Q(pk__in=_directly_assigned_sites(user).values("trial"))
    )


def trials_with_visible_findings(user) -> QuerySet[Trial]:
    """The trials of which a user may read what the rules say: where they may edit something; who reads all, all."""
    if reads_everything(user):
        return Trial.objects.all()
    of_sites = TrialSite.objects.editable_by(user).order_by().values("trial")
    return Trial.objects.filter(Q(pk__in=Trial.objects.editable_by(user).values("pk")) | Q(pk__in=of_sites))


def assigned_findings(user) -> FindingQuerySet:
    """What the rules found at whatever a user looks after."""
    sites = _directly_assigned_sites(user).values("pk")
    return Finding.objects.filter(Q(trial__in=_assigned_trial_ids(user)) | Q(trial_site__in=sites))


def _assigned_trial_ids(user) -> QuerySet:
    """As a subquery: the ids."""
    return Trial.objects.assigned_to(user).order_by().values("pk")


def _directly_assigned_sites(user) -> QuerySet[TrialSite]:
    return TrialSite.objects.assigned_to(user).order_by()
