"""Narrowing the history of one row: by who, by field, by day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.timezone import make_aware

from history.related_trail import RelatedEntry


class TrailFilter(forms.Form):
    """Choices are what the history holds; a day is one of the installation's time zone."""

    who = forms.ChoiceField(label="Changed by", required=False)
    field = forms.ChoiceField(label="Field", required=False)
    first_day = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data, entries: list[RelatedEntry], names: dict[str, str]):
        super().__init__(data or None)
        self.entries = entries
        actors = sorted({told.entry.actor for told in entries}, key=lambda actor: names.get(actor) or "")
        fields = sorted({change.field for told in entries for change in told.entry.changes}, key=str.casefold)
        self.fields["who"].choices = [("", "Anybody"), *((actor, names.get(actor) or "Not known") for actor in actors)]
        self.fields["field"].choices = [("", "Any field"), *((name, name.capitalize()) for name in fields)]

    def clean(self):
        asked = super().clean()
        first_day, last_day = asked.get("first_day"), asked.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", "The last day is before the first.")
        return asked

    @property
    def is_needed(self) -> bool:
        return len(self.entries) > 1

    @property
    def is_active(self) -> bool:
        return bool(self.data) and any(self.data.get(name) for name in self.fields)

    def filtered_entries(self) -> list[RelatedEntry]:
        """Of a wrong question, all; the form says what is wrong."""
        if not self.is_active or not self.is_valid():
            return self.entries
        found = (told for told in self.entries if self._matches(told))
        name = self.cleaned_data["field"]
        return [_with_one_field(told, name) for told in found] if name else list(found)

    def _matches(self, related_entry: RelatedEntry) -> bool:
        asked = self.cleaned_data
        first_day, last_day = asked["first_day"], asked["last_day"]
        return (
            asked["who"] in ("", related_entry.entry.actor)
            and (not asked["field"] or any(change.field == asked["field"] for change in related_entry.entry.changes))
            and (not first_day or related_entry.when >= _midnight(first_day))
            and (not last_day or related_entry.when < _midnight(last_day + timedelta(days=1)))
        )


def _midnight(day: date) -> datetime:
    """The first moment of a day in the installation's time zone."""
    return make_aware(datetime.combine(day, time.min))


def _with_one_field(related_entry: RelatedEntry, name: str) -> RelatedEntry:
    changes = [change for change in related_entry.entry.changes if change.field == name]
    return related_entry._replace(entry=replace(related_entry.entry, changes=changes))
