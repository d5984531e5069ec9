"""The overview of trials: its figures, filters, groups, order, downloads and readers."""

import csv
import io
from datetime import date

import pytest
import time_machine
from openpyxl import load_workbook

from tests.factories import (
    a_facility,
    a_manager,
    a_report,
    a_site,
    a_trial,
    a_user,
    an_inspector,
    assign,
)
from tests.pages.html_reader import RAW_CODE, queries_of, read, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial
from work.models import Finding
from work.overview.enrollment_totals import enrollment_totals

pytestmark = pytest.mark.django_db
OVERVIEW = "/overview/"
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(f"{TODAY} 12:00", tick=False):
        yield TODAY


@pytest.fixture
def manager(client):
    user = a_manager()
    client.force_login(user)
    return user


def a_finding(trial, level: str, number: int = 1):
    values = {"rule": f"rule-{number}", "level": level, "since": TODAY}
    return Finding.objects.create(trial=trial, **values)


@pytest.fixture
def two_trials():
    """Trial 1 has three recruiting sites, one of them confirmed lately, and is late; trial 2 is completed."""
    first = a_recruiting_trial(1, lead_sponsor="Zeta Pharma", phases=["PHASE3"], conditions=["Colon cancer"],
                               verified_on="2025-09")  # fmt: skip
    sites = [a_confirmed_site(first, number, days) for number, days in ((1, 3), (2, 40), (3, 400))]
    second = a_trial(2, overall_status="COMPLETED", lead_sponsor="Alpha University", verified_on="2026-10",
                     enrollment_count=80, enrollment_type="ESTIMATED", conditions=["Asthma"])  # fmt: skip
    a_site(second, a_facility(9, country="Peru", city="Lima"), status="COMPLETED", since="2026-02-01")
    return first, second, sites


def titles(response) -> list[str]:
    return [row.split(" NCT")[0] for row in rows_of(response) if "NCT" in row]


def cells_of(client, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"{OVERVIEW}?format=csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_shows_sites_confirmations_findings_and_what_is_late(client, manager, two_trials):
    first, _, sites = two_trials
    a_finding(first, "ERROR")
    a_finding(first, "WARNING", 2)
    a_report(sites[0], "2026-09", enrolled=4)
    row, other = rows_of(client.get(OVERVIEW))
    assert "Recruiting 3 of 3 33 % 1 of 3 recruiting 4" in row
    assert "1 error 1 warning" in row
    assert "2 confirmations overdue" in row
    assert "October 2026 not reported by 3 sites" in row
    assert "Record verification overdue since 30 September 2026" in row
    assert "Completed 0 of 1 None recruiting Not reported, of 80" in other
    assert "No open issues" in other
    assert "Nothing late" in other


def test_enrolled_is_the_sum_of_the_last_figures_of_the_sum_of_targets(client, manager):
    trial = a_recruiting_trial(1, enrollment_count=500)
    one, two = (a_confirmed_site(trial, number, 3, enrollment_target=target) for number, target in ((1, 30), (2, 20)))
    for month, enrolled in (("2026-07", 5), ("2026-09", 8)):
        a_report(one, month, enrolled=enrolled)
    a_report(two, "2026-08", enrolled=2)
    assert "10 of 50 20 %" in rows_of(client.get(OVERVIEW))[0]
    assert 'aria-label="Enrolled: 5 in July 2026, 10 in September 2026"' in client.get(OVERVIEW).content.decode()
    assert enrollment_totals([trial.pk])[trial.pk].values == (5, 7, 10)


def test_without_site_targets_the_target_is_that_of_the_record(client, manager):
    a_report(a_confirmed_site(a_recruiting_trial(1, enrollment_count=40), 1, 3), "2026-10", enrolled=10)
    assert "10 of 40 25 % of the record’s target" in rows_of(client.get(OVERVIEW))[0]


def test_a_trial_coordinator_sees_the_own_trials_only(client, two_trials):
    user = a_user("lead")
    assign(user, trial=two_trials[1])
    client.force_login(user)
    assert titles(client.get(OVERVIEW)) == ["Trial 2"]
    assert [row["Trial"] for row in cells_of(client)] == ["NCT00000002"]


def test_the_overview_is_for_users_of_whole_trials(client, two_trials):
    site_coordinator = a_user("site")
    assign(site_coordinator, site=two_trials[2][0])
    for user in (site_coordinator, a_user("nobody")):
        client.force_login(user)
        assert client.get(OVERVIEW).status_code == 404
        assert OVERVIEW not in read(client.get("/work/")).links
    client.force_login(an_inspector())
    assert client.get(OVERVIEW).status_code == 200
    assert OVERVIEW in read(client.get("/work/")).links


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("words=trial 2", ["Trial 2"]),
        ("words=NCT00000001", ["Trial 1"]),
        ("status=COMPLETED", ["Trial 2"]),
        ("status=UNKNOWN", []),
        ("sponsor=zeta", ["Trial 1"]),
        ("condition=colon", ["Trial 1"]),
        ("country=Peru", ["Trial 2"]),
        ("phase=PHASE3", ["Trial 1"]),
        ("late=any", ["Trial 1"]),
        ("late=confirmation", ["Trial 1"]),
        ("late=verification", ["Trial 1"]),
        ("late=report", []),
        ("coordinator=none", ["Trial 1", "Trial 2"]),
    ],
)
def test_trials_are_filtered(client, manager, two_trials, query, expected):
    response = client.get(f"{OVERVIEW}?{query}")
    assert titles(response) == expected
    assert ("No trials match" in text_of(response)) is (expected == [])


def test_trials_are_filtered_by_a_coordinator_of_the_trial_or_of_a_site(client, manager, two_trials):
    _, second, sites = two_trials
    lead, site_coordinator = a_user("lead"), a_user("site")
    assign(lead, trial=second)
    assign(site_coordinator, site=sites[0])
    assert titles(client.get(f"{OVERVIEW}?coordinator={lead.pk}")) == ["Trial 2"]
    assert titles(client.get(f"{OVERVIEW}?coordinator={site_coordinator.pk}")) == ["Trial 1"]
    assert titles(client.get(f"{OVERVIEW}?coordinator=none")) == []
    assert client.get(f"{OVERVIEW}?coordinator={manager.pk}").status_code == 400, "no coordinator of a trial"


def test_a_missing_report_is_late_after_its_due_day(client, manager, two_trials):
    a_report(two_trials[2][0], "2026-09", enrolled=1)
    assert titles(client.get(f"{OVERVIEW}?late=report")) == ["Trial 1"]
    with time_machine.travel("2026-11-10 12:00", tick=False):
        assert titles(client.get(f"{OVERVIEW}?late=report")) == []


def test_a_status_that_turned_unknown_is_shown_and_found_as_unknown(client, manager):
    a_recruiting_trial(1, verified_on="2024-05", completion_on="2025-01")
    assert "Unknown status" in rows_of(client.get(OVERVIEW))[0]
    assert titles(client.get(f"{OVERVIEW}?status=UNKNOWN")) == ["Trial 1"]
    assert titles(client.get(f"{OVERVIEW}?status=RECRUITING")) == []


@pytest.mark.parametrize(
    ("sort", "first"),
    [("late", 2), ("-late", 1), ("trial", 1), ("-trial", 2), ("status", 1), ("-status", 2), ("open", 2), ("-open", 1),
     ("confirmed", 1), ("-confirmed", 1), ("enrolled", 1), ("-enrolled", 1), ("findings", 2), ("-findings", 1)],
)  # fmt: skip
def test_trials_are_sorted_by_any_figure(client, manager, two_trials, sort, first):
    """A trial without the figure comes last in both directions."""
    a_finding(two_trials[0], "ERROR")
    a_report(a_confirmed_site(two_trials[0], 4, 3, enrollment_target=10), "2026-10", enrolled=5)
    response = client.get(f"{OVERVIEW}?sort={sort}")
    assert titles(response)[0] == f"Trial {first}"
    direction = "descending" if sort.startswith("-") else "ascending"
    assert response.content.decode().count(f'aria-sort="{direction}"') == 1


def test_the_order_agrees_with_the_figures_shown(client, manager, two_trials):
    for number in range(3, 9):
        trial = a_recruiting_trial(number, verified_on=f"2025-0{number}")
        for place in range(number % 4):
            site = a_confirmed_site(trial, number * 10 + place, 20 * place, enrollment_target=9)
            a_report(site, f"2026-{7 + place:02}", enrolled=place)
    for sort, column in (
        ("-late", "Late"), ("-open", "Open sites"), ("-confirmed", "Confirmed (%)"), ("-findings", "Errors"),
        ("-enrolled", "Enrolled of target (%)"),
    ):  # fmt: skip
        values = [int(row[column] or -1) for row in cells_of(client, f"&sort={sort}")]
        assert values == sorted(values, reverse=True), sort


@pytest.mark.parametrize(
    ("group", "headings"),
    [
        ("status", ["Recruiting", "Completed"]),
        ("sponsor", ["Alpha University", "Zeta Pharma"]),
        ("country", ["Japan", "Peru"]),
        ("phase", ["Phase 3", "No phase"]),
    ],
)
def test_trials_are_grouped(client, manager, two_trials, group, headings):
    rows = rows_of(client.get(f"{OVERVIEW}?group={group}"))
    assert rows[0::2] == headings
    assert all("Trial" in row for row in rows[1::2])


def test_a_trial_is_listed_in_each_of_its_countries(client, manager, two_trials):
    a_site(two_trials[0], a_facility(8, country="Peru"))
    response = client.get(f"{OVERVIEW}?group=country")
    assert titles(response) == ["Trial 1", "Trial 1", "Trial 2"]
    assert "3 rows in groups" in text_of(response)


def test_the_downloads_have_every_row_in_the_order_shown(client, manager):
    for number in range(1, 54):
        a_recruiting_trial(number, brief_title=f"Trial {number:03}")
    query = "&sort=-trial&group=status"
    rows = cells_of(client, query)
    shown = [title for page in (1, 2) for title in titles(client.get(f"{OVERVIEW}?page={page}{query}"))]
    assert [row["Title"] for row in rows] == shown
    assert len(shown) == 53
    book = load_workbook(io.BytesIO(client.get(f"{OVERVIEW}?format=xlsx{query}").content))
    cells = [["" if cell is None else str(cell) for cell in row] for row in book["Trials"].iter_rows(values_only=True)]
    assert cells == [list(rows[0]), *(list(row.values()) for row in rows)]


def test_a_title_that_looks_like_a_formula_is_text_in_both_downloads(client, manager):
    a_recruiting_trial(1, brief_title='=HYPERLINK("x")')
    assert cells_of(client)[0]["Title"].startswith("'=")
    sheet = load_workbook(io.BytesIO(client.get(f"{OVERVIEW}?format=xlsx").content))["Trials"]
    assert sheet["C2"].data_type == "s"
    assert sheet["C2"].value.startswith("'=")


@pytest.mark.parametrize(
    "query", ["colour=red", "sort=size", "group=city", "format=pdf", "page=2", "status=OPEN", "late=x",
              "coordinator=x", "coordinator=999999", "phase=PHASE9", "country=Atlantis"],
)  # fmt: skip
def test_an_unknown_parameter_or_value_is_named(client, manager, two_trials, query):
    response = client.get(f"{OVERVIEW}?{query}")
    assert response.status_code == 400
    assert query.partition("=")[0] in text_of(response).lower()


def test_choices_survive_a_bad_request(client, manager, two_trials):
    """A filter's choices are those of the user, also after its field was asked for an error message."""
    lead = a_user("lead")
    assign(lead, trial=two_trials[0])
    assert client.get(f"{OVERVIEW}?coordinator=x").status_code == 400
    assert titles(client.get(f"{OVERVIEW}?coordinator={lead.pk}")) == ["Trial 1"]


def test_no_raw_code_is_shown(client, manager, two_trials):
    assert RAW_CODE.findall(text_of(client.get(f"{OVERVIEW}?group=phase"))) == []


@pytest.mark.parametrize(
    "query", ["", "?group=country", "?sort=enrolled", "?sort=-confirmed", "?late=any", "?coordinator=none"]
)
def test_the_queries_do_not_grow_with_trials_and_sites(client, manager, query):
    counts = []
    for numbers in (range(1, 4), range(4, 20)):
        for number in numbers:
            trial = a_recruiting_trial(number, verified_on="2025-01")
            site = a_confirmed_site(trial, number, 40)
            a_report(site, "2026-08", enrolled=number)
            a_finding(trial, "ERROR")
        counts.append(queries_of(client, f"{OVERVIEW}{query}"))
    assert counts[0] == counts[1]
    assert counts[0] <= 26


def test_after_sign_in_users_of_whole_trials_see_the_overview(client, two_trials):
    lead, site_coordinator = a_user("lead"), a_user("site")
    assign(lead, trial=two_trials[0])
    assign(site_coordinator, site=two_trials[2][0])
    for user, target in ((a_manager(), OVERVIEW), (an_inspector(), OVERVIEW), (lead, OVERVIEW),
                         (site_coordinator, "/work/")):  # fmt: skip
        client.logout()
        answer = client.post("/accounts/login/", {"login": user.username, "password": "dull-test-password"})
        assert answer.headers["Location"] == target, user


def test_a_falling_figure_lowers_the_total_and_a_blank_one_does_not(client, manager):
    trial = a_recruiting_trial(1)
    site = a_confirmed_site(trial, 1, 3)
    a_report(site, "2026-08", enrolled=6)
    a_report(site, "2026-09", enrolled=4, reason="Two enrolled in error")
    a_report(site, "2026-10", screened=9)
    assert enrollment_totals([trial.pk])[trial.pk].values == (6, 4)


def test_the_days_of_a_confirmation_are_those_of_the_setting(client, manager, two_trials, settings):
    settings.CONFIRMATION_DUE_DAYS = 50
    assert "67 % 2 of 3 recruiting" in rows_of(client.get(OVERVIEW))[0]
