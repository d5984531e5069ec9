"""Sites that no longer go with their trial's overall status, and the way on for each. Closing a trial closes none.

Many sites on one page: each with its next status and dates, ticked or not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from common.number_fields import VersionField
from common.partial_dates import compare_at_coarser
from common.partial_dates.forms import PartialDateFormField
from history.versioning import StaleVersion
from sites.choices import SiteStatus
from sites.forms import ACCEPT_LABEL, ACCEPTABLE_WARNINGS, REASON_HELP, REASON_RULES, ReasonField
from sites.models import TrialSite
from sites.rules import goes_with
from sites.services import change_status
from sites.status_transitions import Authority, check_transition, next_statuses
from trials.choices import OverallStatus
from trials.models import Trial

S = SiteStatus
ENDED_STATUSES = frozenset({OverallStatus.COMPLETED, OverallStatus.TERMINATED})


@dataclass(frozen=True, slots=True)
class ClosingOption:
    """One site, the statuses to which it may go on, and the one to suggest; none where no ordinary change leads on."""

    site: TrialSite
    offered: Sequence[SiteStatus]
    suggested: str

    @property
    def intermediate_statuses(self) -> set[str]:
        """The statuses over which one of them is reached."""
        return {missing for status in self.offered for missing in required_steps(self.site.status, status)}


def closing_options(trial: Trial, authority: Authority) -> list[ClosingOption]:
    """One query. In the order of the record."""
    sites = trial.trial_sites.select_related("facility", "trial").order_by("position", "pk")
    return [closing_option(site, authority) for site in sites if not goes_with(trial.overall_status, site.status)]


def closing_option(site: TrialSite, authority: Authority) -> ClosingOption:
    overall = site.trial.overall_status
    offered = [status for status in next_statuses(site, authority) if goes_with(overall, status)]
    return ClosingOption(site, offered, _suggested(overall, site.status, offered))


def default_date(option: ClosingOption, *, today: date) -> str:
    """Since when the suggested status is likely so: the day of an ended trial's completion if that has passed.

    A site whose present status began later than that gets today.
    """
    trial, since = option.site.trial, option.site.status_since
    completed = (
        trial.completion_on if trial.overall_status in ENDED_STATUSES and trial.completion_type == "ACTUAL" else None
    )
    if not completed or completed.last_day > today or (since and compare_at_coarser(since, completed) > 0):
        return today.isoformat()
    return str(completed)


def required_steps(start: str, to: str) -> tuple[str, ...]:
    """What comes after `start` and before `to`, in its order."""
    return check_transition(start, to).missing


def _suggested(overall: str, status: str, offered: Sequence[SiteStatus]) -> str:
    """A site that never opened is withdrawn; another one ends as its trial does."""
    wanted = S.WITHDRAWN if status == S.NOT_YET_RECRUITING else overall
    return wanted if wanted in offered else next(iter(offered), "")


#: When what lies between began, by status.
DATE_FIELD_BY_STATUS = {SiteStatus.RECRUITING: "opened_on", SiteStatus.ACTIVE_NOT_RECRUITING: "stopped_on"}
MISSING_STATUS_RULE = "no-status-in-between-is-missing"
DATE_REQUIRED_TEXT, DATE_NOT_APPLICABLE_TEXT = (
    "Give this date too.",
    "This does not come before the new status: leave it blank.",
)


class SharedFieldsForm(forms.Form):
    """What is said of all the ticked sites."""

    why = ReasonField(max_length=1_000, help_text=REASON_HELP)
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)

    def offer_to_accept(self) -> None:
        self.fields["accept_warnings"].widget = forms.CheckboxInput()


class SiteStatusForm(forms.Form):
    """One site; with the days on which it opened and stopped enrolling, where these come before one of its ways on."""

    chosen = forms.BooleanField(required=False)
    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Since", help_text=" ")
    opened_on = PartialDateFormField(label="Began recruiting on", required=False, help_text=" ")
    stopped_on = PartialDateFormField(label="Stopped enrolling on", required=False, help_text=" ")
    version = VersionField()

    def __init__(self, data, *, option: ClosingOption, today: date):
        self.option, self.site = option, option.site
        day = default_date(option, today=today)
        stops = SiteStatus.ACTIVE_NOT_RECRUITING in required_steps(option.site.status, option.suggested)
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
        needed = required_steps(self.site.status, cleaned.get("to", ""))
        for name in (
            DATE_FIELD_BY_STATUS[status] for status in self.option.intermediate_statuses if status not in needed
        ):
            if cleaned.get(name) and name in self.changed_data:
                self.add_error(name, DATE_NOT_APPLICABLE_TEXT)
        return cleaned

    def change(self, *, author: str, authority: Authority, shared: SharedFieldsForm) -> bool:
        """Whether the site is where it should be now; the form says why not."""
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
                shared.fields["why"].require()
            if message.code == MISSING_STATUS_RULE:
                for name in self._required_dates():
                    if not self[name].value():
                        self.add_error(name, DATE_REQUIRED_TEXT)

    def _required_dates(self) -> list[str]:
        return [DATE_FIELD_BY_STATUS[status] for status in required_steps(self.site.status, self["to"].value())]

    def _change(self, author: str, authority: Authority, shared_data: dict) -> None:
        asked = self.cleaned_data
        days = [
            (status, asked[DATE_FIELD_BY_STATUS[status]]) for status in required_steps(self.site.status, asked["to"])
        ]
        change_status(
            self.site, to=asked["to"], effective_on=asked["effective_on"], version=asked["version"], author=author,
            authority=authority, interim=[(status, day) for status, day in days if day], reason=shared_data["why"],
            accept_warnings=shared_data["accept_warnings"],
        )  # fmt: skip

    def _handle_stale(self, current) -> bool:
        if goes_with(self.site.trial.overall_status, current.status):
            return True
        self.add_error(None, f"Changed meanwhile: it is {current.get_status_display().lower()} now. Look again.")
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        return False


def save_selected(rows: Iterable[SiteStatusForm], **options) -> tuple[int, int]:
    """Change the ticked ones, each by itself: (how many were changed, how many were refused)."""
    outcomes = [row.change(**options) for row in rows if row.is_selected]
    return outcomes.count(True), outcomes.count(False)
