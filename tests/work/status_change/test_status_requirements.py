"""Requirements of a selected status are shown on the form, and all errors together."""

import pytest

from sites.models import StatusEvent
from tests.factories import a_manager, assign
from tests.pages.html_reader import read, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator

pytestmark = pytest.mark.django_db
OPTIONAL = "Reason for change (optional)"
NOT_REQUIRED = "No reason given"


@pytest.fixture
def site():
    return a_confirmed_site(a_recruiting_trial(1), 1, 40)


def page_of(site) -> str:
    return f"/work/sites/{site.pk}/change/"


def typed(site, to: str, **more) -> dict:
    return {"to": to, "effective_on": days_ago(0).isoformat(), "version": site.version} | more


def events_of(site) -> list[str]:
    return list(StatusEvent.objects.filter(trial_site=site).values_list("status", flat=True))


def by_the_site(client, site):
    client.force_login(make_coordinator(site))


def by_the_trial(client, site):
    client.force_login(make_coordinator(trial=site.trial))


def asks_to_accept(page) -> bool:
    return 'type="checkbox" name="accept_warnings"' in page.content.decode()


def test_the_requirements_of_a_status_are_shown_and_nothing_is_saved(client, site):
    by_the_trial(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED", why="No drug left", show="1"))
    assert page.status_code == 200
    assert asks_to_accept(page)
    assert "This change is unusual for a site." in text_of(page)
    assert "No drug left" in text_of(page)
    assert page.context["form"]["to"].value() == "TERMINATED"
    assert "There is a problem" not in text_of(page)
    assert events_of(site) == ["RECRUITING"]


def test_a_status_that_needs_approval_requires_a_reason(client, site):
    by_the_site(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED", show="1"))
    assert OPTIONAL not in text_of(page)
    assert "Reason for change" in text_of(page)
    assert asks_to_accept(page)


def test_missing_intermediate_statuses_are_filled_in(client, site):
    by_the_site(client, site)
    page = client.post(page_of(site), typed(site, "COMPLETED", show="1"))
    assert page.context["form"]["first_status"].value() == "ACTIVE_NOT_RECRUITING"
    assert 'class="between" open' in page.content.decode()


@pytest.mark.parametrize("day", ["", "not a day", "2026-13-01"])
def test_requirements_are_shown_without_a_date(client, site, day):
    by_the_trial(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED", effective_on=day, show="1"))
    assert asks_to_accept(page)


def test_without_a_status_there_are_no_requirements(client, site):
    by_the_trial(client, site)
    page = client.post(page_of(site), typed(site, "", show="1"))
    assert not asks_to_accept(page)
    assert OPTIONAL in text_of(page)


def test_all_errors_and_warnings_are_shown_together(client, site):
    by_the_site(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED", effective_on=days_ago(60).isoformat()))
    text = text_of(page)
    assert "Enter a reason for the trial coordinator" in text
    assert "The effective date is more than 30 days ago" in text
    assert asks_to_accept(page)
    post_data = typed(
        site, "TERMINATED", effective_on=days_ago(60).isoformat(), why="No drug left", accept_warnings="on"
    )
    client.post(page_of(site), post_data)
    assert site.proposals.count() == 1


def test_all_rule_violations_are_shown_together(client, site):
    by_the_site(client, site)
    text = text_of(client.post(page_of(site), typed(site, "SUSPENDED", effective_on="2025-12-01")))
    assert "The effective date is more than 30 days ago" in text
    assert "The effective date cannot be before that of the current status." in text


def test_accepting_a_warning_of_one_status_does_not_accept_that_of_another(client, site):
    by_the_trial(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED", accept_warnings="on", show="1"))
    assert not page.context["form"]["accept_warnings"].value()


def test_an_optional_reason_is_labelled_optional_in_form_and_history(client, site):
    by_the_site(client, site)
    assert OPTIONAL in text_of(client.get(page_of(site)))
    client.post(page_of(site), typed(site, "SUSPENDED"))
    assert events_of(site) == ["RECRUITING", "SUSPENDED"]
    client.force_login(a_manager(is_superuser=True))
    text = text_of(client.get(f"/admin/sites/trialsite/{site.pk}/history/"))
    assert NOT_REQUIRED in text
    assert "Not said" not in text


def in_the_administration(client, site, day, why):
    client.force_login(a_manager("boss", is_superuser=True))
    return client.post(f"/admin/sites/trialsite/{site.pk}/status/", typed(site, "SUSPENDED", effective_on=day, why=why))


def on_its_page(client, site, day, why):
    by_the_site(client, site)
    return client.post(page_of(site), typed(site, "SUSPENDED", effective_on=day, why=why))


def in_a_table(client, site, day, why):
    by_the_site(client, site)
    head, row = "Site\tNew status\tNew since\tReason", f"{site.pk}\tSuspended\t{day}\t{why}"
    page = client.post("/work/bulk/", {"table": f"{head}\n{row}"}, follow=True)
    client.post(f"{page.redirect_chain[-1][0]}apply/", {"which": "all"})
    return page


def chosen_on_the_board(client, site, day, why):
    by_the_site(client, site)
    post_data = {"site": f"{site.pk}:{site.version}", "to": "SUSPENDED", "effective_on": day, "why": why}
    page = client.post("/work/bulk/choose/", post_data, follow=True)
    client.post(f"{page.redirect_chain[-1][0]}apply/", {"which": "all"})
    return page


@pytest.mark.parametrize("way", [on_its_page, in_the_administration, in_a_table, chosen_on_the_board])
def test_a_backdated_change_needs_a_reason_in_every_form(client, site, way):
    day = days_ago(40).isoformat()
    assert "The effective date is more than 30 days ago" in text_of(way(client, site, day, ""))
    assert events_of(site) == ["RECRUITING"]


@pytest.mark.parametrize("way", [on_its_page, in_the_administration])
def test_a_reason_that_turned_out_to_be_required_is_not_labelled_optional(client, site, way):
    text = text_of(way(client, site, days_ago(40).isoformat(), ""))
    assert "Reason for change" in text
    assert OPTIONAL not in text


@pytest.mark.parametrize("way", [on_its_page, in_the_administration, in_a_table, chosen_on_the_board])
def test_a_recent_change_needs_no_reason_in_any_form(client, site, way):
    way(client, site, days_ago(3).isoformat(), "")
    assert events_of(site) == ["RECRUITING", "SUSPENDED"]


def test_every_status_form_shows_whether_a_reason_is_required(client, site):
    user = a_manager("boss", is_superuser=True)
    assign(user, trial=site.trial)
    client.force_login(user)
    addresses = [
        page_of(site), f"/admin/sites/trialsite/{site.pk}/status/", f"/work/bulk/choose/?site={site.pk}:{site.version}",
        f"/trials/{site.trial.key}/activation/{site.pk}/", f"/admin/sites/trialsite/{site.pk}/change/",
    ]  # fmt: skip
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert OPTIONAL in text_of(page), address
    correct = client.get(f"/admin/sites/trialsite/event/{site.status_events.get().pk}/correct/")
    assert OPTIONAL not in " ".join(read(correct).words)


def test_a_warning_names_its_rule_and_is_not_shown_as_an_error(client, site):
    by_the_trial(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED"))
    text, html = text_of(page), page.content.decode()
    assert "After Recruiting, a site usually becomes Active, not recruiting or Suspended, not Terminated." in text
    assert "Correct the form, or tick the box to confirm. Then save." in text
    assert "There is a problem" not in text
    assert "notice is-bad" not in html
    assert "errorlist" not in html


def test_an_unusual_first_status_is_explained(client, site):
    by_the_trial(client, site)
    new = {"facility": "new", "name": "Riverside", "country": "Japan", "status": "RECRUITING"}
    page = client.post(f"/work/trials/{site.trial.key}/new-site/", new | {"effective_on": days_ago(0).isoformat()})
    assert "A new site usually starts as Not yet recruiting or Withdrawn, not Recruiting." in text_of(page)
    assert "errorlist" not in page.content.decode()


def test_a_warning_does_not_hide_an_error(client, site):
    by_the_trial(client, site)
    page = client.post(page_of(site), typed(site, "TERMINATED", effective_on=days_ago(60).isoformat()))
    assert asks_to_accept(page)
    assert "The effective date is more than 30 days ago" in text_of(page)
    assert "notice is-bad" in page.content.decode()


def buttons(page) -> str:
    return " ".join(text_of(page).split("Reason for change")[-1].split())


def test_the_label_of_the_button_depends_on_the_authority(client, site):
    by_the_site(client, site)
    assert "Save or propose" not in text_of(client.get(page_of(site)))
    proposing = client.post(page_of(site), typed(site, "TERMINATED", show="1"))
    assert "Submit for approval Show required fields" in buttons(proposing)
    saving = client.post(page_of(site), typed(site, "SUSPENDED", show="1"))
    assert "is submitted to the trial coordinator. Any other status is saved at once" in buttons(saving)
    client.force_login(make_coordinator(trial=site.trial, name="lead"))
    assert "approval." not in buttons(client.post(page_of(site), typed(site, "TERMINATED", show="1")))
