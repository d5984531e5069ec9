"""OpenAPI descriptions of endpoints: parameters from the filter sets, responses from `api.v1.schema_serializers`."""

from django import forms
from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from api.query_params import CURSOR, MAX_PAGE_SIZE, PAGE_SIZE, SIZE, ApiTrialFilterSet
from api.v1 import schema_serializers
from common.as_of import AS_OF, MEANING, AsOfMeaning
from common.countries import CANONICAL_COUNTRY_NAMES
from common.form_fields import OFFSET, DayField
from common.partial_dates.forms import IsoPartialDateFormField
from common.partial_dates.value import PATTERN
from common.query_params import FreeMultipleChoiceField, StrictFilterSet
from common.text import BLANK, CONTROL_CHARACTERS
from publishing.search.filters import AgeFilter, DateTimeFilter
from sites.filters import FacilityFilterSet, KilometresFilter, PointFilter, SiteFilterSet
from trials.form_fields import CountriesField, CountryField

#: Blank parameters and control characters are rejected.
_TEXT = {
    "type": "string",
    "minLength": 1,
    "pattern": f"^[^{CONTROL_CHARACTERS}]*[^{CONTROL_CHARACTERS}{BLANK}][^{CONTROL_CHARACTERS}]*$",
}
_POINT = r"^-?([0-8]?[0-9](\.[0-9]{1,9})?|90),-?((1[0-7]|[0-9])?[0-9](\.[0-9]{1,9})?|180)$"
_PAGE = [
    OpenApiParameter(CURSOR, _TEXT, description="Cursor of the page, from the link `next` of the previous page."),
    OpenApiParameter(
        SIZE,
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
        description=f"Number of results per page, at most {MAX_PAGE_SIZE}.",
    ),
]
ERROR_SCHEMA = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
_ERROR_RESPONSES = {
    400: OpenApiResponse(ERROR_SCHEMA, description="Error messages by parameter."),
    401: schema_serializers.Error,
    414: OpenApiResponse(
        schema_serializers.Error, description=f"The URL is longer than {settings.LONGEST_ADDRESS:,} characters."
    ),
}


def parameters(filterset: type[StrictFilterSet]) -> list[OpenApiParameter]:
    """A parameter for each filter, with its codes."""
    return [_parameter(name, filter_) for name, filter_ in filterset.base_filters.items()]


def _parameter(name: str, filter_) -> OpenApiParameter:
    is_many = isinstance(filter_.field, forms.MultipleChoiceField)
    schema = {"type": "array", "items": _schema(filter_)} if is_many else _schema(filter_)
    description = filter_.extra.get("help_text") or f"{filter_.label}."
    return OpenApiParameter(name, schema, description=description, explode=is_many or None)


def _schema(filter_) -> dict:
    field = filter_.field
    if isinstance(field, CountryField | CountriesField):
        return {"type": "string", "enum": CANONICAL_COUNTRY_NAMES}
    if isinstance(field, FreeMultipleChoiceField):
        return _TEXT
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [code for code, _ in filter_.extra["choices"]]}
    if isinstance(filter_, PointFilter):
        return {"type": "string", "pattern": _POINT}
    if isinstance(filter_, AgeFilter | KilometresFilter):
        return {"type": "number", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(filter_, DateTimeFilter):
        return {"type": "string", "format": "date-time", "pattern": f"{OFFSET}$"}
    if isinstance(field, DayField):
        return {"type": "string", "format": "date"}
    if isinstance(field, IsoPartialDateFormField):
        return {"type": "string", "pattern": PATTERN}
    longest = getattr(field, "max_length", None)
    return _TEXT | {"maxLength": longest} if longest else _TEXT


_AS_OF = [
    OpenApiParameter(
        AS_OF, {"type": "string", "format": "date"}, description="A past day, or today: statuses as of that day."
    ),
    OpenApiParameter(
        MEANING,
        {"type": "string", "enum": [*map(str, AsOfMeaning)], "default": AsOfMeaning.IN_FORCE.value},
        description="in_force: what was in force on the day, as known today. recorded: what had been recorded by the "
        "end of the day. Only together with as_of.",
    ),
]
_AS_PUBLISHED = [
    OpenApiParameter(
        AS_OF, {"type": "string", "format": "date"}, description="A past day, or today: the trial as published then."
    ),
    OpenApiParameter(
        MEANING,
        {"type": "string", "enum": [AsOfMeaning.RECORDED.value]},
        description="Together with as_of: what was published at the end of the day.",
    ),
]


def _list(name: str, summary: str, filterset: type[StrictFilterSet], serializer, *more: OpenApiParameter) -> dict:
    return {
        "operation_id": name,
        "summary": summary,
        "parameters": [*parameters(filterset), *more, *_PAGE],
        "responses": {200: serializer, **_ERROR_RESPONSES},
    }


def _detail(name: str, summary: str, key: OpenApiParameter, serializer, *more: OpenApiParameter) -> dict:
    return {
        "operation_id": name,
        "summary": summary,
        "parameters": [key, *more],
        "responses": {200: serializer, **_ERROR_RESPONSES, 404: schema_serializers.Error},
    }


def _in_path(name: str, description: str, kind=OpenApiTypes.STR) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=description)


TRIALS = _list("trials", "Trials, most recently updated first", ApiTrialFilterSet, schema_serializers.TrialPage)
_KEY = _in_path("key", "The NCT number, or `trial-<number>` before registration.")
TRIAL = _detail("trial", "One trial", _KEY, schema_serializers.Trial, *_AS_PUBLISHED)
SITES = _list("sites", "Sites", SiteFilterSet, schema_serializers.SitePage, *_AS_OF)
SITE = _detail(
    "site", "One site", _in_path("id", "The site's number.", OpenApiTypes.INT), schema_serializers.SiteOfTrial
)
FACILITIES = _list("facilities", "Facilities", FacilityFilterSet, schema_serializers.FacilityPage)
FACILITY = _detail(
    "facility", "One facility", _in_path("slug", "The facility's slug."), schema_serializers.CountedFacility
)
