"""Filter form of a history page: by user, field and date."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.timezone import make_aware

from history.related_trail import RelatedEntry


class TrailFilter(forms.Form):
    """Choices are the values in the history; days are in the installation's time zone."""

    who = forms.ChoiceField(label="Changed by", required=False)
    field = forms.ChoiceField(label="Field", required=False)
    first_day = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data, entries: list[RelatedEntry], names: dict[str, str]):
        super().__init__(data or None)
        self.entries = entries
        actors = sorted(
            {related_entry.entry.actor for related_entry in entries}, key=lambda actor: names.get(actor) or ""
        )
        fields = sorted(
            {change.field for related_entry in entries for change in related_entry.entry.changes}, key=str.casefold
        )
        self.fields["who"].choices = [("", "Any user"), *((actor, names.get(actor) or "Unknown") for actor in actors)]
        self.fields["field"].choices = [("", "Any field"), *((name, name.capitalize()) for name in fields)]

    def clean(self):
        cleaned = super().clean()
        first_day, last_day = cleaned.get("first_day"), cleaned.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", "The last day is before the first day.")
        return cleaned

    @property
    def is_needed(self) -> bool:
        return len(self.entries) > 1

    @property
    def is_active(self) -> bool:
        return bool(self.data) and any(self.data.get(name) for name in self.fields)

    def filtered_entries(self) -> list[RelatedEntry]:
        """The matching entries; all entries when the form is invalid."""
        if not self.is_active or not self.is_valid():
            return self.entries
        matches = (related_entry for related_entry in self.entries if self._matches(related_entry))
        name = self.cleaned_data["field"]
        return [_with_one_field(related_entry, name) for related_entry in matches] if name else list(matches)

    def _matches(self, related_entry: RelatedEntry) -> bool:
        criteria = self.cleaned_data
        first_day, last_day = criteria["first_day"], criteria["last_day"]
        return (
            criteria["who"] in ("", related_entry.entry.actor)
            and (
                not criteria["field"]
                or any(change.field == criteria["field"] for change in related_entry.entry.changes)
            )
            and (not first_day or related_entry.when >= _midnight(first_day))
            and (not last_day or related_entry.when < _midnight(last_day + timedelta(days=1)))
        )


def _midnight(day: date) -> datetime:
    """Midnight at the start of a day in the installation's time zone."""
    return make_aware(datetime.combine(day, time.min))


def _with_one_field(related_entry: RelatedEntry, name: str) -> RelatedEntry:
    changes = [change for change in related_entry.entry.changes if change.field == name]
    return related_entry._replace(entry=replace(related_entry.entry, changes=changes))
