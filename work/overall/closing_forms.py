"""Many sites on one page: each with its next status and dates, ticked or not."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from history.versioning import StaleVersion
from sites.forms import ASKING
from sites.rules import goes_with
from sites.services import change_status
from sites.transitions import Authority
from trials.partial_dates.forms import PartialDateFormField
from work.overall.closing import BETWEEN, Way, lies_between


class TogetherForm(forms.Form):
    """What is said of all the ticked sites."""

    why = forms.CharField(label="Why", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    accept_warnings = forms.BooleanField(label="Yes, this is what happened", required=False, widget=forms.HiddenInput)

    def offer_to_accept(self) -> None:
        self.fields["accept_warnings"].widget = forms.CheckboxInput()


class SiteForm(forms.Form):
    """One site; `between_on` where it stops enrolling before it ends."""

    chosen = forms.BooleanField(required=False)
    to = forms.ChoiceField(label="New status")
    effective_on = PartialDateFormField(label="Since", help_text=" ")
    between_on = PartialDateFormField(label="Stopped enrolling on", required=False, help_text=" ")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data, *, way: Way, today: date):
        self.way, self.site = way, way.site
        day = today.isoformat()
        initial = {
            "chosen": bool(way.suggested), "to": way.suggested, "effective_on": day, "between_on": day,
            "version": way.site.version,
        }  # fmt: skip
        is_listed = data is not None and f"site-{way.site.pk}-version" in data
        super().__init__(data if is_listed else None, prefix=f"site-{way.site.pk}", initial=initial)
        self.fields["to"].choices = [(status.value, status.label) for status in way.offered]
        self.fields["chosen"].label = f"Change {way.site.facility.title}"
        if not way.asks_between:
            del self.fields["between_on"]
        for name in {"to", "effective_on", "between_on"} & set(self.fields):
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label}, {way.site.facility.title}"

    @property
    def is_asked(self) -> bool:
        return self.is_bound and bool(self["chosen"].value())

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
            for message in error.error_list:
                self.add_error(None, message)
                if message.code in ASKING:
                    together.offer_to_accept()
        return not self.errors

    def _change(self, author: str, authority: Authority, said: dict) -> None:
        asked = self.cleaned_data
        between_on = asked.get("between_on") if lies_between(self.site.status, asked["to"]) else None
        change_status(
            self.site, to=asked["to"], effective_on=asked["effective_on"], version=asked["version"], author=author,
            authority=authority, interim=[(BETWEEN, between_on)] if between_on else (), reason=said["why"],
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
