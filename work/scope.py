"""What somebody looks after: never more than they may edit, and for administrators only what is assigned to them."""

from django.db.models import Q, QuerySet

from sites.models import TrialSite
from trials.models import Trial

#: What a list tells of a trial; its texts stay where they are.
TOLD_OF_A_TRIAL = ("nct_id", "org_study_id", "brief_title", "official_title", "acronym", "overall_status", "is_public")


def trials_of(user) -> QuerySet[Trial]:
    """The trials that a user coordinates."""
    return Trial.objects.editable_by(user).filter(pk__in=Trial.objects.assigned_to(user).values("pk"))


def sites_of(user) -> QuerySet[TrialSite]:
    """The sites that a user looks after, themselves or as the trial's coordinator, with trial and facility."""
    own = Q(pk__in=TrialSite.objects.assigned_to(user).values("pk")) | Q(trial__in=trials_of(user).values("pk"))
    told = [f"trial__{name}" for name in TOLD_OF_A_TRIAL]
    long_texts = ("internal_note", "listed_as")
    return (
        TrialSite.objects.editable_by(user)
        .filter(own)
        .select_related("trial", "facility")
        .only(*(field.name for field in TrialSite._meta.concrete_fields if field.name not in long_texts), *told,
              "facility__name", "facility__city", "facility__state", "facility__country", "facility__is_masked")
        .order_by("trial", "position", "pk")
    )  # fmt: skip
