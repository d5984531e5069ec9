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
from sites.forms import ACCEPT_LABEL, ASKING, REASON_HELP, REASON_RULES, ReasonField
from sites.models import TrialSite
from sites.rules import goes_with
from sites.services import change_status
from sites.status_transitions import Authority, check_transition, next_statuses
from trials.choices import OverallStatus
from trials.models import Trial

S = SiteStatus
ENDED = frozenset({OverallStatus.COMPLETED, OverallStatus.TERMINATED})


@dataclass(frozen=True, slots=True)
class Way:
    """One site, the statuses to which it may go on, and the one to suggest; none where no ordinary change leads on."""

    site: TrialSite
    offered: Sequence[SiteStatus]
    suggested: str

    @property
    def between(self) -> set[str]:
        """The statuses over which one of them is reached."""
        return {missing for status in self.offered for missing in between(self.site.status, status)}


def ways_of(trial: Trial, authority: Authority) -> list[Way]:
    """One query. In the order of the record."""
    sites = trial.trial_sites.select_related("facility", "trial").order_by("position", "pk")
    return [way_of(site, authority) for site in sites if not goes_with(trial.overall_status, site.status)]


def way_of(site: TrialSite, authority: Authority) -> Way:
    overall = site.trial.overall_status
    offered = [status for status in next_statuses(site, authority) if goes_with(overall, status)]
    return Way(site, offered, _suggested(overall, site.status, offered))


def prefilled_day(way: Way, *, today: date) -> str:
    """Since when the suggested status is likely so: the day of an ended trial's completion if that has passed.

    A site whose present status began later than that gets today.
    """
    trial, since = way.site.trial, way.site.status_since
    completed = trial.completion_on if trial.overall_status in ENDED and trial.completion_type == "ACTUAL" else None
    if not completed or completed.last_day > today or (since and compare_at_coarser(since, completed) > 0):
        return today.isoformat()
    return str(completed)


def between(start: str, to: str) -> tuple[str, ...]:
    """What comes after `start` and before `to`, in its order."""
    return check_transition(start, to).missing


def _suggested(overall: str, status: str, offered: Sequence[SiteStatus]) -> str:
    """A site that never opened is withdrawn; another one ends as its trial does."""
    wanted = S.WITHDRAWN if status == S.NOT_YET_RECRUITING else overall
    return wanted if wanted in offered else next(iter(offered), "")


#: When what lies between began, by status.
DAYS = {SiteStatus.RECRUITING: "opened_on", SiteStatus.ACTIVE_NOT_RECRUITING: "stopped_on"}
MISSING = "no-status-in-between-is-missing"
NEEDED, NOT_NEEDED = "Give this date too.", "This does not come before the new status: leave it blank."


class TogetherForm(forms.Form):
    """What is said of all the ticked sites."""

    why = ReasonField(max_length=1_000, help_text=REASON_HELP)
    accept_warnings = forms.BooleanField(label=ACCEPT_LABEL, required=False, widget=forms.HiddenInput)

    def offer_to_accept(self) -> None:
        self.fields["accept_warnings"].widget = forms.CheckboxInput()


class SiteForm(forms.Form):
    """One site; with the days on which it opened and stopped enrolling, where these come before one of its ways on."""

    chosen = forms.BooleanField(required=False)
    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Since", help_text=" ")
    opened_on = PartialDateFormField(label="Began recruiting on", required=False, help_text=" ")
    stopped_on = PartialDateFormField(label="Stopped enrolling on", required=False, help_text=" ")
    version = VersionField()

    def __init__(self, data, *, way: Way, today: date):
        self.way, self.site = way, way.site
        day = prefilled_day(way, today=today)
        stops = SiteStatus.ACTIVE_NOT_RECRUITING in between(way.site.status, way.suggested)
        initial = {
            "chosen": bool(way.suggested), "to": way.suggested, "effective_on": day, "opened_on": "",
            "stopped_on": day if stops else "", "version": way.site.version,
        }  # fmt: skip
        is_listed = data is not None and f"site-{way.site.pk}-version" in data
        super().__init__(data if is_listed else None, prefix=f"site-{way.site.pk}", initial=initial)
        self.fields["to"].choices = [(status.value, status.label) for status in way.offered]
        self.fields["chosen"].label = f"Change {way.site.facility.title}"
        for name in (DAYS[status] for status in DAYS if status not in way.between):
            del self.fields[name]
        for name in {"to", "effective_on", *DAYS.values()} & set(self.fields):
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label}, {way.site.facility.title}"

    @property
    def is_asked(self) -> bool:
        return self.is_bound and bool(self["chosen"].value())

    def clean(self):
        cleaned = super().clean()
        needed = between(self.site.status, cleaned.get("to", ""))
        for name in (DAYS[status] for status in self.way.between if status not in needed):
            if cleaned.get(name) and name in self.changed_data:
                self.add_error(name, NOT_NEEDED)
        return cleaned

    def change(self, *, author: str, authority: Authority, together: TogetherForm) -> bool:
        """Whether the site is where it should be now; the form says why not."""
        if self["version"].value() != str(self.site.version):
            return self._meanwhile(self.site)
        if not self.is_valid():
            return False
        try:
            self._change(author, authority, together.cleaned_data)
        except StaleVersion as error:
            return self._meanwhile(error.current)
        except ValidationError as error:
            self._refuse(error, together)
        return not self.errors

    def _refuse(self, error: ValidationError, together: TogetherForm) -> None:
        for message in error.error_list:
            self.add_error(None, message)
            if message.code in ASKING:
                together.offer_to_accept()
            if message.code in REASON_RULES:
                together.fields["why"].require()
            if message.code == MISSING:
                for name in self._days_needed():
                    if not self[name].value():
                        self.add_error(name, NEEDED)

    def _days_needed(self) -> list[str]:
        return [DAYS[status] for status in between(self.site.status, self["to"].value())]

    def _change(self, author: str, authority: Authority, said: dict) -> None:
        asked = self.cleaned_data
        days = [(status, asked[DAYS[status]]) for status in between(self.site.status, asked["to"])]
        change_status(
            self.site, to=asked["to"], effective_on=asked["effective_on"], version=asked["version"], author=author,
            authority=authority, interim=[(status, day) for status, day in days if day], reason=said["why"],
            accept_warnings=said["accept_warnings"],
        )  # fmt: skip

    def _meanwhile(self, current) -> bool:
        if goes_with(self.site.trial.overall_status, current.status):
            return True
        self.add_error(None, f"Changed meanwhile: it is {current.get_status_display().lower()} now. Look again.")
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        return False


def change_all(rows: Iterable[SiteForm], **said) -> tuple[int, int]:
    """Change the ticked ones, each by itself: (how many were changed, how many were refused)."""
    outcomes = [row.change(**said) for row in rows if row.is_asked]
    return outcomes.count(True), outcomes.count(False)
