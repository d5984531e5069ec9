"""The sites of all trials: rows, filters, groups, next due dates, CSV, and reminders from there."""

import csv
import io
from datetime import date

import pytest
import time_machine

from tests.factories import a_facility, a_manager, a_report, a_site, a_trial, a_user, an_inspector, assign
from tests.pages.html_reader import queries_of, read, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.models import Finding

pytestmark = pytest.mark.django_db
BOARDS, BOARD = "/boards/", "/trials/NCT00000001/sites/"
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


@pytest.fixture
def three_sites():
    """Sites 1 and 2 of trial 1, confirmed 40 and 3 days ago; site 3 of trial 2 in Peru, completed."""
    one, two = a_recruiting_trial(1, acronym="ONE"), a_trial(2, overall_status="COMPLETED")
    first, second = a_confirmed_site(one, 1, 40), a_confirmed_site(one, 2, 3)
    third = a_site(two, a_facility(3, country="Peru", city="Lima"), status="COMPLETED", since="2026-02-01")
    make_coordinator(first, name="site")
    make_coordinator(trial=one, name="lead")
    return first, second, third


def hospitals(response) -> list[str]:
    return [row.split(" ")[1] for row in rows_of(response) if row.startswith("Hospital")]


def test_a_row_names_trial_status_age_responsible_and_what_is_due(client, manager, three_sites):
    first, second, third = rows_of(client.get(BOARDS))
    assert first.startswith("Hospital 1 Kobe, Japan ONE NCT00000001 Recruiting Confirmed 40 days ago site")
    assert "No reminder sent Remind about Hospital 1" in first
    assert first.endswith("Confirmation 10 November 2026 · 10 days overdue")
    assert "lead (trial)" in second
    assert second.endswith("Confirmation 17 December 2026")
    assert "Completed No confirmation due No coordinator assigned Nothing due" in third


def test_the_earliest_due_date_is_shown(client, manager, three_sites):
    a_report(three_sites[1], "2026-09", enrolled=1)
    assert rows_of(client.get(BOARDS))[1].endswith("Enrollment of October 2026 10 November 2026 · 10 days overdue")
    Finding.objects.create(trial=three_sites[1].trial, trial_site=three_sites[1], rule="x", level="ERROR",
                           since=TODAY, due_on=date(2026, 11, 1))  # fmt: skip
    assert "Data check error 1 November 2026 · 19 days overdue" in text_of(client.get(BOARDS))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("trial=NCT00000001", ["1", "2"]),
        ("trial=nct 00000002", ["3"]),
        ("trial=NCT99999999", []),
        ("country=Peru", ["3"]),
        ("status=RECRUITING", ["1", "2"]),
        ("confirmed=fresh", ["2"]),
        ("confirmed=due", ["1"]),
        ("late=confirmation", ["1"]),
        ("words=lima hospital", ["3"]),
        ("words=kobe lima", []),
        ("coordinator=none", ["3"]),
        ("sort=-confirmed", ["2", "1", "3"]),
        ("sort=site", ["1", "2", "3"]),
        ("sort=-site", ["3", "2", "1"]),
        ("sort=trial", ["1", "2", "3"]),
        ("sort=-status", ["3", "1", "2"]),
    ],
)
def test_sites_are_filtered_and_sorted(client, manager, three_sites, query, expected):
    assert hospitals(client.get(f"{BOARDS}?{query}")) == expected


def test_the_responsible_coordinator_is_the_sites_or_without_one_the_trials(client, manager, three_sites):
    ids = {user.username: user.pk for user in type(manager).objects.all()}
    assert hospitals(client.get(f"{BOARDS}?coordinator={ids['site']}")) == ["1"]
    assert hospitals(client.get(f"{BOARDS}?coordinator={ids['lead']}")) == ["2"]
    assert client.get(f"{BOARDS}?coordinator={manager.pk}").status_code == 400


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("trial", ["NCT00000001 · ONE", "Hospital 1", "Hospital 2", "NCT00000002 · Trial 2", "Hospital 3"]),
        ("country", ["Japan", "Hospital 1", "Hospital 2", "Peru", "Hospital 3"]),
        ("coordinator", ["lead", "Hospital 2", "site", "Hospital 1", "No coordinator", "Hospital 3"]),
    ],
)
def test_sites_are_grouped(client, manager, three_sites, group, expected):
    rows = rows_of(client.get(f"{BOARDS}?group={group}"))
    assert [row[: len(text)] for row, text in zip(rows, expected, strict=True)] == expected


def test_a_trial_coordinator_sees_the_sites_of_the_own_trials(client, three_sites):
    client.force_login(type(a_user("other")).objects.get(username="lead"))
    assert hospitals(client.get(BOARDS)) == ["1", "2"]
    client.force_login(type(a_user("another")).objects.get(username="site"))
    assert client.get(BOARDS).status_code == 404


def test_the_csv_has_every_row_in_the_order_shown(client, manager, three_sites):
    text = client.get(f"{BOARDS}?format=csv&group=country").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Country"], row["Site"]) for row in rows] == [
        ("Japan", "Hospital 1"), ("Japan", "Hospital 2"), ("Peru", "Hospital 3"),
    ]  # fmt: skip
    assert (rows[0]["Responsible"], rows[0]["Next due"], rows[0]["Days overdue"]) == ("site", "Confirmation", "10")


def test_reminding_from_the_board_returns_to_its_filters(client, manager, three_sites):
    """Who is reminded, and how often, is the subject of tests/work/reminders."""
    address = f"{BOARDS}?late=confirmation"
    page = client.get(address)
    assert 'action="/work/remind/"' in page.content.decode()
    answer = client.post("/work/remind/", {"site": three_sites[0].pk, "back": address})
    assert address in read(answer).links
    one = client.get("/work/remind/", {"site": three_sites[0].pk, "back": address})
    assert address in read(one).links


@pytest.mark.parametrize("back", ["//example.org/boards/", "https://example.org/", "/admin/", "/boards/x/"])
def test_a_reminder_returns_to_no_other_address(client, manager, three_sites, back):
    answer = client.post("/work/remind/", {"site": three_sites[0].pk, "back": back})
    assert f'name="back" value="{back}"' not in answer.content.decode()
    assert BOARD in read(answer).links


def test_inspectors_read_and_do_not_remind(client, three_sites):
    client.force_login(an_inspector())
    page = client.get(BOARDS)
    assert hospitals(page) == ["1", "2", "3"]
    assert "Remind" not in text_of(page)


@pytest.mark.parametrize("query", ["colour=red", "sort=size", "group=city", "format=xlsx", "late=x", "page=2"])
def test_an_unknown_parameter_is_named(client, manager, three_sites, query):
    assert client.get(f"{BOARDS}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["", "?group=coordinator", "?group=trial", "?late=confirmation", "?words=hospital"])
def test_the_queries_do_not_grow_with_the_sites(client, manager, query):
    counts = []
    for numbers in (range(1, 4), range(4, 20)):
        for number in numbers:
            trial = a_recruiting_trial(number)
            site = a_confirmed_site(trial, number, 40)
            a_report(site, "2026-08", enrolled=number)
            make_coordinator(site, name=f"site{number}")
        assign(make_coordinator(name=f"lead{numbers[0]}"), trial=trial)
        counts.append(queries_of(client, f"{BOARDS}{query}"))
    assert counts[0] == counts[1]
