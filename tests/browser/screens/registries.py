"""Screens of registry differences, bulk rules, other values, pending updates, and adding trials."""

from django.contrib.auth import get_user_model
from django.test import override_settings

from history.authorship import authored
from registries.models import Conflict
from sites.models import Facility, StatusEvent, TrialSite
from tests.browser.screens.stage import at, follow, press
from tests.factories import assign
from tests.registries.conflict_fixtures import ANN, BOB, a_record, change_status_by_hand, changed, protocol
from tests.registries.fake_registry import FakeRegistry
from tests.registries.partial_records import a_whole_record
from tests.registries.test_import import run_import
from trials.models import Outcome, Trial

FOLDERS = ["registries"]
ELSEWHERE: dict[str, str] = {}
LEAD = "trialcoordinator"
NEW_TRIAL = "/work/new-trial/"
TRIAL = "/trials/NCT90000002/"


def many(stage):
    """A trial in which three sites, a text, an outcome and a contact clash."""
    if not Conflict.objects.filter(trial__nct_id="NCT90000002").exists():
        create_conflicts()
        assign(get_user_model().objects.get(username=LEAD), trial=Trial.objects.get(nct_id="NCT90000002"))
    return stage.go("/registry/", LEAD)


def create_conflicts() -> None:
    before = a_record(2, sites=3)
    run_import(before)
    trial = Trial.objects.get(nct_id="NCT90000002")
    with authored("user:1"):
        Trial.objects.filter(pk=trial.pk).update(brief_summary="Our own summary, which is a little longer. " * 6)
        Outcome.objects.filter(trial=trial, measure="Pain").update(time_frame="3 weeks")
        person = trial.trial_sites.first().roles.get().person
        type(person).objects.filter(pk=person.pk).update(phone="+33 4 00 00 00 09")
        Facility.objects.filter(trial_sites=trial.trial_sites.last()).update(name="Hospital Three")
    for site in trial.trial_sites.all():
        change_status_by_hand(site, "SUSPENDED")
    run_import(newer_than(before))


def newer_than(before: dict) -> dict:
    newer = changed(before)
    protocol(newer)["descriptionModule"]["briefSummary"] = "The registry's summary of the same study. " * 6
    protocol(newer)["outcomesModule"]["primaryOutcomes"][0]["timeFrame"] = "1 month"
    places = protocol(newer)["contactsLocationsModule"]["locations"]
    for place in places:
        place["status"] = "COMPLETED"
    places[0]["contacts"] = [ANN | {"phone": "+33 4 00 00 00 02"}, BOB]
    places[2]["facility"] = "Hospital 3 East"
    return newer


def of_a_trial(stage):
    return stage.go(TRIAL, LEAD)


def by_rule(stage):
    many(stage)
    return stage.go("/registry/?rule=theirs-where-unconfirmed", LEAD)


def manual_value(stage, category: str = "SITE_STATUS"):
    many(stage)
    page = stage.go(f"/registry/?category={category}", LEAD)
    return follow(page, page.locator("a[href*='/registry/'][href$='/edit/']").first)


def manual_contact_list(stage):
    return manual_value(stage, "SITE_CONTACTS")


def manual_contact_list_with_errors(stage):
    page = manual_contact_list(stage)
    page.locator("[name$=email]").first.fill("nobody at nowhere")
    return press(page, "Save and resolve")


def manual_place(stage):
    return manual_value(stage, "SITE_PLACE")


def manual_text(stage):
    return manual_value(stage, "PROTOCOL")


def manual_value_with_errors(stage):
    page = manual_value(stage)
    for box in page.locator("main form.sheet input:visible, main form.sheet textarea:visible").all():
        if box.get_attribute("type") not in ("radio", "checkbox"):
            box.fill("")
    return press(page, "Save and resolve")


def manual_value_stale(stage):
    page = stage.page(LEAD)
    conflict = Conflict.objects.get(pk=int(page.url.rstrip("/").split("/")[-2]))
    resolve_as_other_user(conflict)
    return press(page, "Save and resolve")


def resolve_as_other_user(conflict: Conflict) -> None:
    Conflict.objects.filter(pk=conflict.pk).update(theirs="WITHDRAWN")


def changed_meanwhile(stage):
    page = stage.go("/registry/", LEAD)
    conflict = Conflict.objects.filter(decision="", trial__nct_id="NCT90000002", category="SITE_STATUS").first()
    site = TrialSite.objects.get(pk=conflict.trial_site_id)
    with authored("user:1"):
        StatusEvent.objects.create(trial_site=site, status="ACTIVE_NOT_RECRUITING", as_of="2099-01-01", author="user:1")
    page.check(f"[name=conflict][value='{conflict.pk}']")
    return press(page, "Keep local value", exact=True)


def decided(stage):
    page = stage.go("/registry/", LEAD)
    return press(page, "Use registry value")


def empty(stage):
    return stage.go("/registry/", "coordinator")


def new_trial_with_errors(stage):
    page = stage.go(NEW_TRIAL, LEAD)
    page.fill("[name=numbers]", "NCT 12, and another")
    return press(page, "Fetch and preview")


def new_trial_by_hand_with_errors(stage):
    return press(stage.go(NEW_TRIAL, LEAD), "Add trial")


def fetched(stage):
    """A new trial, and one of ours with another summary."""
    ours = a_record(2, sites=3)
    protocol(ours)["descriptionModule"]["briefSummary"] = "The registry's third summary of the same study. " * 6
    registry = FakeRegistry(a_whole_record(), ours)
    with registry.serving() as address, override_settings(CTGOV_API_URL=address, CTGOV_PAUSE_SECONDS=0):
        page = stage.go(NEW_TRIAL, LEAD)
        page.fill("[name=numbers]", "NCT90000301, NCT90000002")
        return press(page, "Fetch and preview")


SCREENS = {
    "public-differences": at("/trials/NCT00000001/differences/"),
    "registry-one": at("/registry/", LEAD),
    "registry": many,
    "registry-narrowed": at("/registry/?category=SITE_STATUS", LEAD),
    "registry-nothing-fits": at("/registry/?trial=NCT99999999", LEAD),
    "registry-manager": at("/registry/", "manager"),
    "registry-empty": empty,
    "by-rule": by_rule,
    "trial": at("/trials/NCT00000001/registry/", LEAD),
    "trial-never-imported": at("/trials/NCT00000003/registry/", LEAD),
    "trial-many": at(f"{TRIAL}registry/", LEAD),
    "differences": at("/registry/differences/", LEAD),
    "differences-none": at("/registry/differences/", "coordinator"),
    "third-value": manual_value,
    "third-list": manual_contact_list,
    "third-list-with-errors": manual_contact_list_with_errors,
    "third-place": manual_place,
    "third-text": manual_text,
    "third-value-with-errors": manual_value_with_errors,
    "third-value-of-stale": manual_value_stale,
    "changed-meanwhile": changed_meanwhile,
    "decided": decided,
    "new-trial": at(NEW_TRIAL, LEAD),
    "new-trial-with-errors": new_trial_with_errors,
    "new-trial-by-hand-with-errors": new_trial_by_hand_with_errors,
    "fetched": fetched,
}
