"""Resolving conflicts between the registry and local values."""

import pytest
from django.utils import timezone

from contacts.models import Person
from registries.ctgov.export import export_records
from registries.models import Conflict
from sites.choices import Source
from sites.models import StatusEvent, TrialSite
from tests.factories import a_manager, a_user, an_inspector, assign
from tests.pages.html_reader import text_of
from tests.registries.conflict_fixtures import (
    a_record,
    assign_coordinator,
    change_status_by_hand,
    changed,
    make_all_conflicts,
    make_site_conflicts,
    protocol,
)
from tests.registries.test_import import counts, everything, run_import
from trials.models import Outcome, Trial

pytestmark = pytest.mark.django_db
QUEUE = "/registry/"
DECIDE = "/registry/decide/"


@pytest.fixture
def coordinator(client):
    """A signed-in user, who coordinates every trial once `assign_coordinator` is called."""
    user = a_user("lead")
    client.force_login(user)
    return user


def shown_digests(page) -> dict[int, str]:
    return {row.conflict.pk: row.open_conflict.state_digest for row in page.context["rows"]}


def decision_form(page, *conflicts: Conflict, decision: str, **more) -> dict:
    """The form data for selected conflicts."""
    seen = [f"{pk}:{digest}" for pk, digest in shown_digests(page).items()]
    return {"seen": seen, "conflict": [one.pk for one in conflicts], "decision": decision, "next": QUEUE} | more


def decide(client, *conflicts: Conflict, decision: str, **more):
    assign_coordinator(client.user) if hasattr(client, "user") else None
    return client.post(DECIDE, decision_form(client.get(QUEUE), *conflicts, decision=decision, **more), follow=True)


def last_record() -> dict:
    (record,) = export_records(Trial.objects.all())
    return record


def test_an_accepted_registry_status_is_known_as_of_today(client, coordinator):
    (conflict,) = make_site_conflicts()
    assign_coordinator(coordinator)
    page = decide(client, conflict, decision="THEIRS", reason="They called")
    site, event = TrialSite.objects.get(), StatusEvent.objects.order_by("pk").last()
    assert "Registry value used: 1 difference resolved." in text_of(page)
    assert (site.status, event.source, event.author) == ("COMPLETED", Source.REGISTRY, coordinator.actor)
    assert (str(event.as_of), event.reason) == (timezone.localdate().isoformat(), "They called")
    conflict.refresh_from_db()
    assert (conflict.decision, conflict.decided_by, conflict.reason) == ("THEIRS", coordinator.actor, "They called")


def test_a_registry_value_that_equals_the_local_value_is_not_written_again(client, coordinator):
    (conflict,) = make_site_conflicts()
    assign_coordinator(coordinator)
    change_status_by_hand(TrialSite.objects.get(), "COMPLETED", "2026-05-05")
    events = StatusEvent.objects.count()
    decide(client, conflict, decision="THEIRS")
    conflict.refresh_from_db()
    assert conflict.decision == "THEIRS"
    assert StatusEvent.objects.count() == events


def test_after_keeping_the_local_value_the_same_version_opens_no_conflict(client, coordinator):
    (conflict,) = make_site_conflicts()
    assign_coordinator(coordinator)
    decide(client, conflict, decision="OURS")
    assert TrialSite.objects.get().status == "SUSPENDED"
    record = changed(a_record(), day="2026-05-01")
    protocol(record)["contactsLocationsModule"]["locations"][0]["status"] = "COMPLETED"
    run_import(record)
    assert not Conflict.objects.open().exists()
    before = everything()
    assert counts(run_import(record)) == (0, 0, 1, 0)
    assert everything() == before


def test_a_new_registry_value_opens_a_new_conflict(client, coordinator):
    (conflict,) = make_site_conflicts()
    assign_coordinator(coordinator)
    decide(client, conflict, decision="OURS")
    newer = changed(a_record(), day="2026-05-01")
    protocol(newer)["contactsLocationsModule"]["locations"][0]["status"] = "TERMINATED"
    run_import(newer)
    raised = Conflict.objects.open().get()
    assert (raised.base, raised.theirs, raised.ours) == ("COMPLETED", "TERMINATED", "SUSPENDED")


def test_accepting_all_registry_values_makes_the_rows_equal_the_record(client, coordinator):
    conflicts = make_all_conflicts()
    assign_coordinator(coordinator)
    theirs = Conflict.objects.values_list("pk", "theirs")
    assert len(conflicts) == len(theirs) == 4
    decide(client, *conflicts.values(), decision="THEIRS")
    assert not Conflict.objects.open().exists()
    trial = Trial.objects.get()
    assert trial.brief_summary == "One two three five"
    assert Outcome.objects.get(measure="Pain").time_frame == "1 month"
    assert TrialSite.objects.order_by("position")[0].status == "COMPLETED"
    phones = {person.phone for person in Person.objects.filter(roles__ends_before__isnull=True)}
    assert phones == {"+33 4 00 00 00 02", "+33 4 00 00 00 09"}
    run_import(changed(last_record(), day="2026-06-01"))
    assert not Conflict.objects.open().exists()


def test_accepting_a_facility_moves_the_site_to_it(client, coordinator):
    before = a_record()
    run_import(before)
    assign_coordinator(coordinator)
    site = TrialSite.objects.get()
    with_other_city = changed(before)
    protocol(with_other_city)["contactsLocationsModule"]["locations"][0]["city"] = "Town 2"
    from history import authored

    with authored("user:1"):
        type(site.facility).objects.update(city="Town 3")
    run_import(with_other_city)
    decide(client, Conflict.objects.get(), decision="THEIRS")
    site.refresh_from_db()
    assert site.facility.city == "Town 2"
    assert last_record() == with_other_city


def test_a_second_post_of_the_same_decision_changes_nothing(client, coordinator):
    (conflict,) = make_site_conflicts()
    assign_coordinator(coordinator)
    data = decision_form(client.get(QUEUE), conflict, decision="THEIRS")
    client.post(DECIDE, data)
    page = client.post(DECIDE, data, follow=True)
    assert "Already resolved by lead: 1." in text_of(page)
    assert StatusEvent.objects.filter(source=Source.REGISTRY, status="COMPLETED").count() == 1


def test_conflicts_changed_by_an_import_meanwhile_are_shown_again_with_the_entered_reason(client, coordinator):
    first, second = make_site_conflicts(sites=2)
    assign_coordinator(coordinator)
    data = decision_form(client.get(QUEUE), first, second, decision="THEIRS", reason="As agreed")
    newer = changed(a_record(sites=2), day="2026-05-01")
    for place, status in zip(
        protocol(newer)["contactsLocationsModule"]["locations"], ("COMPLETED", "WITHDRAWN"), strict=True
    ):
        place["status"] = status
    run_import(newer)
    page = client.post(DECIDE, data)
    assert page.status_code == 409
    assert [(row.conflict.pk, row.is_ticked, row.conflict.theirs) for row in page.context["rows"]] == [
        (second.pk, True, "WITHDRAWN")
    ]
    assert 'value="As agreed"' in page.content.decode()
    assert sorted(TrialSite.objects.values_list("status", flat=True)) == ["COMPLETED", "SUSPENDED"]


def test_local_values_changed_meanwhile_are_not_overwritten(client, coordinator):
    (conflict,) = make_site_conflicts()
    assign_coordinator(coordinator)
    data = decision_form(client.get(QUEUE), conflict, decision="THEIRS")
    change_status_by_hand(TrialSite.objects.get(), "WITHDRAWN", "2026-05-05")
    assert client.post(DECIDE, data).status_code == 409
    assert TrialSite.objects.get().status == "WITHDRAWN"


def test_a_database_error_for_one_conflict_leaves_all_open(client, coordinator, monkeypatch):
    conflicts = make_site_conflicts(sites=2)
    assign_coordinator(coordinator)
    data = decision_form(client.get(QUEUE), *conflicts, decision="THEIRS")
    Conflict.objects.filter(pk=conflicts[1].pk).update(theirs="NO_CODE")
    seen = dict(shown_digests(client.get(QUEUE)))
    client.raise_request_exception = False
    answer = client.post(DECIDE, data | {"seen": [f"{pk}:{digest}" for pk, digest in seen.items()]})
    assert answer.status_code == 500
    assert Conflict.objects.open().count() == 2
    assert set(TrialSite.objects.values_list("status", flat=True)) == {"SUSPENDED"}


def test_a_site_coordinator_resolves_status_and_contacts_of_their_own_site_only(client):
    conflicts = make_all_conflicts()
    site = conflicts["SITE_STATUSstatus"].trial_site
    place = Conflict.objects.filter(pk=conflicts["PROTOCOLtimeFrame"].pk)
    place.update(category="SITE_PLACE", trial_site=site)  # facilities are resolved by trial coordinators only
    user = a_user("site")
    assign(user, site=site)
    client.force_login(user)
    shown = {row.conflict.category for row in client.get(QUEUE).context["rows"]}
    assert shown == {"SITE_STATUS", "SITE_CONTACTS"}
    page = client.get(QUEUE)
    seen = [f"{one.pk}:{'0' * 10}" for one in conflicts.values()]
    of_the_trial = {"seen": seen, "conflict": [conflicts["PROTOCOLbriefSummary"].pk], "decision": "OURS"}
    assert client.post(DECIDE, of_the_trial).status_code == 404
    client.post(DECIDE, decision_form(page, conflicts["SITE_STATUSstatus"], decision="THEIRS"))
    assert conflicts["SITE_STATUSstatus"].trial_site.status_events.filter(status="COMPLETED").exists()


@pytest.mark.parametrize("reader", [a_manager, an_inspector])
def test_managers_and_inspectors_read_conflicts_but_cannot_resolve_them(client, reader):
    (conflict,) = make_site_conflicts()
    client.force_login(reader())
    page = client.get(QUEUE)
    assert "Use registry value" not in text_of(page)
    assert "Suspended" in text_of(page)
    assert client.post(DECIDE, decision_form(page, conflict, decision="OURS")).status_code == 404


def test_a_user_without_assignments_gets_404(client):
    (conflict,) = make_site_conflicts()
    client.force_login(a_user("stranger"))
    assert client.get(QUEUE).context["rows"] == []
    for address in ("/trials/NCT90000001/registry/", "/trials/NCT90000009/registry/", f"/registry/{conflict.pk}/edit/"):
        assert client.get(address).status_code == 404
    data = {"seen": [f"{conflict.pk}:{'0' * 10}"], "conflict": [conflict.pk], "decision": "OURS"}
    assert client.post(DECIDE, data).status_code == 404


def test_a_bulk_rule_previews_its_conflicts_and_one_post_resolves_them(client, coordinator):
    from tests.factories import a_confirmation

    conflicts = make_site_conflicts(sites=3)
    assign_coordinator(coordinator)
    a_confirmation(conflicts[0].trial_site, timezone.localdate())
    page = client.get(f"{QUEUE}?rule=theirs-where-unconfirmed")
    assert "Preview: 2 differences selected." in text_of(page)
    assert all(row.is_ticked for row in page.context["rows"])
    assert Conflict.objects.open().count() == 3
    chosen = [row.conflict for row in page.context["rows"]]
    client.post(DECIDE, decision_form(page, *chosen, decision="THEIRS", reason="Nobody confirmed them"))
    assert [one.pk for one in Conflict.objects.open()] == [conflicts[0].pk]
    page = client.get(f"{QUEUE}?rule=ours-where-confirmed")
    assert [row.conflict.pk for row in page.context["rows"]] == [conflicts[0].pk]
