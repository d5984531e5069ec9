"""A trial with all its related rows as plain dicts, the input of documents, exports and comparisons.

The structure is the same for rows read from the database and for rows about to be inserted by the importer, so that the
public document, the search row and the registry record are each built by one function.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from contacts.models import Person, Role
from sites.models import Facility, FacilityAlias, TrialSite
from trials.models import (
    ArmGroup,
    AvailableIpd,
    Collaborator,
    Intervention,
    Outcome,
    Reference,
    SecondaryId,
    SeeAlsoLink,
    Trial,
)

Row = dict[str, Any]

#: The lists of a protocol by the name of their relation on Trial.
LIST_MODELS: dict[str, Any] = {
    "secondary_ids": SecondaryId,
    "collaborators": Collaborator,
    "arm_groups": ArmGroup,
    "interventions": Intervention,
    "outcomes": Outcome,
    "references": Reference,
    "see_also_links": SeeAlsoLink,
    "available_ipds": AvailableIpd,
}


def columns_of(model, *without: str) -> tuple[str, ...]:
    """The concrete, non-generated columns of a model, in order."""
    return tuple(
        column.attname
        for column in model._meta.concrete_fields
        if not column.generated and column.attname not in without
    )


TRIAL_COLUMNS = columns_of(Trial)
SITE_COLUMNS = columns_of(TrialSite)
FACILITY_COLUMNS = columns_of(Facility)
PERSON_COLUMNS = columns_of(Person)
ROLE_COLUMNS = columns_of(Role)
LIST_COLUMNS = {name: columns_of(model) for name, model in LIST_MODELS.items()}


@dataclass(slots=True)
class TrialData:
    """The rows of one trial. Every row is a dict of its table's columns.

    `sites` carry their `facility` (a row) and `roles`; a role carries its `person` (a row). `roles` are central
    contacts and officials. Lists are in the order of their positions. A site whose facility is merged carries its
    `surviving_facility`, which documents show and records do not; `facility_names` are the other names of the hospital.
    """

    trial: Row
    lists: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in LIST_MODELS})
    sites: list[Row] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)


def load_trial_data(trial_ids: Iterable[int]) -> dict[int, TrialData]:
    """The data of trials by id, in a fixed number of queries."""
    ids = list(trial_ids)
    trials = {row["id"]: TrialData(row) for row in Trial.objects.filter(pk__in=ids).order_by().values(*TRIAL_COLUMNS)}
    for name, model in LIST_MODELS.items():
        for row in model.objects.filter(trial__in=ids).order_by("position", "id").values(*LIST_COLUMNS[name]):
            trials[row["trial_id"]].lists[name].append(row)
    _add_sites(trials, ids)
    return trials


def _add_sites(trials: dict[int, TrialData], ids: list[int]) -> None:
    sites = list(TrialSite.objects.filter(trial__in=ids).order_by("position", "id").values(*SITE_COLUMNS))
    facility_ids = {site["facility_id"] for site in sites}
    facilities = {
        row["id"]: row for row in Facility.objects.filter(pk__in=facility_ids).order_by().values(*FACILITY_COLUMNS)
    }
    roles_of_trials, roles_of_sites = _roles(ids)
    confirmed = TrialSite.objects.filter(trial__in=ids).confirmed_as_by_id()
    for site in sites:
        site["facility"] = facilities[site["facility_id"]]
        site["roles"] = roles_of_sites[site["id"]]
        site["confirmed_as"] = confirmed.get(site["id"], "")
        trials[site["trial_id"]].sites.append(site)
    for trial_id, trial_data in trials.items():
        trial_data.roles = roles_of_trials[trial_id]
    add_facility_names(trials.values())


def add_facility_names(trials: Iterable[TrialData]) -> None:
    """Add `surviving_facility` and `facility_names` to sites, without names in unpublished trials only. Two queries."""
    sites = [site for trial_data in trials for site in trial_data.sites]
    surviving_ids = {_surviving_id(site) for site in sites}
    merged_into = {site["facility"]["merged_into_id"] for site in sites} - {None}
    one_hospital = Facility.objects.filter(Q(merged_into__in=surviving_ids) | Q(pk__in=merged_into)).order_by("pk")
    public_site = TrialSite.objects.filter(facility=OuterRef("pk"), trial__is_public=True)
    rows = {
        row["id"]: row
        for row in one_hospital.annotate(is_named=Exists(public_site)).values(*FACILITY_COLUMNS, "is_named")
    }
    names = defaultdict(list)
    for row in rows.values():
        if row.pop("is_named") or not row["merged_into_id"]:
            names[row["merged_into_id"] or row["id"]].append(row["name"])
    aliases = FacilityAlias.objects.filter(facility__in=surviving_ids | rows.keys()).order_by("pk")
    for pk, name in aliases.values_list(Coalesce("facility__merged_into", "facility"), "name"):
        names[pk].append(name)
    for site in sites:
        pk = _surviving_id(site)
        if pk != site["facility_id"]:
            site["surviving_facility"] = rows[pk]
        if pk in names:
            site["facility_names"] = names[pk]


def _surviving_id(site: Row) -> int:
    return site["facility"]["merged_into_id"] or site["facility_id"]


def _roles(trial_ids: list[int]) -> tuple[dict[int, list[Row]], dict[int, list[Row]]]:
    of_trials = list(Role.objects.filter(trial__in=trial_ids).order_by("position", "id").values(*ROLE_COLUMNS))
    of_sites = list(
        Role.objects.filter(trial_site__trial__in=trial_ids).order_by("position", "id").values(*ROLE_COLUMNS)
    )
    person_ids = {role["person_id"] for role in of_trials + of_sites}
    people = {row["id"]: row for row in Person.objects.filter(pk__in=person_ids).order_by().values(*PERSON_COLUMNS)}
    by_trial, by_site = defaultdict(list), defaultdict(list)
    for role in of_trials:
        role["person"] = people[role["person_id"]]
        by_trial[role["trial_id"]].append(role)
    for role in of_sites:
        role["person"] = people[role["person_id"]]
        by_site[role["trial_site_id"]].append(role)
    return by_trial, by_site
