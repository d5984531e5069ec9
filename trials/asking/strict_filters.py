"""Filter sets that refuse what they do not know: a mistyped parameter is an error, not an unfiltered list."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django_filters import FilterSet

from common.text import is_blank

UNKNOWN_PARAMETER = "Unknown parameter."
GIVEN_TWICE = "Give this parameter once."


class StrictForm(forms.Form):
    """Refuses parameters without a field, and several values where one is meant."""

    def full_clean(self):
        super().full_clean()
        if not self.is_bound:
            return
        for name, values in self.data.lists():
            if name not in self.fields:
                self.refuse(name, UNKNOWN_PARAMETER)
            elif len(values) > 1 and not isinstance(self.fields[name], forms.MultipleChoiceField):
                self.refuse(name, GIVEN_TWICE)

    def refuse(self, name: str, message: str) -> None:
        """Not by `add_error`, which knows only the form's own fields."""
        self._errors[name] = self.error_class([message], renderer=self.renderer)
        self.cleaned_data.pop(name, None)


class StrictFilterSet(FilterSet):
    """Filters for a query (`data`), apart from the parameters of the page itself (`without`: cursor, size, order).

    Blank values, as forms of pages send them, are no values. `errors` are by parameter. `user` is who asks, for
    filters that look at other rows. Only the filters that are asked for are made, because making all of them costs more
    than answering; `field_of` gives the field of any.
    """

    class Meta:
        form = StrictForm

    def __init__(self, data, queryset, *, without: tuple[str, ...] = (), user=None, **kwargs):
        asked = self._asked(data, without)
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in asked}
        super().__init__(asked, queryset, **kwargs)
        self.user = user

    @classmethod
    def field_of(cls, name: str) -> forms.Field | None:
        """The form field of a filter, asked for or not; None when there is no such filter."""
        known = cls.base_filters.get(name)
        return known and known.field

    def refuse(self, name: str, message: str) -> None:
        """An error of what belongs to the page, beside the filters' own."""
        self.form.errors[name] = self.form.error_class([message], renderer=self.form.renderer)

    @staticmethod
    def _asked(data, without):
        asked = data.copy()
        for name, values in data.lists():
            kept = [value for value in values if not is_blank(value)]
            if name in without or (values and not kept):
                del asked[name]
            else:
                asked.setlist(name, kept)
        return asked

    @property
    def is_narrowing(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.data)


class TextsField(forms.MultipleChoiceField):
    """Any texts; the page may offer choices, the filter takes others too."""

    def validate(self, value):
        for text in value:
            ProhibitNullCharactersValidator()(text)

    def valid_value(self, value):
        return True
