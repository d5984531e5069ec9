"""A site that needs a review is confirmed alone, with its reasons; the others together on the review page."""

import pytest
from django.utils import timezone

from history.authorship import authored
from tests.factories import a_facility, a_site, assign, make
from tests.form_filling import form_of
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator, make_sites
from trials.models import Trial
from work.models import RULES_BY_ID, BulkChangeRow, Finding, Flag, PublicReport, ReportedFault
from work.my_work.confirmations import review_reasons

pytestmark = pytest.mark.django_db
WORK, CONFIRM, REVIEW = "/work/", "/work/confirm/", "/work/confirm/review/"


def seen_versions(sites):
    return [f"{site.pk}:{site.version}" for site in sites]


def confirm_together(client, sites):
    ids = ",".join(str(site.pk) for site in sites)
    return client.post(CONFIRM, {"seen": seen_versions(sites), "only": ids}, follow=True)


def confirmed_today(*sites) -> list[bool]:
    for site in sites:
        site.refresh_from_db()
    return [site.last_confirmed_on == timezone.localdate() for site in sites]


def old_site(client):
    """A site not confirmed for 822 days."""
    trial, sites = make_sites(2)
    return [*sites, a_confirmed_site(trial, 3, 822)], "Not confirmed for 822 days."


def site_of_a_finished_trial(client):
    _, sites = make_sites(2)
    trial = a_recruiting_trial(2, completion_on="2026-03")
    return [*sites, a_confirmed_site(trial, 3, 40)], "The trial’s completion date, March 2026, has passed."


def site_of_an_unknown_trial(client):
    _, sites = make_sites(2)
    trial = a_recruiting_trial(2, verified_on="2020-01")
    return [*sites, a_confirmed_site(trial, 3, 40)], "The trial is shown as Unknown"


def site_past_the_primary_completion(client):
    _, sites = make_sites(2)
    trial = a_recruiting_trial(2, primary_completion_on="2026-03")
    return [*sites, a_confirmed_site(trial, 3, 40)], "The trial’s primary completion date, March 2026, has passed."


def site_that_was_never_confirmed(client):
    trial, sites = make_sites(2)
    site = a_site(trial, a_facility(3), status="RECRUITING", since=days_ago(180).isoformat())
    return [*sites, site], "Never confirmed; the status has been known for 180 days."


def site_of_a_trial_in_which_none_recruits(client):
    _, sites = make_sites(2)
    site = a_confirmed_site(a_recruiting_trial(2), 3, 40, status="SUSPENDED")
    return [*sites, site], "The overall status is Recruiting, but no site is recruiting."


def site_of_a_trial_with_a_finding_about_its_days(client):
    _, sites = make_sites(2)
    trial = a_recruiting_trial(2)
    site = a_confirmed_site(trial, 3, 40)
    make(Finding, trial=trial, rule="not-yet-recruiting-has-not-started", level="ERROR", since=days_ago(1))
    return [*sites, site], RULES_BY_ID["not-yet-recruiting-has-not-started"].text


def site_against_the_overall_status(client):
    _, sites = make_sites(2)
    trial = a_recruiting_trial(2)
    site = a_confirmed_site(trial, 3, 40)
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(overall_status="COMPLETED")
    return [*sites, site], "Sites of a completed trial must be completed, terminated or withdrawn."


def site_with_a_finding(client):
    trial, sites = make_sites(3)
    make(
        Finding, trial=trial, trial_site=sites[2], rule="contact-can-be-reached", level="WARNING", since=days_ago(1)
    )  # fmt: skip
    return sites, "Enter a phone number or an e-mail address."


def flagged_site(client):
    trial, sites = make_sites(3)
    make(Flag, trial=trial, trial_site=sites[2], text="The ward closed in May.", raised_by="user:1")
    return sites, "Flagged: The ward closed in May."


def reported_site(client):
    trial, sites = make_sites(3)
    make(PublicReport, trial=trial, trial_site=sites[2], fault=ReportedFault.STATUS)
    return sites, "Reported from the public page as out of date."


REVIEW_CASES = [
    old_site, site_of_a_finished_trial, site_of_an_unknown_trial, site_against_the_overall_status, site_with_a_finding,
    flagged_site, reported_site, site_past_the_primary_completion, site_that_was_never_confirmed,
    site_of_a_trial_in_which_none_recruits, site_of_a_trial_with_a_finding_about_its_days,
]  # fmt: skip


@pytest.mark.parametrize("doubtful", REVIEW_CASES)
def test_a_site_that_needs_a_review_is_confirmed_alone(client, doubtful):
    sites, reason = doubtful(client)
    client.force_login(make_coordinator(*sites))
    page = confirm_together(client, sites)
    assert confirmed_today(*sites) == [True, True, False]
    assert f"Not confirmed because these sites need a review. {sites[2]}: " in text_of(page)
    assert reason in text_of(page)
    client.post(CONFIRM, {"seen": seen_versions(sites), "only": sites[2].pk})
    assert confirmed_today(sites[2]) == [True]


def test_closed_and_unrelated_findings_need_no_review(client):
    trial, sites = make_sites(2)
    of = {"trial": trial, "trial_site": sites[1]}
    closed = {"closed_at": timezone.now(), "closed_by": "user:1"}
    make(Flag, **of, text="The ward closed in May.", raised_by="user:1", answer="It did not.", **closed)
    make(PublicReport, **of, fault=ReportedFault.STATUS, outcome="RIGHT", **closed)
    make(PublicReport, **of, fault=ReportedFault.PLACE)
    values = {"rule": "contact-can-be-reached", "since": days_ago(1)}
    make(Finding, **of, **values, level="WARNING", closed_at=timezone.now())
    make(Finding, **of, **values, level="NOTE")
    make(Finding, trial=trial, rule="why-stopped-length", level="ERROR", since=days_ago(1))
    client.force_login(make_coordinator(*sites))
    confirm_together(client, sites)
    assert confirmed_today(*sites) == [True, True]


@pytest.mark.parametrize(
    ("days", "status", "completion"),
    [(179, "RECRUITING", {}), (40, "ACTIVE_NOT_RECRUITING", {"primary_completion_on": "2026-03"})],
)
def test_a_site_confirmed_in_time_needs_no_review(client, days, status, completion):
    _, sites = make_sites(2)
    trial = a_recruiting_trial(2, **completion)
    a_confirmed_site(trial, 4, 1)
    sites.append(a_confirmed_site(trial, 3, days, status=status))
    client.force_login(make_coordinator(*sites))
    confirm_together(client, sites)
    assert confirmed_today(*sites) == [True, True, True]


def test_a_completion_date_has_passed_on_the_next_day(client):
    for day, doubted in ((days_ago(0), False), (days_ago(1), True)):
        site = a_confirmed_site(a_recruiting_trial(7 + doubted, completion_on=day.isoformat()), 20 + doubted, 1)
        assert bool(review_reasons([site], on=days_ago(0))) is doubted


def test_only_contradicting_sites_need_a_review():
    trial = a_recruiting_trial(1)
    ended, open_ = a_confirmed_site(trial, 1, 40, status="COMPLETED"), a_confirmed_site(trial, 2, 40)
    other = a_confirmed_site(trial, 3, 40, status="ACTIVE_NOT_RECRUITING")
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(overall_status="ACTIVE_NOT_RECRUITING")
    sites = [ended, open_, other]
    for site in sites:
        site.trial.refresh_from_db()
    assert list(review_reasons(sites, on=days_ago(0))) == [open_.pk]


def test_a_row_that_needs_a_review_has_reasons_and_no_checkbox(client):
    sites, _ = old_site(client)
    client.force_login(make_coordinator(*sites))
    html = client.get(WORK).content.decode()
    assert f'name="site" value="{sites[2].pk}"' not in html
    assert f'name="only" value="{sites[2].pk}"' in html
    [row] = [row for row in rows_of(client.get(WORK)) if "Hospital 3" in row]
    assert row.count("Not confirmed for 822 days") == 1
    assert "Confirmation overdue" in row


def test_the_review_page_lists_the_sites_with_the_users_role(client):
    sites, _ = old_site(client)
    trial = a_recruiting_trial(2, acronym="OTHER")
    other = a_confirmed_site(trial, 9, 50, status="SUSPENDED")
    a_confirmed_site(trial, 10, 1)
    user = make_coordinator(*sites)
    assign(user, trial=other.trial)
    client.force_login(user)
    assert "Review and confirm 3 sites" in text_of(client.get(WORK))
    page = client.get(REVIEW)
    first, second, third, *_ = rows_of(page)
    assert "Hospital 9" in third or "Hospital 9" in first
    [row] = [row for row in rows_of(page) if "Hospital 9" in row]
    for words in ("OTHER", "Suspended", "Confirmed 50 days ago", "Trial coordinator"):
        assert words in row
    assert "Site coordinator" in second
    assert f'name="site" value="{sites[2].pk}"' not in page.content.decode()
    assert "Not included: confirm one by one" in text_of(page)
    post_data = {"seen": seen_versions([*sites[:2], other]), "site": [site.pk for site in (*sites[:2], other)]}
    client.post(CONFIRM, post_data)
    assert confirmed_today(*sites, other) == [True, True, False, True]


def test_a_site_can_be_deselected_in_the_review(client):
    _, sites = make_sites(3)
    client.force_login(make_coordinator(*sites))
    page = client.get(REVIEW)
    assert page.content.decode().count('type="checkbox" name="site"') == 3
    assert "clear the sites that you do not want to confirm" in text_of(page)
    selected = [sites[0].pk, sites[2].pk]
    client.post(CONFIRM, form_of(page, "review", site=selected))
    assert confirmed_today(*sites) == [True, False, True]


def test_the_review_keeps_the_trial_and_page_of_the_list(client):
    trial, sites = make_sites(2)
    others = [a_confirmed_site(a_recruiting_trial(2), number, 40) for number in (8,)]
    client.force_login(make_coordinator(*sites, *others))
    assert f'href="{REVIEW}?trial={trial.key}"' in client.get(f"{WORK}?trial={trial.key}").content.decode()
    assert "Hospital 8" not in text_of(client.get(f"{REVIEW}?trial={trial.key}"))


def test_a_bulk_upload_confirms_no_site_that_needs_a_review(client):
    sites, reason = old_site(client)
    client.force_login(make_coordinator(*sites))
    table = "\n".join(["Site\tVersion\tConfirm", *(f"{site.pk}\t{site.version}\tyes" for site in sites)])
    page = client.post("/work/bulk/", {"table": table}, follow=True)
    address = page.redirect_chain[-1][0]
    assert f"Review and confirm this site in My work. {reason}" in text_of(page)
    client.post(f"{address}apply/", {"which": "valid"})
    assert confirmed_today(*sites) == [True, True, False]
    assert BulkChangeRow.objects.filter(outcome="SKIPPED").count() == 1


def test_the_admin_shows_the_review_reasons(client, admin_client):
    sites, reason = old_site(client)
    assert reason in text_of(admin_client.get(f"/admin/sites/trialsite/{sites[2].pk}/change/"))


def test_the_number_of_queries_of_the_review_does_not_grow_with_the_sites(client):
    _, sites = make_sites(20)
    client.force_login(make_coordinator(*sites[:2]))
    few = queries_of(client, REVIEW)
    client.force_login(make_coordinator(*sites, name="other"))
    assert queries_of(client, REVIEW) == few
