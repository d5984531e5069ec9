"""Field types that the modules of the schema share."""

from typing import Annotated, Any, Literal

from django.db.models import TextChoices
from msgspec import Meta, Struct

from common.partial_dates.value import PATTERN as ANY_DATE


class Part(Struct, rename="camel", gc=False, omit_defaults=True):
    """An object of a record. A missing value is "", [], None or an empty part, so that every path is valid."""


def one_of(choices: type[TextChoices]) -> Any:
    """The type of one of the registry's codes."""
    return Literal[(*choices.values,)]


def code(choices: type[TextChoices]) -> Any:
    """The type of a field that holds one of the registry's codes, or "" when the record has none."""
    return Literal[(*choices.values, "")]


# `\Z` instead of the database pattern's `$`: in Python, `$` also matches before a final line break.
PartialDate = Annotated[str, Meta(pattern=ANY_DATE.removesuffix("$") + r"\Z", description="a date")]
"""`yyyy`, `yyyy-MM` or `yyyy-MM-dd` as text, a valid date."""

NctId = Annotated[str, Meta(pattern=r"^NCT[0-9]{8}\Z", description="an NCT number")]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1, description="a whole number from 0 to 2147483647")]
Size = Annotated[int, Meta(ge=0, le=2**63 - 1, description="a whole number from 0 to 9223372036854775807")]
Latitude = Annotated[float, Meta(ge=-90, le=90, description="a latitude from -90 to 90")]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="a longitude from -180 to 180")]
