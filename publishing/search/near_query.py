"""The parameters of a search near a place: `near`, `within` and `unit`, and the circle that they mean."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.form_fields import StrictFloatField
from common.query_params import DUPLICATE_PARAMETER
from publishing.search.cursor import Cursor
from publishing.search.filters import TrialFilterSet
from publishing.search.results import cursor_key
from sites.places.circle import DEFAULT_WITHIN, KM_PER_MILE, MAX_WITHIN, MIN_WITHIN, Circle
from sites.places.resolve import MAX_LENGTH, Place, Resolution, resolve_place

NEAR, WITHIN, UNIT = "near", "within", "unit"
NEAR_PARAMETERS = (NEAR, WITHIN, UNIT)
KM, MI = "km", "mi"
#: Of cursors: by distance.
ORDER = "k"


@dataclass(frozen=True, slots=True)
class NearQuery:
    """The place, the distance and its unit as typed, and the circle where the place is known."""

    resolution: Resolution
    within: float
    unit: str

    @property
    def place(self) -> Place | None:
        return self.resolution.place

    @property
    def km_per_unit(self) -> float:
        return KM_PER_MILE if self.unit == MI else 1.0

    @property
    def circle(self) -> Circle:
        return Circle(self.place.latitude, self.place.longitude, self.within * self.km_per_unit)


def parse_near_query(filterset: TrialFilterSet, data, user) -> tuple[NearQuery | None, Cursor | None]:
    """The query and the cursor; errors are added to the filter set."""
    for name in (*NEAR_PARAMETERS, "cursor"):
        if len(data.getlist(name)) > 1:
            filterset.add_param_error(name, DUPLICATE_PARAMETER)
    within, unit = _within(filterset, data), data.get(UNIT) or KM
    if unit not in (KM, MI):
        filterset.add_param_error(UNIT, _("Choose km or mi."))
    typed = data.get(NEAR, "").strip()
    if len(typed) > MAX_LENGTH:
        filterset.add_param_error(NEAR, _("Enter at most {n} characters.").format(n=MAX_LENGTH))
        return None, None
    cursor = None
    try:
        cursor = Cursor.parse(data["cursor"], ORDER, cursor_key(data)) if data.get("cursor") else None
    except ValueError as error:
        filterset.add_param_error("cursor", str(error))
    return NearQuery(resolve_place(typed, user=user), within, unit), cursor


def _within(filterset: TrialFilterSet, data) -> float:
    text = data.get(WITHIN, "").strip()
    try:
        number = StrictFloatField(min_value=MIN_WITHIN, max_value=MAX_WITHIN, required=False).clean(text)
    except ValidationError:
        filterset.add_param_error(
            WITHIN, _("Enter a number from {first} to {last}.").format(first=MIN_WITHIN, last=f"{MAX_WITHIN:,}")
        )
        number = None
    return number or DEFAULT_WITHIN
