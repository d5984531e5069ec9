"""Admin of trials: the trial and its protocol lists on one page."""

from django.contrib import admin, messages
from django.db.models import Count
from django.template.loader import render_to_string

from common import dates
from common.admin import ScopedAdmin, partial_date_column
from common.permissions import UserRole, all_roles
from common.rule_types import Level, Rule
from history.forms import AuditedModelForm
from trials.admin.fieldsets import DERIVED_FIELDS, TRIAL_FIELDSETS
from trials.admin.inlines import INLINES
from trials.choices import NON_SELECTABLE_STATUSES
from trials.models import Trial
from trials.permissions import TRIAL, roles_over_trial
from trials.rule_evaluation import own_violations, related_violations
from trials.text_search import search_trials


class TrialForm(AuditedModelForm):
    """Rules of level ERROR reject the form; other violations are kept in `non_blocking_rules` for after the save.

    A violation that involves sites or contacts rejects the form only when the overall status changes: the rest of a
    trial can be edited while its sites are being corrected.
    """

    class Meta:
        model = Trial
        fields = "__all__"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.non_blocking_rules: list[Rule] = []
        self._limit_status_choices()

    def _limit_status_choices(self) -> None:
        status_field = self.fields.get("overall_status")
        if status_field:
            present = self.instance.overall_status
            status_field.choices = [
                (code, label) for code, label in status_field.choices if code not in NON_SELECTABLE_STATUSES - {present}
            ]

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            self._check_rules()

    def _check_rules(self) -> None:
        today = dates.today()
        results = [(rule, rule.level is Level.ERROR) for rule in own_violations(self.instance, on=today)]
        if self.instance.pk:
            is_status_changed = "overall_status" in self.changed_data
            related = related_violations(self.instance, on=today)
            results += [(rule, is_status_changed and rule.level is Level.ERROR) for rule in related]
        for rule, is_blocking in results:
            if is_blocking:
                self.add_error(self._field_of(rule), rule.text)
            else:
                self.non_blocking_rules.append(rule)

    def _field_of(self, rule: Rule) -> str | None:
        return next((name for name in rule.fields if name in self.fields), None)


LONG_TEXTS = (
    "brief_summary",
    "detailed_description",
    "eligibility_criteria",
    "study_population",
    "why_stopped",
    "ipd_description",
    "ipd_access_criteria",
    "intervention_model_description",
    "masking_description",
    "biospecimen_description",
    "gender_description",
)


@admin.register(Trial)
class TrialAdmin(ScopedAdmin):
    permission_table = TRIAL
    change_form_template = "admin/trial_change_form.html"
    form = TrialForm
    long_texts = LONG_TEXTS
    fieldsets = TRIAL_FIELDSETS
    inlines = INLINES
    trail_related_models = {part.model: "trial" for part in INLINES}
    list_display = ["number", "title", "overall_status", "lead_sponsor", "last_update_posted"]
    list_display_links = ["number", "title"]
    list_filter = ["overall_status", "study_type", "is_public"]
    ordering = ["-last_update_posted_on", "-id"]
    sortable_by = ["last_update_posted"]
    search_fields = ["nct_id", "brief_title", "org_study_id"]
    search_help_text = "NCT number, organization's study ID, or words in the title."
    readonly_fields = [*DERIVED_FIELDS, "sites_of_trial", "contacts_of_trial"]

    last_update_posted = partial_date_column("last_update_posted_on", "last update posted")

    def roles_over(self, user, obj):
        return roles_over_trial(user, obj)

    def roles_over_new(self, user):
        """The creator of a trial becomes its coordinator."""
        added = {UserRole.TRIAL_COORDINATOR} if user.is_manager else ()
        return all_roles(user).union(added)

    def get_queryset(self, request):
        """Long texts are deferred in the list, which shows four columns."""
        trials = super().get_queryset(request)
        return trials.defer(*LONG_TEXTS) if _is_list(request) else trials

    def get_search_results(self, request, queryset, search_term):
        return search_trials(queryset, search_term), False

    def has_view_permission(self, request, obj=None):
        """For users who edit trials or read everything; others use the public pages of their trials."""
        user = request.user
        return super().has_view_permission(request, obj) and (user.coordinates_trials or user.reads_everything)

    def has_add_permission(self, request):
        return self.has_view_permission(request) and request.user.is_manager

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change and not request.user.is_administrator:
            self._assign_creator(obj, request.user)
        for rule in form.non_blocking_rules:
            messages.warning(request, rule.text)

    def _assign_creator(self, trial, user):
        """Assign the creator as trial coordinator from today; otherwise they could not see the trial."""
        trial.assignments.create(user=user, kind="TRIAL_COORDINATOR", starts_on=dates.today(), granted_by=user.actor)

    @admin.display(description="number", ordering="nct_id")
    def number(self, trial):
        return trial.number

    @admin.display(description="sites")
    def sites_of_trial(self, trial):
        if not trial.pk:
            return "Save the trial first."
        field = trial.trial_sites.model._meta.get_field("status")
        counts = trial.trial_sites.order_by("status").values_list("status").annotate(count=Count("pk"))
        labels = dict(field.flatchoices)
        labelled_counts = [(labels.get(status, "No status yet"), count) for status, count in counts]
        return render_to_string("admin/_sites_of_trial.html", {"trial": trial, "counts": labelled_counts})

    @admin.display(description="contacts and officials")
    def contacts_of_trial(self, trial):
        if not trial.pk:
            return "Save the trial first."
        roles = trial.roles.select_related("person")
        return render_to_string("admin/_roles.html", {"roles": roles})

    @admin.display(description="MeSH conditions")
    def condition_mesh_terms(self, trial):
        return _mesh_terms_text(trial.condition_mesh)

    @admin.display(description="MeSH condition ancestors")
    def condition_ancestor_terms(self, trial):
        return _mesh_terms_text(trial.condition_ancestors)

    @admin.display(description="MeSH interventions")
    def intervention_mesh_terms(self, trial):
        return _mesh_terms_text(trial.intervention_mesh)

    @admin.display(description="MeSH intervention ancestors")
    def intervention_ancestor_terms(self, trial):
        return _mesh_terms_text(trial.intervention_ancestors)


def _mesh_terms_text(mesh: list[dict]) -> str:
    return ", ".join(term.get("term") or term.get("id", "") for term in mesh) or "None"


def _is_list(request) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in {"trials_trial_changelist", "autocomplete"}
