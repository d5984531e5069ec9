"""Facilities, one row for all trials of a hospital or clinic: their points, other names, merges and duplicates."""

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


@tracked()
class FacilityAlias(models.Model):
    """Another name of a facility, in any language; found by every search for facilities."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="aliases", verbose_name="facility")
    name = models.TextField("name")
    language = models.CharField(
        "language", max_length=16, blank=True, default="", help_text="A code such as zh-Hans; blank when unknown."
    )

    class Meta:
        verbose_name = "other name of a facility"
        verbose_name_plural = "other names of facilities"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "name"],
                name="facility_alias_once",
                violation_error_message="The facility already has this name.",
            ),
            models.CheckConstraint(
                condition=Q(name__regex=f"[^{BLANK}]"),
                name="facility_alias_has_a_name",
                violation_error_message="Enter the name.",
            ),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__regex=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
                name="facility_alias_language_is_a_code",
                violation_error_message="Write a language code such as zh-Hans.",
            ),
        ]
        indexes = [GinIndex(OpClass(PlainText("name"), name="gin_trgm_ops"), name="facility_alias_plain_name")]

    def __str__(self) -> str:
        return self.name


@tracked()
class FacilityMerge(models.Model):
    """The decision that `merged` is the same hospital as `surviving`. Sites and their history stay where they are."""

    surviving = models.ForeignKey(Facility, models.PROTECT, related_name="merges", verbose_name="surviving")
    merged = models.ForeignKey(Facility, models.PROTECT, related_name="merged_by", verbose_name="merged")
    reason = models.TextField("reason")
    author = models.CharField("decided by", max_length=80)
    merged_at = models.DateTimeField("merged", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField("undone by", max_length=80, blank=True, default="")
    undo_reason = models.TextField("why it was undone", blank=True, default="")

    class Meta:
        verbose_name = "merge of facilities"
        verbose_name_plural = "merges of facilities"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="facility_merged_once",
                violation_error_message="This facility is already merged.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="facility_merge_has_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | (~Q(undone_by="") & ~Q(undo_reason="")),
                name="facility_undo_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Facility {self.merged_id} into {self.surviving_id}"


class _FacilityPair(models.Model):
    """Two facilities; `first` has the smaller id."""

    first = models.ForeignKey(Facility, models.CASCADE, related_name="+", verbose_name="first")
    second = models.ForeignKey(Facility, models.CASCADE, related_name="+", verbose_name="second")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="%(class)s_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="%(class)s_in_order"),
        ]

    def __str__(self) -> str:
        return f"Facilities {self.first_id} and {self.second_id}"


@tracked()
class DifferentFacilities(_FacilityPair):
    """A pair that somebody decided is not the same hospital; it is not proposed again."""

    reason = models.TextField("reason", blank=True, default="")
    author = models.CharField("decided by", max_length=80)
    decided_at = models.DateTimeField("decided", auto_now_add=True)

    class Meta(_FacilityPair.Meta):
        verbose_name = "pair of different facilities"
        verbose_name_plural = "pairs of different facilities"


class PossibleDuplicate(_FacilityPair):
    """A pair that `manage.py find_duplicate_facilities` found, with its reasons; computed again each time."""

    likelihood = models.PositiveSmallIntegerField("likelihood", help_text="0 to 100; orders the list.")
    reasons = models.JSONField("reasons", default=list)

    class Meta(_FacilityPair.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["-likelihood", "id"], name="likely_duplicates_first")]


class CityMatch(models.TextChoices):
    """How the city of a facility was found."""

    REGION = "REGION", "City, region and country match"
    COUNTRY = "COUNTRY", "City and country match"
    NEIGHBORS = "NEIGHBORS", "Mean of the other facilities in the city"


class FacilityPoint(models.Model):
    """The point of a facility's city, derived by `sites.places.facility_points`; none for one with its own point."""

    facility = models.OneToOneField(Facility, models.CASCADE, primary_key=True, related_name="derived_point")
    latitude = models.FloatField("latitude", help_text="Degrees north.")
    longitude = models.FloatField("longitude", help_text="Degrees east.")
    match = models.CharField("match", max_length=10, choices=CityMatch)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["latitude", "longitude"], include=["facility", "match"], name="derived_facility_point")
        ]

    def __str__(self) -> str:
        return f"Derived point of facility {self.facility_id}"
