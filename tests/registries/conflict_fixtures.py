"""Trials whose record and rows were changed differently since the last import."""

import copy

from history import authored
from registries.models import Conflict
from sites.models import StatusEvent, TrialSite
from tests.factories import assign
from tests.registries.test_import import location, record, run_import
from trials.models import Outcome, Trial

ANN = {"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 00 00 00 01"}
BOB = {"name": "Bob Other", "role": "CONTACT", "email": "bob@example.org"}


def a_record(number: int = 1, sites: int = 1, **status) -> dict:
    """A record with a title, two outcomes and recruiting sites, each with a contact."""
    places = [location(f"Hospital {place}", status="RECRUITING", contacts=[ANN]) for place in range(1, sites + 1)]
    outcomes = [{"measure": "Pain", "timeFrame": "1 week"}, {"measure": "Sleep", "timeFrame": "2 weeks"}]
    made = record(
        90_000_000 + number,
        contactsLocationsModule={"locations": places},
        outcomesModule={"primaryOutcomes": outcomes},
        descriptionModule={"briefSummary": "One two three"},
    )
    made["protocolSection"]["statusModule"] |= status
    return made


def protocol(record: dict) -> dict:
    return record["protocolSection"]


def changed(record: dict, *, day: str = "2026-04-01") -> dict:
    """A copy of a record to modify, posted on a later day."""
    newer = copy.deepcopy(record)
    protocol(newer)["statusModule"]["lastUpdatePostDateStruct"]["date"] = day
    return newer


def assign_coordinator(user) -> None:
    """Assign the user as coordinator of every existing trial."""
    for trial in Trial.objects.exclude(assignments__user=user):
        assign(user, trial=trial)


def change_status_by_hand(site: TrialSite, status: str, as_of: str = "2026-03-05") -> None:
    with authored("user:1"):
        StatusEvent.objects.create(trial_site=site, status=status, as_of=as_of, author="user:1")


def make_site_conflicts(number: int = 1, sites: int = 1, status: str = "COMPLETED") -> list[Conflict]:
    """A trial whose sites have one status at the registry and another one locally."""
    before = a_record(number, sites)
    run_import(before)
    for site in TrialSite.objects.filter(trial__nct_id=f"NCT{90_000_000 + number}"):
        change_status_by_hand(site, "SUSPENDED")
    newer = changed(before)
    for place in protocol(newer)["contactsLocationsModule"]["locations"]:
        place["status"] = status
    run_import(newer)
    return list(Conflict.objects.filter(trial__nct_id=f"NCT{90_000_000 + number}").order_by("pk"))


def make_all_conflicts() -> dict[str, Conflict]:
    """One trial with conflicts about a text, an outcome, the contacts, the facility and the status; by their labels."""
    before = a_record(sites=2)
    run_import(before)
    trial, site = Trial.objects.get(), TrialSite.objects.order_by("position")[0]
    with authored("user:1"):
        Trial.objects.update(brief_summary="One two four")
        Outcome.objects.filter(measure="Pain").update(time_frame="3 weeks")
        site.roles.get().person.__class__.objects.update(phone="+33 4 00 00 00 09")
    change_status_by_hand(site, "SUSPENDED")
    newer = changed(before)
    protocol(newer)["descriptionModule"]["briefSummary"] = "One two three five"
    protocol(newer)["outcomesModule"]["primaryOutcomes"].reverse()
    protocol(newer)["outcomesModule"]["primaryOutcomes"][1]["timeFrame"] = "1 month"
    first = protocol(newer)["contactsLocationsModule"]["locations"][0]
    first |= {"status": "COMPLETED", "contacts": [ANN | {"phone": "+33 4 00 00 00 02"}]}
    run_import(newer)
    return {
        conflict.category + conflict.path.rpartition(".")[2]: conflict for conflict in trial.registry_conflicts.all()
    }
