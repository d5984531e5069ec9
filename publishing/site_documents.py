"""API representations of sites and facilities, read from their tables, in the format of the trial document."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, JSONObject

from contacts.models import Role
from publishing.documents import CONTACT, FACILITY, SITE, SITE_STATUS, public_facility, public_site, ranked_contacts
from sites.choices import SiteStatus, StatusPublication
from sites.models import TrialSite
from trials.choices import NOT_KNOWN

_OF_TRIAL = {name: f"trial__{name}" for name in ("overall_status", "last_known_status")}
#: Annotation of `with_status_as_of` → key of the site.
_PAST_STATUS = {
    "status_then": "status",
    "since_then": "status_since",
    "known_on_then": "status_as_of",
    "last_confirmed_then": "last_confirmed_on",
    "confirmed_as_then": "confirmed_as",
}
#: Annotation → column of the facility, the surviving one where it is merged.
_OF_FACILITY = {f"facility_{name}_shown": name for name in FACILITY}


def public_sites(sites: QuerySet, *, on: date, is_past: bool = False) -> list[dict[str, Any]]:
    """The sites of a queryset, each with its trial's key, facility and visible contacts on a day. One query.

    `is_past`: sites of `with_status_as_of`, with the statuses of that day and without contacts.
    """
    rows = (
        sites.with_confirmed_as()
        .annotate(contacts=ArraySubquery(_contacts(on)), **_facility_columns())
        .values(
            *SITE,
            *SITE_STATUS,
            "confirmed_as",
            "contacts",
            "trial_id",
            "trial__nct_id",
            *_OF_TRIAL.values(),
            *_OF_FACILITY,
            *(_PAST_STATUS if is_past else ()),
        )
    )
    return [_past_site(row) if is_past else _with_trial(row) for row in rows]


def public_facilities(facilities: QuerySet, user) -> list[dict[str, Any]]:
    """The facilities of a queryset, each with the number of sites visible to the user. One query."""
    sites = TrialSite.objects.visible_to(user).order_by()
    rows = facilities.annotate(
        sites_total=_count(sites), sites_recruiting=_count(sites.publicly_in([SiteStatus.RECRUITING]))
    )
    return [
        public_facility(row) | {name: row[name] for name in ("sites_total", "sites_recruiting")}
        for row in rows.values(*FACILITY, "sites_total", "sites_recruiting")
    ]


def _facility_columns() -> dict[str, Case]:
    is_merged = Q(facility__merged_into__isnull=False)
    return {
        annotation: Case(When(is_merged, then=F(f"facility__merged_into__{name}")), default=F(f"facility__{name}"))
        for annotation, name in _OF_FACILITY.items()
    }


def _contacts(on: date) -> QuerySet:
    roles = Role.objects.filter(trial_site=OuterRef("pk"), person__erased_at=None).active_on(on).publishable()
    shown = {"role": "role"} | {name: f"person__{name}" for name in CONTACT}
    return roles.order_by("position", "id").values(contact=JSONObject(**shown))


def _with_trial(row: dict[str, Any]) -> dict[str, Any]:
    facility = {name: row[path] for path, name in _OF_FACILITY.items()}
    key = row["trial__nct_id"] or f"trial-{row['trial_id']}"
    trial = {name: row[path] for name, path in _OF_TRIAL.items()}
    contacts = ranked_contacts(row["contacts"])
    return {"trial": key, **public_site(row | {"facility": facility}, trial, contacts)}


def _past_site(row: dict[str, Any]) -> dict[str, Any]:
    """A site with its status of a past day; what is held back today stays so."""
    public = _with_trial(row) | {"contacts": []}
    if public["status_publication"] == StatusPublication.HELD_BACK:
        return public
    public |= {name: row[then] for then, name in _PAST_STATUS.items()}
    if public["status"] == NOT_KNOWN:
        return public | {"status": "", "status_publication": StatusPublication.NOT_KNOWN.value}
    return public | {"status_publication": StatusPublication.SHOWN.value}


def _count(sites: QuerySet) -> CombinedExpression:
    """The number of sites at the facility, and at those merged into it."""
    return _count_by(sites, "facility") + _count_by(sites, "facility__merged_into")


def _count_by(sites: QuerySet, path: str) -> Coalesce:
    counted = sites.filter(**{path: OuterRef("pk")}).values(path).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
