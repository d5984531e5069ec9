"""The derived point of a facility whose record has no coordinates."""

from django.db import models

from sites.models.facility import Facility


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
