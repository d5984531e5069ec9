"""The facility model: a hospital or clinic, one row for all its trials."""

from functools import lru_cache

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, UUIDField
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext

from common.db_lookups import PlainText
from common.text import BLANK
from history.optimistic_locking import Versioned
from history.tracking import tracked
from sites.querysets import FacilityQuerySet
from sites.ror import ROR_ID, validate_ror_id
from sites.triggers import FACILITY_TRIGGERS


def facility_slug(pk: int, name: str, city: str) -> str:
    """The slug of a facility from its columns, for code that reads rows without the model."""
    text = _slug_text(name, city)
    return f"{text}-{pk}" if text else str(pk)


@lru_cache(maxsize=65_536)
def _slug_text(name: str, city: str) -> str:
    return slugify(f"{name} {city}")[:80].strip("-")


class FacilityIdentity(Func):
    """The database function `facility_identity`: a UUID of name and place, NULL for a placeholder name."""

    function = "facility_identity"
    output_field = UUIDField()


@tracked(exclude=["identity"])
class Facility(Versioned):
    """A hospital or clinic.

    Name, city, state, postal code and country are unique together, ignoring case, spaces and Unicode composition. A
    masked or missing name ("Research Site") has no identity: such a facility belongs to one site only.

    A merged facility stays, with its sites, under `merged_into`, which is never merged itself.
    """

    name = models.TextField("name", blank=True, default="", help_text="Blank when the registry does not publish it.")
    city = models.TextField("city", blank=True, default="")
    state = models.TextField("state or region", blank=True, default="")
    zip = models.TextField("postal code", blank=True, default="")
    country = models.TextField("country", blank=True, default="")
    latitude = models.FloatField("latitude", null=True, blank=True, help_text="Degrees north.")
    longitude = models.FloatField("longitude", null=True, blank=True, help_text="Degrees east.")
    is_masked = models.BooleanField(
        "name is a mask", default=False, help_text="The name hides the facility, so it is never shared between trials."
    )
    is_active = models.BooleanField("active", default=True, help_text="An inactive facility opens no new sites.")
    identity = models.GeneratedField(
        expression=FacilityIdentity(F("name"), F("city"), F("state"), F("zip"), F("country"), F("is_masked")),
        output_field=UUIDField(null=True),
        db_persist=True,
    )

    ror_id = models.CharField(
        "ROR identifier",
        max_length=9,
        blank=True,
        default="",
        db_default="",
        validators=[validate_ror_id],
        help_text="Of the Research Organization Registry, such as 02mhbdp94.",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_facilities",
        verbose_name="merged into",
    )

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "facilities"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["identity"],
                name="facility_identity_unique",
                violation_error_message="This facility is already here: same name, town, postal code and country.",
            ),
            models.CheckConstraint(
                condition=Q(is_masked=True) | Q(name__regex=f"[^{BLANK}]"),
                name="facility_has_a_name",
                violation_error_message="Enter the facility's name, or say that its name is a mask.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="facility_point_is_on_earth",
                violation_error_message="Give both latitude (-90 to 90) and longitude (-180 to 180), or neither.",
            ),
            models.UniqueConstraint(
                fields=["ror_id"],
                condition=~Q(ror_id=""),
                name="facility_ror_id_unique",
                violation_error_message="Another facility has this ROR identifier. Merge the two instead.",
            ),
            models.CheckConstraint(
                condition=Q(ror_id="") | Q(ror_id__regex=ROR_ID), name="facility_ror_id_has_its_format"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="facility_not_merged_into_itself",
                violation_error_message="A facility cannot be merged with itself.",
            ),
        ]
        indexes = [
            models.Index(fields=["country", "city"], name="facility_place"),
            models.Index(PlainText("country"), PlainText("city"), name="facility_plain_place"),
            models.Index(PlainText("city"), name="facility_plain_city"),
            models.Index(fields=["latitude", "longitude"], include=["id"], name="facility_point"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="facility_name_parts"),
            GinIndex(OpClass(PlainText("name"), name="gin_trgm_ops"), name="facility_plain_name"),
        ]
        triggers = FACILITY_TRIGGERS

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.city, self.country) if part)

    @property
    def title(self) -> str:
        """The display name, with a text for a name not published."""
        return self.name or gettext("Facility name not published")

    @property
    def place(self) -> list[str]:
        """City, state and country without blanks and duplicates."""
        return list(dict.fromkeys(filter(None, (self.city, self.state, self.country))))

    @property
    def slug(self) -> str:
        """The public key in addresses, ending in the primary key, so that old addresses keep working."""
        return facility_slug(self.pk, self.name, self.city)

    @property
    def surviving(self) -> "Facility":
        """The facility this one is merged into, else itself."""
        return self.merged_into if self.merged_into_id else self

    @property
    def ror_url(self) -> str:
        return f"https://ror.org/{self.ror_id}" if self.ror_id else ""

    def get_absolute_url(self) -> str:
        return reverse("facility", args=[self.slug])
