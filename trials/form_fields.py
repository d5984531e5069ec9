"""Form fields for countries: any known name is accepted, an unknown one is an error."""

from django import forms
from django.core.exceptions import ValidationError

from common.countries import canonical_country_name, nearest_name
from common.query_params import FreeMultipleChoiceField
from trials.models import Trial

ANY_NAME = "Its present name or a former one, in upper or lower case."
UNKNOWN_COUNTRY = "Unknown country."
MAX_NAME_LENGTH = 200


def validate_country(name: str) -> None:
    """ValidationError for a name that is neither in the country table nor in any facility's address."""
    if (
        name
        and not canonical_country_name(name)
        and not Trial.objects.filter(trial_sites__facility__country=name).exists()
    ):
        nearest = nearest_name(name)
        raise ValidationError(f"{UNKNOWN_COUNTRY} Do you mean “{nearest}”?" if nearest else UNKNOWN_COUNTRY)


class CountryField(forms.CharField):
    """A single country."""

    def clean(self, value):
        name = super().clean(value)
        validate_country(name)
        return name


class TypedCountryField(CountryField):
    """A country that is stored under its present name."""

    def clean(self, value):
        name = super().clean(value)
        return canonical_country_name(name) or name


class CountriesField(FreeMultipleChoiceField):
    """Several countries."""

    def validate(self, value):
        super().validate(value)
        for name in value:
            if len(name) > MAX_NAME_LENGTH:
                raise ValidationError(UNKNOWN_COUNTRY)
            validate_country(name)
