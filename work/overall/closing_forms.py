"""Many sites on one page: each with its next status and dates, ticked or not."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from common.number_fields import VersionField
from history.versioning import StaleVersion
from sites.codes import SiteStatus
from sites.forms import ACCEPT_LABEL, ASKING, REASON_HELP, REASON_RULES, ReasonField
from sites.rules import goes_with
from sites.services import change_status
from sites.transitions import Authority
from trials.partial_dates.forms import PartialDateFormField
from work.overall.closing import Way, between, prefilled_day

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
