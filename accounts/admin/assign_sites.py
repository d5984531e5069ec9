"""Admin pages that assign the sites of a facility or a list to a user, and hand over assignments to another user."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path

from accounts.admin.site_list_parser import read_site_list, sites_of_facilities
from accounts.models import Assignment, AssignmentKind, User
from accounts.services import (
    assign_sites,
    assignments_to_hand_over,
    hand_over_assignments,
    planned_assignments,
    planned_handover,
)
from common import dates
from common.admin import ValidatingAutocompleteSelect
from common.form_fields import parse_whole_number
from common.partial_dates.forms import DayFormField
from common.spreadsheets.table import TableError
from sites.models import Facility, TrialSite

APPLY, PREVIEW = "apply", "preview"


class SteppedForm(forms.Form):
    """A form with a preview; the reason is required when it is applied."""

    why = forms.CharField(
        label="Reason for change",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Saved in the audit trail. Required to save, not for the preview.",
    )

    @property
    def is_applied(self) -> bool:
        return self.data.get("step") == APPLY

    def clean_why(self) -> str:
        why = self.cleaned_data["why"]
        if self.is_applied and not why:
            raise ValidationError("Enter a reason.", code="required")
        return why


class SitesForm(SteppedForm):
    """The sites of a facility or a list, the period and the reason; `sites` are the matched sites."""

    facility = forms.ModelChoiceField(Facility.objects.all(), label="Facility", required=False)
    pasted = forms.CharField(
        label="List of sites",
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One site per line: a site number, a facility (all its sites), or a trial and a facility in two "
        "columns. You can also paste a table with headings.",
    )
    starts_on = DayFormField(label="First day")
    ends_on = DayFormField(label="Last day", required=False, help_text="Optional. Leave blank if unknown.")
    field_order = ["facility", "pasted", "starts_on", "ends_on", "why"]

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        self.sites: list[TrialSite] = []
        self.fields["facility"].widget = widget = ValidatingAutocompleteSelect(
            TrialSite._meta.get_field("facility"), admin_site
        )
        widget.choices = self.fields["facility"].choices

    def clean_pasted(self) -> str:
        text = self.cleaned_data["pasted"]
        if text:
            try:
                site_list = read_site_list(text)
            except TableError as error:
                raise ValidationError(str(error), code="unreadable") from None
            if site_list.problems:
                raise ValidationError([ValidationError(text, code="unknown-site") for text in site_list.problems])
            self.sites += site_list.sites
        return text

    def clean(self):
        cleaned = super().clean()
        if facility := cleaned.get("facility"):
            self.sites += sites_of_facilities([facility.pk])
        self.sites = list({site.pk: site for site in self.sites}.values())
        if not self.sites and not self.errors:
            raise ValidationError(
                "No sites. Choose a facility with a site in a trial, or paste a list.", code="no-site"
            )
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "An assignment cannot end before it starts.")
        return cleaned

    def planned_changes(self, user):
        """The changes that saving would make, for the preview."""
        days = {name: self.cleaned_data[name] for name in ("starts_on", "ends_on")}
        kind = AssignmentKind.SITE_COORDINATOR
        return planned_assignments(
            user, [Assignment(user=user, kind=kind, trial_site=one, **days) for one in self.sites]
        )


class HandoverForm(SteppedForm):
    """The successor, the first day and the reason."""

    successor = forms.ModelChoiceField(
        User.objects.filter(is_active=True, partner__isnull=True),
        label="New coordinator",
        error_messages={"invalid_choice": "Choose a user who can sign in."},
    )
    on = DayFormField(
        label="First day for the new coordinator", help_text="The present coordinator's last day is the day before."
    )
    field_order = ["successor", "on", "why"]

    def __init__(self, *args, admin_site, leaver, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        field.queryset = field.queryset.exclude(pk=leaver.pk)
        field.widget = ValidatingAutocompleteSelect(Assignment._meta.get_field("user"), admin_site)
        field.widget.choices = field.choices


class AssignmentViewsMixin:
    """Views of UserAdmin that assign sites and hand over assignments."""

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/sites/", view(self.assign_view), name="accounts_user_sites"),
            path("<int:pk>/handover/", view(self.handover_view), name="accounts_user_handover"),
        ]
        return [*own, *super().get_urls()]

    def assign_view(self, request, pk):
        """Assigns the sites of a facility or a list, after a preview."""
        user = self._user(request, pk)
        form = SitesForm(request.POST or None, admin_site=self.admin_site, initial={"starts_on": dates.today()})
        selected, plan = _keys(request, "site"), None
        if form.is_valid():
            plan = form.planned_changes(user)
            if form.is_applied and not selected:
                form.add_error(None, "Select at least one site.")
            elif form.is_applied:
                return self._assign(request, user, form, selected)
        context = {"form": form, "plan": plan, "selected": selected or _sites_of(plan)}
        return self._page(request, user, "admin/assign_sites.html", "Assign sites", context)

    def _assign(self, request, user, form, selected):
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        sites = [site for site in form.sites if site.pk in selected]
        why = form.cleaned_data["why"]
        changes = assign_sites(user, sites=sites, **days, author=request.user.actor, reason=why)
        messages.success(request, _changes_message(changes, str(user)))
        return redirect("admin:accounts_user_change", user.pk)

    def handover_view(self, request, pk):
        """Hands over a coordinator's assignments to another user from a day, after a preview."""
        leaver = self._user(request, pk)
        initial = {"on": dates.today()}
        form = HandoverForm(request.POST or None, admin_site=self.admin_site, leaver=leaver, initial=initial)
        selected, plan = _keys(request, "assignment"), None
        if form.is_valid():
            on, successor = form.cleaned_data["on"], form.cleaned_data["successor"]
            to_hand_over = assignments_to_hand_over(leaver, on=on).filter(pk__in=selected)
            if not form.is_applied:
                plan = planned_handover(to_hand_over, successor, on=on)
            elif self._hand_over(request, leaver, form, selected):
                return redirect("admin:accounts_user_change", successor.pk)
        assignments = list(assignments_to_hand_over(leaver, on=dates.today()))
        if not form.is_bound:
            selected = {one.pk for one in assignments}
        context = {"form": form, "assignments": assignments, "selected": selected, "plan": plan}
        return self._page(request, leaver, "admin/hand_over.html", "Hand over assignments", context)

    def _hand_over(self, request, leaver, form, selected) -> bool:
        on, successor = form.cleaned_data["on"], form.cleaned_data["successor"]
        why = form.cleaned_data["why"]
        try:
            changes = hand_over_assignments(
                leaver, successor, assignments=selected, on=on, author=request.user.actor, reason=why
            )
        except ValidationError as error:
            form.add_error(None, error)
            return False
        messages.success(request, _changes_message(changes, str(successor)))
        return True

    def _user(self, request, pk) -> User:
        user = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, user):
            raise Http404
        return user

    def _page(self, request, user, template, title, context):
        media = self.media + context["form"].media
        page = {"title": title, "subtitle": str(user), "original": user, "opts": self.opts, "media": media}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **page, **context})


def _keys(request, name: str) -> set[int]:
    return {key for text in request.POST.getlist(name) if (key := parse_whole_number(text)) is not None}


def _sites_of(plan) -> set[int]:
    return {one.trial_site_id for one in plan.created} if plan else set()


def _changes_message(changes, name: str) -> str:
    created, already = len(changes.created), len(changes.already_assigned)
    text = f"{created} assignment{'' if created == 1 else 's'} added for {name}."
    return f"{text} {already} already existed." if already else text
