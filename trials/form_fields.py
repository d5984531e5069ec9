"""Countries as filters take them: under any name, and refused when nobody knows them."""

from django import forms
from django.core.exceptions import ValidationError

from common.countries import nearest_name, present_name
from common.query_params import TextsField
from trials.models import Trial

ANY_NAME = "Its present name or a former one, in upper or lower case."
UNKNOWN_COUNTRY = "No country of this name is known."
LONGEST = 200


def demand_country(name: str) -> None:
    """ValidationError for a name that no table has and no site's address."""
    if name and not present_name(name) and not Trial.objects.filter(trial_sites__facility__country=name).exists():
        nearest = nearest_name(name)
        raise ValidationError(f"{UNKNOWN_COUNTRY} Do you mean “{nearest}”?" if nearest else UNKNOWN_COUNTRY)


class CountryField(forms.CharField):
    """One country."""

    def clean(self, value):
        name = super().clean(value)
        demand_country(name)
        return name


class TypedCountryField(CountryField):
    """A country that is kept: by its present name."""

    def clean(self, value):
        name = super().clean(value)
        return present_name(name) or name


class CountriesField(TextsField):
    """Any of several countries."""

    def validate(self, value):
        super().validate(value)
        for name in value:
            if len(name) > LONGEST:
                raise ValidationError(UNKNOWN_COUNTRY)
            demand_country(name)
