"""The enrollment grid: entered, checked, and saved all or none."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.partial_dates import PartialDate
from history.authorship import authored
from history.trail import trail_of
from sites.models import EnrollmentReport
from sites.permissions import SITES_ON_A_PAGE
from sites.services import MonthlyCounts, save_enrollment_reports
from tests.factories import a_facility, a_manager, a_report, a_site, a_trial, a_user, assign
from tests.pages.html_reader import queries_of, text_of
from tests.sites.enrollment_grid_helpers import cell, grid_at, make_director, make_trial_with_sites, sent_back

pytestmark = pytest.mark.django_db
MONTH, BEFORE = "2026-02", "2026-01"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-06-15")


@pytest.fixture
def grid(client):
    """A trial of two sites, with its coordinator signed in."""
    trial, sites = make_trial_with_sites(2)
    client.force_login(make_director(trial))
    return trial, sites


def enter(client, trial, month=MONTH, **changes):
    address = grid_at(trial, month)
    return client.post(address, sent_back(client.get(address), **changes))


def enrolled() -> dict[str, int | None]:
    return {f"{name} {month}": count for name, month, count in EnrollmentReport.objects.values_list(
        "trial_site__facility__name", "month", "enrolled")}  # fmt: skip


def test_a_month_of_all_sites_is_saved_and_blank_is_not_zero(client, grid):
    trial, (one, two) = grid
    response = enter(client, trial, **{cell("enrolled", one, MONTH): "1,204", cell("enrolled", two, MONTH): "0"})
    assert response.status_code == 302
    assert enrolled() == {"Hospital 1 2026-02": 1204, "Hospital 2 2026-02": 0}
    assert EnrollmentReport.objects.filter(screened__isnull=True).count() == 2


def test_the_counts_of_the_month_before_are_shown(client, grid):
    trial, (one, _) = grid
    a_report(one, BEFORE, screened=9, enrolled=4)
    assert "previous 9" in text_of(client.get(grid_at(trial, MONTH)))


def test_one_invalid_row_prevents_saving_all_rows(client, grid):
    trial, (one, two) = grid
    response = enter(
        client, trial,
        **{cell("enrolled", one, MONTH): "3", cell("screened", two, MONTH): "1", cell("consented", two, MONTH): "2"},
    )  # fmt: skip
    assert "There cannot be more consented than screened." in text_of(response)
    assert f'id="error-consented-{two.pk}-{MONTH}"' in response.content.decode()
    assert f'name="enrolled-{one.pk}-{MONTH}" value="3"' in response.content.decode()
    assert not EnrollmentReport.objects.exists()


@pytest.mark.parametrize("text", ["4.5", "many", "-1", "99999999999", "12,34"])
def test_an_invalid_number_is_an_error_of_its_cell(client, grid, text):
    trial, (one, _) = grid
    response = enter(client, trial, **{cell("enrolled", one, MONTH): text})
    assert "is not a whole number" in text_of(response) or "is too large" in text_of(response)
    assert f'value="{text}"' in response.content.decode()
    assert not EnrollmentReport.objects.exists()


def test_all_errors_are_shown_together(client, grid):
    trial, (one, two) = grid
    a_report(two, BEFORE, enrolled=4)
    response = enter(client, trial, **{cell("enrolled", one, MONTH): "many", cell("enrolled", two, MONTH): "3"})
    assert "“many” is not a whole number." in text_of(response)
    assert "give a reason" in text_of(response)


def test_a_decrease_needs_a_reason_which_is_saved(client, grid):
    trial, (one, _) = grid
    a_report(one, BEFORE, enrolled=4)
    response = enter(client, trial, **{cell("enrolled", one, MONTH): "3"})
    assert "lower than in the month before. Correct it or give a reason" in text_of(response)
    form = sent_back(response, **{cell("reason", one, MONTH): "One was counted twice"})
    assert client.post(grid_at(trial, MONTH), form).status_code == 302
    assert EnrollmentReport.objects.get(month=MONTH).reason == "One was counted twice"
    assert "One was counted twice" in text_of(client.get(grid_at(trial, MONTH)))


def test_a_decrease_across_an_unknown_month_is_an_error(client, grid):
    trial, (one, _) = grid
    a_report(one, "2025-12", enrolled=4)
    a_report(one, BEFORE, screened=9)
    assert "give a reason" in text_of(enter(client, trial, **{cell("enrolled", one, MONTH): "3"}))


def test_a_count_cannot_exceed_that_of_the_following_month(client, grid):
    trial, (one, _) = grid
    a_report(one, "2026-03", enrolled=4)
    assert "higher than in the following month" in text_of(enter(client, trial, **{cell("enrolled", one, MONTH): "5"}))


def test_an_accepted_warning_is_valid_for_its_number_only(client, grid):
    trial, (one, _) = grid
    for month, count in (("2025-10", 0), ("2025-11", 1), ("2025-12", 2), (BEFORE, 3)):
        a_report(one, month, enrolled=count)
    response = enter(client, trial, **{cell("enrolled", one, MONTH): "20"})
    assert "More than three times the usual" in text_of(response)
    other = sent_back(response, accept="on", **{cell("enrolled", one, MONTH): "90"})
    assert "More than three times the usual" in text_of(client.post(grid_at(trial, MONTH), other))
    assert client.post(grid_at(trial, MONTH), sent_back(response, accept="on")).status_code == 302
    assert EnrollmentReport.objects.get(month=MONTH).enrolled == 20


def test_a_stale_row_shows_both_versions_and_keeps_the_edits(client, grid):
    trial, (one, _) = grid
    a_report(one, MONTH, screened=9, enrolled=4)
    mine = sent_back(client.get(grid_at(trial, MONTH)), **{cell("enrolled", one, MONTH): "5"})
    with authored("test"):
        EnrollmentReport.objects.update(enrolled=6, screened=10)
    response = client.post(grid_at(trial, MONTH), mine)
    assert response.status_code == 409
    assert "Saved by another user: 6" in text_of(response)
    assert f'name="enrolled-{one.pk}-{MONTH}" value="5"' in response.content.decode()
    assert f'name="screened-{one.pk}-{MONTH}" value="10"' in response.content.decode(), "not touched, so theirs"
    assert client.post(grid_at(trial, MONTH), sent_back(response)).status_code == 302
    assert EnrollmentReport.objects.values_list("screened", "enrolled").get() == (10, 5)


def test_a_form_submitted_twice_is_saved_once(client, grid):
    trial, (one, _) = grid
    form = sent_back(client.get(grid_at(trial, MONTH)), **{cell("enrolled", one, MONTH): "5"})
    statuses = [client.post(grid_at(trial, MONTH), form).status_code for _ in range(2)]
    assert statuses == [302, 302]
    assert EnrollmentReport.objects.get().version == 1


def test_a_site_coordinator_sees_and_edits_own_sites_only(client):
    trial, (one, two) = make_trial_with_sites(2)
    user = a_user(is_staff=True)
    assign(user, site=one)
    client.force_login(user)
    a_report(two, MONTH, enrolled=77)
    page = client.get(grid_at(trial, MONTH))
    assert "Hospital 2" not in text_of(page)
    assert "77" not in text_of(client.get(grid_at(trial)))
    assert client.get(f"/trials/{trial.key}/enrollment/{two.pk}/").status_code == 404
    key = f"{two.pk}-{MONTH}"
    stolen = {"seen": f"{key}=1|||77||", f"enrolled-{key}": "1"}
    assert client.post(grid_at(trial, MONTH), stolen).status_code == 404
    assert EnrollmentReport.objects.get().enrolled == 77


def test_a_trial_of_others_is_a_404(client, grid):
    other = a_site(a_trial(2), a_facility(9))
    for address in (grid_at(other.trial), grid_at(other.trial, MONTH), f"{grid_at(other.trial)}{other.pk}/"):
        missing = address.replace(other.trial.key, "NCT99999999")
        assert (client.get(address).status_code, client.get(missing).status_code) == (404, 404)


def test_the_page_of_a_site_has_a_row_for_each_month(client, grid, time_machine):
    time_machine.move_to("2026-03-10")
    trial, (one, _) = grid
    a_report(one, BEFORE, enrolled=4)
    address = f"/trials/{trial.key}/enrollment/{one.pk}/"
    page = client.get(address)
    months = ["January 2026", "February 2026", "March 2026"]
    assert sorted(months, key=text_of(page).index) == months
    form = sent_back(page, **{cell("enrolled", one, "2026-02"): "5", cell("enrolled", one, "2026-03"): "6"})
    assert client.post(address, form).status_code == 302
    assert list(EnrollmentReport.objects.order_by("month").values_list("enrolled", flat=True)) == [4, 5, 6]


def test_a_future_month_is_refused(grid):
    counts = MonthlyCounts(grid[1][0].pk, PartialDate("2026-07"), {"enrolled": 1})
    with pytest.raises(ValidationError, match="has not begun"):
        save_enrollment_reports([counts], author="user:1")


def test_a_month_is_future_by_the_given_date(grid):
    counts = MonthlyCounts(grid[1][0].pk, PartialDate(MONTH), {"enrolled": 1})
    with pytest.raises(ValidationError, match="has not begun"):
        save_enrollment_reports([counts], author="user:1", on=date(2026, 1, 31))


def test_months_saved_together_are_checked_against_each_other(grid):
    one = grid[1][0].pk
    counts = [MonthlyCounts(one, PartialDate(month), {"enrolled": count}) for month, count in ((BEFORE, 5), (MONTH, 4))]
    with pytest.raises(ValidationError) as refused:
        save_enrollment_reports(counts, author="user:1")
    assert set(refused.value.error_dict) == {one.key for one in counts}


def test_a_new_reason_replaces_the_old_one_and_is_in_the_trail_once(grid):
    _, (one, two) = grid
    report = a_report(one, MONTH, enrolled=4, reason="Old")
    counts = [MonthlyCounts(site.pk, PartialDate(MONTH), {"enrolled": 3}, reason="Recount") for site in (one, two)]
    save_enrollment_reports([*counts, MonthlyCounts(two.pk, PartialDate(BEFORE), {"enrolled": 1})], author="user:1")
    report.refresh_from_db()
    assert report.reason == "Recount"
    assert trail_of(report)[0].reason == "Recount"


def test_totals_carry_the_last_known_counts_and_show_the_share_of_the_target(client, grid, time_machine):
    time_machine.move_to("2026-04-10")
    trial, (one, two) = grid
    with authored("test"):
        trial.trial_sites.update(enrollment_target=20)
    a_report(one, "2026-01", enrolled=4)
    a_report(two, "2026-03", enrolled=6)
    counts = text_of(client.get(grid_at(trial)))
    assert "10 of 40" in counts
    assert "25 %" in counts
    assert (
        "From 4 in January 2026 to 10 in March 2026. The target is 40." in client.get(grid_at(trial)).content.decode()
    )


@pytest.mark.parametrize("query", ["colour=red", "month=2026", "month=2999-01", "count=sold", "format=pdf", "page=9"])
def test_unknown_parameters_are_refused(client, grid, query):
    assert client.get(f"{grid_at(grid[0])}?{query}").status_code == 400


def test_the_csv_is_the_grid_and_can_be_pasted_back(client, grid):
    trial, (one, _) = grid
    a_report(one, BEFORE, screened=9, enrolled=0)
    table = client.get(f"{grid_at(trial)}?format=csv").content.decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(table))
    assert dict(zip(head, line, strict=True)) == {
        "Site number": str(one.pk), "Site": "Hospital 1", "City": "Lyon", "Country": "France", "Month": BEFORE,
        "Screened": "9", "Consented": "", "Enrolled": "0", "Withdrawn": "", "Completed": "",
    }  # fmt: skip
    changed = table.replace(",0,", ",3,")
    response = client.post(grid_at(trial, MONTH), {"act": "paste", "table": changed})
    assert client.post(grid_at(trial, MONTH), sent_back(response)).status_code == 302
    assert enrolled() == {"Hospital 1 2026-01": 3}


def make_csv_of_three_months(site) -> str:
    head = "Site number\tSite\tCity\tCountry\tMonth\tScreened\tEnrolled"
    lines = [f"{site.pk}\tHospital 1\tLyon\tFrance\t2026-0{month}\t{month}0\t{month}" for month in (1, 2, 3)]
    return "\n".join([head, *lines])


def test_pasted_rows_go_to_their_months_and_other_months_are_listed(client, grid):
    trial, (one, _) = grid
    response = client.post(grid_at(trial, MONTH), {"act": "paste", "table": make_csv_of_three_months(one)})
    counts = text_of(response)
    assert "Some rows are for other months: January 2026, March 2026." in counts
    client.post(grid_at(trial, MONTH), sent_back(response))
    assert enrolled() == {"Hospital 1 2026-01": 1, "Hospital 1 2026-02": 2, "Hospital 1 2026-03": 3}


def test_the_csv_of_all_sites_can_be_pasted_on_the_page_of_one(client, grid):
    trial, (one, two) = grid
    a_report(two, BEFORE, enrolled=7)
    table = make_csv_of_three_months(one) + f"\n{two.pk}\tHospital 2\tLyon\tFrance\t2026-01\t90\t9"
    address = f"/trials/{trial.key}/enrollment/{one.pk}/"
    response = client.post(address, {"act": "paste", "table": table})
    assert "Site not found among your sites." in text_of(response)
    client.post(address, sent_back(response))
    assert enrolled() == {
        "Hospital 1 2026-01": 1, "Hospital 1 2026-02": 2, "Hospital 1 2026-03": 3, "Hospital 2 2026-01": 7,
    }  # fmt: skip


@pytest.mark.parametrize(("text", "month"), [("Sept 2026", "2026-09"), ("30.09.2026", "2026-09"), ("46266", None),
                                             ("n/a", None), ("2026-13", None), ("", None)])  # fmt: skip
def test_an_invalid_month_is_never_replaced_by_that_of_the_page(client, grid, text, month):
    trial, _ = grid
    table = f"Site\tMonth\tEnrolled\nHospital 1\t{text}\t31"
    response = client.post(grid_at(trial, MONTH), {"act": "paste", "table": table})
    counts = text_of(response)
    if month:
        assert "September 2026" in counts
        assert [line.month for line in response.context["rows"]] == [month]
    else:
        assert "No rows matched." in counts
        assert "Cannot read this month" in counts or "Month missing." in counts
        assert response.context["table"] == table


def test_a_row_of_another_trial_is_rejected(client, grid):
    trial, _ = grid
    table = "Trial\tSite\tEnrolled\nNCT 0000 0001\tHospital 1\t3\nNCT00000009\tHospital 2\t4"
    response = client.post(grid_at(trial, MONTH), {"act": "paste", "table": table})
    assert [(line.site.facility.name, line.month) for line in response.context["rows"]] == [("Hospital 1", MONTH)]
    assert "Row 3" in text_of(response)


def test_a_pasted_table_is_shown_before_it_is_saved(client, grid):
    trial, (one, two) = grid
    table = "Site\tScreened\tEnrolled\tMood\nHOSPITAL 2\t1 234\t17\tgood\nHospital 9\t1\t1\t\n"
    form = sent_back(client.get(grid_at(trial, MONTH)), act="paste", table=table, **{cell("screened", one, MONTH): "8"})
    response = client.post(grid_at(trial, MONTH), form)
    counts = text_of(response)
    assert "1 row filled" in counts
    assert "Mood Column not recognized, so it was not read." in counts
    assert "Row 3" in counts
    assert "Site not found among your sites." in counts
    assert not EnrollmentReport.objects.exists()
    client.post(grid_at(trial, MONTH), sent_back(response))
    saved = EnrollmentReport.objects.order_by("trial_site").values_list("trial_site", "screened", "enrolled")
    assert list(saved) == [(one.pk, 8, None), (two.pk, 1234, 17)]


def test_a_name_shared_by_two_sites_is_no_match(client, grid):
    trial, (one, _) = grid
    second_site = a_site(trial, one.facility, duplicate_index=2)
    table = f"Site number\tSite\tEnrolled\n\tHospital 1\t3\n{second_site.pk}\tHospital 1\t4"
    response = client.post(grid_at(trial, MONTH), {"act": "paste", "table": table})
    assert "Several sites match" in text_of(response)
    client.post(grid_at(trial, MONTH), sent_back(response))
    assert EnrollmentReport.objects.get().trial_site == second_site


def test_a_manager_reads_the_grid_without_editing(client):
    trial, (one, _) = make_trial_with_sites(2)
    a_report(one, MONTH, enrolled=77)
    client.force_login(a_manager())
    page = client.get(grid_at(trial, MONTH))
    assert "77" in text_of(page)
    assert "data-cell" not in page.content.decode()
    assert client.post(grid_at(trial, MONTH), {"seen": f"{one.pk}-{MONTH}=1|||77||"}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_sites(client):
    trial, sites = make_trial_with_sites(3)
    client.force_login(make_director(trial))
    addresses = [grid_at(trial), grid_at(trial, MONTH), f"{grid_at(trial)}{sites[0].pk}/"]
    for site in sites:
        a_report(site, BEFORE, enrolled=4)
    before = [queries_of(client, address) for address in addresses]
    for number in range(10, 40):
        a_report(a_site(trial, a_facility(number)), BEFORE, enrolled=4)
    assert [queries_of(client, address) for address in addresses] == before


def test_saving_takes_the_same_queries_for_two_sites_and_for_forty(client):
    trial, sites = make_trial_with_sites(40)
    client.force_login(make_director(trial))
    form = sent_back(client.get(grid_at(trial, MONTH)))
    counted = []
    client.post(grid_at(trial, MONTH), form)  # runs the checks that are due after adding the sites
    for some in (sites[:2], sites):
        changed = form | {f"enrolled-{site.pk}-{MONTH}": str(len(some)) for site in some}
        with CaptureQueriesContext(connection) as queries:
            assert client.post(grid_at(trial, MONTH), changed).status_code in (302, 409)
        counted.append(len(queries))
        with authored("test"):
            EnrollmentReport.objects.all().delete()
    assert counted[0] == counted[1]


def test_buttons_to_other_pages_save_the_form(client):
    trial, sites = make_trial_with_sites(SITES_ON_A_PAGE + 1)
    client.force_login(make_director(trial))
    first, second = grid_at(trial, MONTH), f"{grid_at(trial, MONTH)}&page=2"
    assert 'rel="next"' not in client.get(first).content.decode(), "a plain link would lose it"
    assert 'name="next-page" value="1"' in client.get(second).content.decode()
    text = {cell("enrolled", site, MONTH): "7" for site in sites[:1]}
    response = client.post(first, sent_back(client.get(first), next_page="2", **text))
    assert response.headers["Location"] == second
    assert list(EnrollmentReport.objects.values_list("enrolled", flat=True)) == [7]
