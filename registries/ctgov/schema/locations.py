"""Contacts, officials and locations."""
# mypy: disable-error-code="valid-type"

from msgspec import field

from contacts.choices import ContactRole, OfficialRole
from registries.ctgov.schema.types import Latitude, Longitude, Part, code
from sites.choices import SiteStatus


class Contact(Part):
    """A contact of the study or of a location. Investigators have neither phone nor e-mail."""

    name: str = ""
    role: code(ContactRole) = ""
    phone: str = ""
    phone_ext: str = ""
    email: str = ""


class Official(Part):
    name: str = ""
    affiliation: str = ""
    role: code(OfficialRole) = ""


class GeoPoint(Part):
    """Coordinates in degrees. A point with one missing coordinate is parsed as absent, and exported as received."""

    lat: Latitude | None = None
    lon: Longitude | None = None

    def __post_init__(self) -> None:
        if self.lat is None or self.lon is None:
            self.lat = self.lon = None


class Location(Part):
    """A facility of the study. It has no id, and the same facility can be listed twice."""

    facility: str = ""
    status: code(SiteStatus) = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    contacts: list[Contact] = []
    geo_point: GeoPoint = field(default_factory=GeoPoint)


class ContactsLocationsModule(Part):
    central_contacts: list[Contact] = []
    overall_officials: list[Official] = []
    locations: list[Location] = []
