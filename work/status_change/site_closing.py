"""Sites whose status no longer matches the overall status, with the forms that update them.

A change of the overall status does not change site statuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from common.form_fields import VersionField
from common.partial_dates import compare_at_coarser
from common.partial_dates.forms import PartialDateFormField
from history.optimistic_locking import StaleVersion
from sites.choices import SiteStatus
from sites.forms import ACCEPT_LABEL, ACCEPTABLE_WARNINGS, REASON_HELP, REASON_RULES, ReasonField, require_reason
from sites.models import TrialSite
from sites.rules import matches_overall_status
from sites.services import change_status
from sites.status_transitions import Authority, check_transition, next_statuses
from trials.choices import OverallStatus
from trials.models import Trial

S = SiteStatus
ENDED_STATUSES = frozenset({OverallStatus.COMPLETED, OverallStatus.TERMINATED})

#: The date fields of intermediate statuses.
DATE_FIELD_BY_STATUS = {SiteStatus.RECRUITING: "opened_on", SiteStatus.ACTIVE_NOT_RECRUITING: "stopped_on"}
MISSING_STATUS_RULE = "no-status-in-between-is-missing"
DATE_REQUIRED_TEXT, DATE_NOT_APPLICABLE_TEXT = (
    "Enter this date.",
    "Leave blank: not needed for this status.",
)


@dataclass(frozen=True, slots=True)
class ClosingOption:
    """A site, the statuses it can change to, and the suggested one; blank if its status is final."""

    site: TrialSite
    offered: Sequence[SiteStatus]
    suggested: str

    @property
    def intermediate_statuses(self) -> set[str]:
        """The intermediate statuses on the way to any of the offered ones."""
        return {missing for status in self.offered for missing in steps_between(self.site.status, status)}


def closing_options(trial: Trial, authority: Authority) -> list[ClosingOption]:
    """The sites to update, in the order of the record. One query."""
    sites = trial.trial_sites.select_related("facility", "trial").order_by("position", "pk")
    return [
        closing_option(site, authority)
        for site in sites
        if not matches_overall_status(trial.overall_status, site.status)
    ]


def closing_option(site: TrialSite, authority: Authority) -> ClosingOption:
    overall = site.trial.overall_status
    offered = [status for status in next_statuses(site, authority) if matches_overall_status(overall, status)]
    return ClosingOption(site, offered, _suggested(overall, site.status, offered))


def default_date(option: ClosingOption, *, today: date) -> str:
    """The default effective date: the actual completion date of an ended trial if it has passed, otherwise today.

    Today too if the site's current status began later than that.
    """
    trial, since = option.site.trial, option.site.status_since
    completed = (
        trial.completion_on if trial.overall_status in ENDED_STATUSES and trial.completion_type == "ACTUAL" else None
    )
    if not completed or completed.last_day > today or (since and compare_at_coarser(since, completed) > 0):
        return today.isoformat()
    return str(completed)


def steps_between(start: str, to: str) -> tuple[str, ...]:
    """The statuses between `start` and `to`, in order: required, or optional for an unusual change."""
    return check_transition(start, to).missing


def _suggested(overall: str, status: str, offered: Sequence[SiteStatus]) -> str:
    """Withdrawn for a site that never opened, otherwise the trial's overall status."""
    preferred = S.WITHDRAWN if status == S.NOT_YET_RECRUITING else overall
    return preferred if preferred in offered else next(iter(offered), "")


class SharedFieldsForm(forms.Form):
    """The fields shared by all selected sites."""

    why = ReasonField(max_length=1_000, help_text=REASON_HELP)
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)

    def offer_to_accept(self) -> None:
        self.fields["accept_warnings"].widget = forms.CheckboxInput()


class SiteStatusForm(forms.Form):
    """One site, with the dates on which it opened and stopped enrolling if an offered status needs them."""

    chosen = forms.BooleanField(required=False)
    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Effective date", help_text=" ")
    opened_on = PartialDateFormField(label="Began recruiting on", required=False, help_text=" ")
    stopped_on = PartialDateFormField(label="Stopped enrolling on", required=False, help_text=" ")
    version = VersionField()

    def __init__(self, data, *, option: ClosingOption, today: date):
        self.option, self.site = option, option.site
        day = default_date(option, today=today)
        stops = SiteStatus.ACTIVE_NOT_RECRUITING in steps_between(option.site.status, option.suggested)
        initial = {
            "chosen": bool(option.suggested), "to": option.suggested, "effective_on": day, "opened_on": "",
            "stopped_on": day if stops else "", "version": option.site.version,
        }  # fmt: skip
        is_listed = data is not None and f"site-{option.site.pk}-version" in data
        super().__init__(data if is_listed else None, prefix=f"site-{option.site.pk}", initial=initial)
        self.fields["to"].choices = [(status.value, status.label) for status in option.offered]
        self.fields["chosen"].label = f"Change {option.site.facility.title}"
        for name in (
            DATE_FIELD_BY_STATUS[status]
            for status in DATE_FIELD_BY_STATUS
            if status not in option.intermediate_statuses
        ):
            del self.fields[name]
        for name in {"to", "effective_on", *DATE_FIELD_BY_STATUS.values()} & set(self.fields):
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label}, {option.site.facility.title}"

    @property
    def is_selected(self) -> bool:
        return self.is_bound and bool(self["chosen"].value())

    def clean(self):
        cleaned = super().clean()
        steps = steps_between(self.site.status, cleaned.get("to", ""))
        for name in (
            DATE_FIELD_BY_STATUS[status] for status in self.option.intermediate_statuses if status not in steps
        ):
            if cleaned.get(name) and name in self.changed_data:
                self.add_error(name, DATE_NOT_APPLICABLE_TEXT)
        return cleaned

    def change(self, *, author: str, authority: Authority, shared: SharedFieldsForm) -> bool:
        """Save the change; returns whether the site is up to date, otherwise the form has the errors."""
        if self["version"].value() != str(self.site.version):
            return self._handle_stale(self.site)
        if not self.is_valid():
            return False
        try:
            self._change(author, authority, shared.cleaned_data)
        except StaleVersion as error:
            return self._handle_stale(error.current)
        except ValidationError as error:
            self._refuse(error, shared)
        return not self.errors

    def _refuse(self, error: ValidationError, shared: SharedFieldsForm) -> None:
        for message in error.error_list:
            self.add_error(None, message)
            if message.code in ACCEPTABLE_WARNINGS:
                shared.offer_to_accept()
            if message.code in REASON_RULES:
                require_reason(shared)
            if message.code == MISSING_STATUS_RULE:
                for name in self._required_dates():
                    if not self[name].value():
                        self.add_error(name, DATE_REQUIRED_TEXT)

    def _required_dates(self) -> list[str]:
        return [DATE_FIELD_BY_STATUS[status] for status in steps_between(self.site.status, self["to"].value())]

    def _change(self, author: str, authority: Authority, shared_data: dict) -> None:
        data = self.cleaned_data
        days = [(status, data[DATE_FIELD_BY_STATUS[status]]) for status in steps_between(self.site.status, data["to"])]
        change_status(
            self.site, to=data["to"], effective_on=data["effective_on"], version=data["version"], author=author,
            authority=authority, interim=[(status, day) for status, day in days if day], reason=shared_data["why"],
            accept_warnings=shared_data["accept_warnings"],
        )  # fmt: skip

    def _handle_stale(self, current) -> bool:
        if matches_overall_status(self.site.trial.overall_status, current.status):
            return True
        self.add_error(
            None,
            f"Another user changed this site. Its status is now {current.get_status_display().lower()}. "
            "Check it and save again.",
        )
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        return False
