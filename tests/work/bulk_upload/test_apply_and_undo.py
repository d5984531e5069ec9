"""Bulk changes by their pages: dry run, apply, result and undo."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from history.authorship import authored
from history.trail import trail_of
from sites.models import Confirmation, StatusEvent, TrialSite
from tests.factories import a_facility, a_site, a_trial, a_user, an_event, assign
from tests.pages.html_reader import rows_of, text_of
from tests.work.bulk_upload.table_helpers import TODAY, apply, current_columns, states, undo, upload_table
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator
from work.models import BulkChange, BulkChangeRow

pytestmark = pytest.mark.django_db
PLAN = ("Site number", "Enrollment target", "Internal note")


@pytest.fixture
def trial():
    return a_recruiting_trial(1)


@pytest.fixture
def sites(trial):
    return [a_confirmed_site(trial, number, 40) for number in (1, 2, 3)]


@pytest.fixture
def lead(client, trial, sites):
    """The trial coordinator, signed in."""
    user = make_coordinator(trial=trial)
    client.force_login(user)
    return user


def suspended(site, since: str = TODAY, **more):
    return (site.pk, "Suspended", since, more.get("reason", ""), more.get("confirm", ""))


def statuses() -> list[str]:
    return list(TrialSite.objects.order_by("pk").values_list("status", flat=True))


def test_the_dry_run_shows_each_change_and_writes_nothing(client, lead, sites):
    before = current_columns()
    page = upload_table(client, suspended(sites[0]), (sites[1].pk, "", "", "", "yes"), (sites[2].pk, "", "", "", ""))
    first, second, third = rows_of(page)
    assert "Hospital 1" in first
    assert "Status Recruiting, since 1 January 2026 → becomes Suspended, since" in first
    assert "Today" in second
    assert "No change" in third
    assert current_columns() == before
    assert states(page) == ["changes", "changes", "nothing"]


def test_every_change_is_applied_once_with_its_author(client, lead, sites):
    upload_table(client, suspended(sites[0], reason="No drug left"), (sites[1].pk, "", "", "", "yes"))
    page = apply(client)
    assert statuses() == ["SUSPENDED", "RECRUITING", "RECRUITING"]
    event = StatusEvent.objects.get(status="SUSPENDED")
    assert (event.author, event.reason) == (lead.actor, "No drug left")
    trail = trail_of(event)[0]
    assert (trail.actor, trail.reason) == (lead.actor, str(BulkChange.objects.get()))
    sites[1].refresh_from_db()
    assert sites[1].last_confirmed_on == days_ago(0)
    assert "2 sites changed" in text_of(page)


def test_a_second_post_has_no_second_effect(client, lead, sites):
    upload_table(client, suspended(sites[0]))
    for _ in range(2):
        assert apply(client).status_code == 200
    assert StatusEvent.objects.filter(status="SUSPENDED").count() == 1
    for _ in range(2):
        undo(client)
    assert StatusEvent.objects.count() == 3 + 2


def test_errors_are_shown_at_their_rows_and_nothing_is_applied(client, lead, sites):
    page = upload_table(client, suspended(sites[0]), (sites[1].pk, "Not yet recruiting", TODAY, "", ""))
    assert states(page) == ["changes", "errors"]
    assert "The site cannot change directly from its current status" in rows_of(page)[1]
    assert apply(client).status_code == 409
    assert "SUSPENDED" not in statuses()


def test_only_the_valid_rows_can_be_applied(client, lead, sites):
    upload_table(client, suspended(sites[0]), (sites[1].pk, "Not yet recruiting", TODAY, "", ""))
    page = apply(client, which="valid")
    assert statuses() == ["SUSPENDED", "RECRUITING", "RECRUITING"]
    assert "Not done" in rows_of(page)[1]
    assert "Not changed" in rows_of(page)[1]
    assert "No change" not in rows_of(page)[1]
    assert "The site cannot change directly" in rows_of(page)[1]


def test_warnings_are_accepted_together(client, lead, sites):
    page = upload_table(client, (sites[0].pk, "Terminated", TODAY, "", ""))
    assert states(page) == ["warnings"]
    assert "This change is unusual for a site." in text_of(page)
    refused = apply(client)
    assert refused.status_code == 409
    assert "Confirm that you have read the warnings." in text_of(refused)
    apply(client, accept_warnings="on")
    assert statuses()[0] == "TERMINATED"


def test_an_unknown_status_is_refused_with_the_valid_ones(client, lead, sites):
    page = upload_table(client, (sites[0].pk, "Unlocked", TODAY, "", ""))
    assert "“Unlocked” is not a status. Enter one of: Not yet recruiting, Recruiting, By invitation only" in text_of(
        page
    )


@pytest.mark.parametrize("word", ["Suspended", "suspended", "SUSPENDED", " Suspended "])
def test_words_and_codes_are_accepted(client, lead, sites, word):
    assert states(upload_table(client, (sites[0].pk, word, TODAY, "", ""))) == ["changes"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("Suspended", "", "", ""), "Enter both “New status” and “Effective date”."),
        (("", TODAY, "", ""), "Enter both “New status” and “Effective date”."),
        (("Suspended", "01/03/2026", "", ""), "Effective date: “01/03/2026” can mean 3 January 2026 or 1 March 2026."),
        (("", "", "", "perhaps"), "Confirm: “perhaps” is not valid. Enter yes or leave blank."),
        (("Suspended", "2025-01-01", "", ""), "The effective date cannot be before that of the current status."),
    ],
)
def test_invalid_rows_have_messages(client, lead, sites, cells, message):
    page = upload_table(client, (sites[0].pk, *cells))
    assert states(page) == ["errors"]
    assert message.casefold() in text_of(page).casefold()


def test_a_site_of_others_has_the_message_of_an_unknown_site(client, lead, sites):
    other = a_confirmed_site(a_recruiting_trial(2), 9, 40)
    page = upload_table(client, suspended(other), (999_999, "Suspended", TODAY, "", ""))
    theirs, nobodys = rows_of(page)
    assert theirs.replace(str(other.pk), "#").replace("2", "") == nobodys.replace("999999", "#").replace("3", "")
    assert "Site not found among your sites." in theirs
    assert "Hospital 9" not in text_of(page)


def test_a_row_without_a_number_is_matched_by_its_place(client, lead, sites):
    columns = ("Trial", "Facility", "City", "New status", "Effective date")
    page = upload_table(client, ("nct00000001", "hospital  2", "Kobe", "Suspended", TODAY), columns=columns)
    assert states(page) == ["changes"]
    apply(client)
    assert statuses() == ["RECRUITING", "SUSPENDED", "RECRUITING"]


def test_several_matching_sites_need_a_number(client, lead, sites):
    a_site(sites[0].trial, sites[0].facility, duplicate_index=2)
    page = upload_table(client, ("NCT00000001", "Hospital 1", "yes"), columns=("Trial", "Facility", "Confirm"))
    assert "Several sites match: Kobe, Japan, listing 1 (site number" in text_of(page)


def test_two_rows_about_one_site_are_both_refused(client, lead, sites):
    page = upload_table(client, suspended(sites[0]), (sites[0].pk, "", "", "", "yes"))
    assert states(page) == ["errors", "errors"]


def test_a_site_changed_after_the_download_is_an_error(client, lead, sites):
    columns = ("Site number", "New status", "Effective date", "Version")
    seen = sites[0].version
    an_event(sites[0], "SUSPENDED", days_ago(1).isoformat())
    page = upload_table(client, (sites[0].pk, "Active, not recruiting", TODAY, seen), columns=columns)
    assert "The site was changed after the table was made." in text_of(page)
    apply(client, which="valid")
    assert statuses()[0] == "SUSPENDED"


def test_a_site_changed_after_the_dry_run_is_skipped(client, lead, sites):
    upload_table(client, suspended(sites[0]), suspended(sites[1]))
    an_event(sites[0], "ACTIVE_NOT_RECRUITING", TODAY)
    assert apply(client).status_code == 409
    page = apply(client, which="valid")
    assert statuses() == ["ACTIVE_NOT_RECRUITING", "SUSPENDED", "RECRUITING"]
    assert "The site was changed after the table was made." in rows_of(page)[0]


def test_targets_and_notes_are_set_by_trial_coordinators(client, lead, sites):
    upload_table(client, (sites[0].pk, "40", "Ask in May\nand in June"), columns=PLAN)
    apply(client)
    sites[0].refresh_from_db()
    assert (sites[0].enrollment_target, sites[0].internal_note) == (40, "Ask in May\nand in June")
    upload_table(client, (sites[0].pk, "none", "none"), columns=PLAN)
    apply(client)
    sites[0].refresh_from_db()
    assert (sites[0].enrollment_target, sites[0].internal_note) == (None, "")


def test_a_site_coordinator_neither_sets_nor_sees_targets_and_notes(client, sites):
    site = a_site(sites[0].trial, a_facility(8), internal_note="canary7f3a")
    client.force_login(make_coordinator(site))
    page = upload_table(client, (site.pk, "40", "canary"), (sites[1].pk, "41", ""), columns=PLAN)
    assert "Only trial coordinators can change the enrollment target" in text_of(page)
    assert "canary7f3a" not in text_of(page)
    assert apply(client, which="valid").status_code == 409


def test_a_site_coordinator_cannot_end_a_site_early(client, sites):
    client.force_login(make_coordinator(sites[0]))
    page = upload_table(client, (sites[0].pk, "Withdrawn", TODAY, "", ""))
    assert "A site coordinator cannot set Terminated or Withdrawn." in text_of(page)


def test_a_manager_records_several_corrections_with_a_reason(client, sites):
    user = a_user("boss", is_superuser=True)
    client.force_login(user)
    upload_table(client, (sites[0].pk, "Not yet recruiting", TODAY, "It had not begun", ""))
    apply(client)
    event = StatusEvent.objects.latest("pk")
    assert (event.status, event.corrects.status) == ("NOT_YET_RECRUITING", "RECRUITING")


def test_undo_restores_the_former_statuses(client, lead, sites):
    before = current_columns()
    upload_table(client, suspended(sites[0]), (sites[1].pk, "", "", "", "yes"))
    apply(client)
    page = undo(client)
    assert current_columns() == before
    assert [row.count("Done, then undone") for row in rows_of(page)] == [1, 1]
    correction = StatusEvent.objects.latest("pk")
    assert (correction.corrects.status, correction.reason) == (
        "SUSPENDED",
        f"Undo of bulk change {BulkChange.objects.get().pk}",
    )
    assert Confirmation.objects.filter(undone_at__isnull=True).count() == 3


def test_undo_skips_sites_changed_later_with_a_message(client, lead, sites):
    upload_table(client, suspended(sites[0]), suspended(sites[1]))
    apply(client)
    an_event(sites[0], "RECRUITING", TODAY, days_ago(0).isoformat())
    page = undo(client)
    assert "Not undone: the status was changed again later." in rows_of(page)[0]
    assert "1 row could not be undone in full" in text_of(page)
    assert statuses() == ["RECRUITING", "RECRUITING", "RECRUITING"]
    assert not StatusEvent.objects.filter(corrects__trial_site=sites[0]).exists()
    sites[0].refresh_from_db()
    assert sites[0].last_confirmed_on is None, "what was said of the stay before the break counts no more"


def test_undo_of_a_first_status_leaves_the_site_without_one(client, trial, lead):
    site = a_site(trial, a_facility(8))
    upload_table(client, (site.pk, "Not yet recruiting", TODAY, "", ""))
    apply(client)
    undo(client)
    site.refresh_from_db()
    assert (site.status, site.status_since, site.last_confirmed_on) == ("", None, None)


def test_undo_restores_targets_that_were_not_changed_later(client, lead, sites):
    upload_table(client, (sites[0].pk, "40", "First"), (sites[1].pk, "41", ""), columns=PLAN)
    apply(client)
    upload_table(client, (sites[0].pk, "50", "First"), columns=PLAN)
    apply(client)
    first = BulkChange.objects.last()
    page = client.post(f"{first.get_absolute_url()}undo/", follow=True)
    assert "Enrollment target: not undone, changed again later." in rows_of(page)[0]
    assert list(TrialSite.objects.order_by("pk").values_list("enrollment_target", "internal_note"))[:2] == [
        (50, ""),
        (None, ""),
    ]


def test_a_site_no_longer_assigned_is_neither_undone_nor_shown(client, sites):
    user = make_coordinator(sites[0])
    client.force_login(user)
    upload_table(client, suspended(sites[0]))
    apply(client)
    with authored("test"):
        user.assignments.update(ends_on=date(2020, 1, 2))
    page = undo(client)
    assert "No longer an assigned site" in text_of(page)
    assert "Not undone: the site is no longer assigned to you." in text_of(page)
    assert "Hospital 1" not in text_of(page)
    assert statuses()[0] == "SUSPENDED"


def test_the_result_hides_notes_from_former_trial_coordinators(client, lead, sites):
    upload_table(
        client, (sites[0].pk, "12", "They will close"), columns=("Site number", "Enrollment target", "Internal note")
    )
    assert "They will close" in text_of(apply(client))
    with authored("test"):
        lead.assignments.update(ends_on=date(2020, 1, 2))
    assign(lead, site=sites[0])
    words = text_of(client.get(BulkChange.objects.get().get_absolute_url()))
    assert "Enrollment target" in words
    assert "They will close" not in words


@pytest.mark.parametrize("act", ["", "apply/", "undo/"])
def test_a_bulk_change_of_others_is_a_404(client, lead, sites, act):
    upload_table(client, suspended(sites[0]))
    bulk = BulkChange.objects.get()
    client.force_login(a_user("other", is_superuser=True))
    for pk in (bulk.pk, 999_999):
        ask = client.post if act else client.get
        assert ask(f"/work/bulk/{pk}/{act}", {"which": "all"}).status_code == 404
    assert statuses()[0] == "RECRUITING"


@pytest.mark.parametrize("question", ["?show=open", "?page=9", "?page=x", "?sort=site"])
def test_invalid_filters_of_the_rows_are_refused(client, lead, sites, question):
    upload_table(client, suspended(sites[0]))
    assert client.get(BulkChange.objects.get().get_absolute_url() + question).status_code == 400


def test_rows_are_filtered_by_state(client, lead, sites):
    upload_table(client, suspended(sites[0]), (999_999, "Suspended", TODAY, "", ""))
    page = client.get(f"{BulkChange.objects.get().get_absolute_url()}?show=errors")
    assert states(page) == ["errors"]
    assert "1 with errors 1 to change" in text_of(page)


def test_applying_nothing_is_refused(client, lead, sites):
    upload_table(client, (sites[0].pk, "", "", "", ""))
    assert apply(client).status_code == 409
    assert client.post(f"{BulkChange.objects.get().get_absolute_url()}apply/", {"which": "some"}).status_code == 400
    assert not BulkChangeRow.objects.exists()


def test_the_result_names_overall_statuses_to_review(client, lead, sites):
    upload_table(client, *(suspended(site) for site in sites))
    assert "The overall status of 1 trial no longer matches" in text_of(apply(client))


def many(number: int):
    trial = a_recruiting_trial(1)
    return trial, [a_confirmed_site(trial, place, 40) for place in range(1, number + 1)]


def steps(client, sites) -> list[int]:
    """The numbers of queries of upload, dry run, apply, result and undo."""
    counts = []
    bring_lines = [
        (
            site.pk,
            "Suspended" if number % 2 else "",
            TODAY if number % 2 else "",
            "",
            "" if number % 2 else "yes",
            number,
        )
        for number, site in enumerate(sites)
    ]
    columns = ("Site number", "New status", "Effective date", "Reason for change", "Confirm", "Enrollment target")
    acts = [
        lambda: upload_table(client, *bring_lines, columns=columns),
        lambda: client.get(BulkChange.objects.get().get_absolute_url()),
        lambda: apply(client),
        lambda: client.get(BulkChange.objects.get().get_absolute_url()),
        lambda: undo(client),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as queries:
            assert act().status_code == 200
        counts.append(len(queries))
    return counts


def test_the_number_of_queries_does_not_grow_with_the_rows(client):
    trial, sites = many(10)
    user = make_coordinator(trial=trial)
    client.force_login(user)
    client.get("/work/bulk/")
    few = steps(client, sites)
    BulkChange.objects.all().delete()
    other = a_trial(2, overall_status="RECRUITING")
    assign(user, trial=other)
    more = [a_confirmed_site(other, 100 + number, 40) for number in range(200)]
    assert steps(client, more) == few
