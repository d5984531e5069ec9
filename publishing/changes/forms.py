"""The parameters of the pages of changes."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_noop

from common import dates
from common.form_fields import Rfc3339DateTimeField, StrictIntegerField
from common.query_params import StrictForm
from history.authorship import actor_names
from publishing.changes.queries import KIND_LABELS, ChangeFilter, ChangeKind
from sites.models import StatusEvent, TrialSite
from trials.form_fields import CountryField
from trials.models import Trial
from trials.text_search import trial_key

DEFAULT_DAYS = 7


class ChangesForm(StrictForm):
    """Filters; `person`, who made a change, is known only to users who may read authors of some site."""

    since = Rfc3339DateTimeField(label=gettext_noop("Since"), required=False)
    trial = forms.CharField(label=gettext_noop("Trial"), required=False, max_length=30)
    country = CountryField(label=gettext_noop("Country"), required=False, max_length=200)
    kind = forms.MultipleChoiceField(
        label=gettext_noop("Kind of change"),
        required=False,
        choices=[(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    person = forms.CharField(label=gettext_noop("Changed by"), required=False, max_length=80)
    page = StrictIntegerField(label=gettext_noop("Page"), required=False, min_value=1, max_value=1000)

    def __init__(self, data, *, user, has_pages: bool = True):
        super().__init__(data)
        self.user = user
        self.reads_authors = TrialSite.objects.showing_counts_to(user).exists()
        if not self.reads_authors:
            del self.fields["person"]
        if not has_pages:
            del self.fields["page"]

    def clean_since(self) -> datetime:
        """The moment; by default the start of the day a week ago."""
        since = self.cleaned_data["since"]
        if since is None:
            return timezone.make_aware(datetime.combine(dates.today() - timedelta(days=DEFAULT_DAYS), time.min))
        if since > timezone.now():
            raise forms.ValidationError("This is in the future. Enter today or an earlier day.")
        return since

    def clean_trial(self) -> Trial | None:
        text = self.cleaned_data["trial"].strip()
        if not text:
            return None
        trial = Trial.objects.visible_to(self.user).first_by_key(trial_key(text))
        if trial is None:
            raise forms.ValidationError("There is no such trial. Enter its number, for example NCT01234567.")
        return trial

    def clean_person(self) -> str:
        """The key of an author."""
        text = self.cleaned_data["person"].strip()
        return f"user:{text}" if text.isdigit() else text

    def change_filter(self) -> ChangeFilter:
        cleaned = self.cleaned_data
        kinds = frozenset(map(ChangeKind, cleaned["kind"])) or frozenset(ChangeKind)
        return ChangeFilter(
            cleaned["since"], kinds, cleaned["trial"], cleaned["country"] or "", cleaned.get("person", "")
        )

    def person_choices(self) -> list[tuple[str, str]]:
        """Who changed a status of a site whose authors the user may read, in the last year."""
        if not self.reads_authors:
            return []
        sites = TrialSite.objects.showing_counts_to(self.user).order_by().values("pk")
        recent = StatusEvent.objects.filter(trial_site__in=sites, recorded_at__gte=timezone.now() - timedelta(days=365))
        names = actor_names(recent.order_by().values_list("author", flat=True).distinct()[:200])
        return sorted(names.items(), key=lambda item: item[1].casefold())

    def field_of(self, name: str) -> forms.Field | None:
        """The field of a parameter, for `bad_params_response`."""
        return self.fields.get(name)
