"""Trials in the admin: requests by URL with the forms that a browser would submit."""

import re

import pytest
from django.urls import reverse

from history.trail import trail_of
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, assign, grant, make
from tests.form_filling import form_of
from tests.pages.html_reader import queries_of
from trials.admin.fieldsets import TRIAL_FIELDSETS
from trials.models import Intervention, Outcome, Trial

pytestmark = pytest.mark.django_db
FORM = "trial_form"


@pytest.fixture
def trial():
    return a_trial(
        brief_title="A trial",
        overall_status="NOT_YET_RECRUITING",
        brief_summary=" Two lines\nof text \n",
        conditions=["Asthma", " Wheezing"],
        phases=["PHASE3", "PHASE2"],
        start_on="2099-01",
        start_type="ESTIMATED",
    )


@pytest.fixture
def user():
    return a_user()


@pytest.fixture
def page(trial, user, client):
    assign(user, trial=trial)
    client.force_login(user)
    return reverse("admin:trials_trial_change", args=[trial.pk])


def save(client, page, **changes):
    return client.post(page, form_of(client.get(page), FORM, **changes))


def errors(response) -> dict:
    return response.context["adminform"].form.errors


def test_an_untouched_form_changes_nothing(client, page, trial):
    make(Intervention, trial=trial, name="Drug\nA ", other_names=["B\nC"])
    before = Trial.objects.values().get()

    assert save(client, page).status_code == 302

    assert Trial.objects.values().get() == before
    assert Intervention.objects.values_list("name", "other_names").get() == ("Drug\nA ", ["B\nC"])
    assert len(trail_of(trial)) == 1


def test_a_change_has_an_author_and_a_reason(client, page, trial, user):
    assert save(client, page, acronym="NEW", why="The sponsor renamed it").status_code == 302

    entry = trail_of(trial)[0]
    assert (entry.actor, entry.reason) == (user.actor, "The sponsor renamed it")
    assert [(change.field, change.new) for change in entry.changes] == [("acronym", "NEW")]


def test_lists_are_entered_one_per_line_and_codes_by_checkboxes(client, page, trial):
    save(client, page, keywords="one\r\n\r\n two ", phases=["PHASE1", "PHASE2"], who_masked=["PARTICIPANT"])

    trial.refresh_from_db()
    assert (trial.keywords, trial.phases, trial.who_masked) == (
        ["one", "two"],
        ["PHASE1", "PHASE2"],
        ["PARTICIPANT"],
    )


def test_a_month_stays_a_month(client, page, trial):
    save(client, page, completion_on="2099-05", completion_type="ESTIMATED")
    trial.refresh_from_db()
    assert trial.completion_on == "2099-05"


def test_parts_are_added_changed_and_deleted_with_their_trial(client, page, trial):
    changed = make(Outcome, trial=trial, measure="Pain", position=0)
    deleted = make(Outcome, trial=trial, measure="Sleep", position=1)
    blank = {"outcomes-2-position": "1", "outcomes-2-kind": "SECONDARY", "outcomes-2-measure": "Mood"}
    extra = {"outcomes-2-time_frame": "", "outcomes-2-description": "", "outcomes-2-trial": str(trial.pk)}

    response = save(
        client, page, why="Protocol 2", **{"outcomes-TOTAL_FORMS": "3", "outcomes-0-measure": "Pain at rest"},
        **{"outcomes-1-DELETE": "on"}, **blank, **extra,
    )  # fmt: skip

    assert response.status_code == 302
    assert set(Outcome.objects.values_list("measure", flat=True)) == {"Pain at rest", "Mood"}
    history = client.get(reverse("admin:trials_trial_history", args=[trial.pk])).content.decode()
    assert "Protocol 2" in history
    assert f"Outcome “{deleted.measure}” deleted" in history
    assert "Pain at rest" in history
    assert changed.pk


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"nct_id": "NCT1"}, "__all__", "An NCT number is NCT and eight digits."),
        ({"overall_status": "TERMINATED"}, "why_stopped", "Enter why the trial stopped."),
        ({"why_stopped": "Slow"}, "why_stopped", "only when the trial is suspended"),
        ({"start_on": "2020-01"}, "start_type", "has passed"),
        ({"start_on": "2026-13"}, "start_on", "not in the calendar"),
        ({"completion_on": "2098"}, "completion_on", "cannot be before the start"),
        ({"brief_title": "x" * 301}, "brief_title", "at most 300"),
        ({"enrollment_count": "-1"}, "__all__", "cannot be negative"),
    ],
)
def test_violated_rules_and_constraints_are_form_errors(client, page, changes, field, message):
    response = save(client, page, **changes)
    assert response.status_code == 200
    assert message in " ".join(errors(response)[field])


def test_another_trials_number_is_refused(client, page):
    a_trial(2)
    assert "Another trial has this NCT number." in str(errors(save(client, page, nct_id="NCT00000002")))


def test_the_overall_status_must_match_the_sites(client, page, trial):
    a_site(trial, status="COMPLETED")
    response = save(client, page, overall_status="RECRUITING")
    assert "no site is recruiting" in str(errors(response)["overall_status"])


def test_a_recruiting_trial_needs_a_contact(client, page, trial):
    a_site(trial, status="RECRUITING")
    assert "A recruiting trial needs a contact" in str(errors(save(client, page, overall_status="RECRUITING")))
    a_contact(trial=trial)
    assert save(client, page, overall_status="RECRUITING").status_code == 302


def test_a_trial_that_contradicts_its_sites_can_still_be_edited(client, page, trial):
    a_site(trial, status="RECRUITING")
    response = save(client, page, acronym="NEW")
    assert response.status_code == 302
    assert (
        "At least one site is recruiting, so the overall status should be Recruiting."
        in client.get(page).content.decode()
    )


@pytest.mark.parametrize("code", ["UNKNOWN", "WITHHELD"])
def test_a_computed_status_cannot_be_entered(client, page, code):
    assert "overall_status" in errors(save(client, page, overall_status=code))


def test_a_stale_save_shows_both_versions_and_loses_nothing(client, page, trial):
    form = form_of(client.get(page), FORM, acronym="MINE", official_title="My title")
    save(client, page, acronym="THEIRS", lead_sponsor="Their sponsor", why="Their reason")

    response = client.post(page, form)

    assert response.status_code == 409
    trial.refresh_from_db()
    assert (trial.acronym, trial.official_title) == ("THEIRS", "")
    differences = {
        d.label: (d.mine, d.theirs, d.is_mine, d.is_conflict) for d in response.context["conflict"].differences
    }
    assert differences == {
        "Acronym": ("MINE", "THEIRS", True, True),
        "Official title": ("My title", "", True, False),
        "Lead sponsor": ("", "Their sponsor", False, False),
    }
    assert client.post(page, form_of(response, FORM)).status_code == 302
    trial.refresh_from_db()
    assert (trial.acronym, trial.official_title, trial.lead_sponsor) == ("MINE", "My title", "Their sponsor")


def test_a_stale_list_is_refused_and_merged_row_by_row(client, page, trial):
    one = make(Outcome, trial=trial, measure="One", position=0)
    two = make(Outcome, trial=trial, measure="Two", position=1)
    form = form_of(client.get(page), FORM, **{"outcomes-0-measure": "One, mine"})
    save(client, page, **{"outcomes-1-measure": "Two, theirs"})
    make(Outcome, trial=trial, measure="Three, theirs", position=2)

    response = client.post(page, form)

    assert response.status_code == 409
    assert client.post(page, form_of(response, FORM)).status_code == 302
    assert list(Outcome.objects.values_list("measure", flat=True)) == ["One, mine", "Two, theirs", "Three, theirs"]
    assert {one.pk, two.pk} <= set(Outcome.objects.values_list("pk", flat=True))


def test_a_row_deleted_meanwhile_comes_back_only_where_it_was_changed(client, page, trial):
    for position, measure in enumerate(["One", "Two"]):
        make(Outcome, trial=trial, measure=measure, position=position)
    form = form_of(client.get(page), FORM, **{"outcomes-0-measure": "One, mine"})
    save(client, page, **{"outcomes-0-DELETE": "on", "outcomes-1-DELETE": "on"})

    response = client.post(page, form)
    client.post(page, form_of(response, FORM))

    assert list(Outcome.objects.values_list("measure", flat=True)) == ["One, mine"]


def test_a_save_without_a_version_is_stale(client, page):
    form = form_of(client.get(page), FORM, acronym="MINE")
    del form["version"], form["seen"]
    assert client.post(page, form).status_code == 409


def test_an_unassigned_trial_is_a_404(client, page):
    other_trial = a_trial(2)
    answers = [client.get(reverse("admin:trials_trial_change", args=[pk])) for pk in (other_trial.pk, 10_000)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/admin/")] * 2
    listed = client.get(reverse("admin:trials_trial_changelist")).content.decode()
    assert "NCT00000001" in listed
    assert "NCT00000002" not in listed


@pytest.mark.parametrize("kind", ["partner", "visitor"])
def test_the_admin_is_for_staff(client, trial, kind):
    if kind == "partner":
        client.force_login(a_user("partner", is_staff=False))
    response = client.get(reverse("admin:trials_trial_change", args=[trial.pk]), follow=True)
    assert response.redirect_chain
    assert "A trial" not in response.content.decode()


def test_the_admin_redirects_to_the_sign_in_page(client):
    response = client.get("/admin/trials/trial/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def test_a_manager_who_adds_a_trial_becomes_its_coordinator(client, user):
    grant(user, "MANAGER")
    client.force_login(user)
    add = reverse("admin:trials_trial_add")
    response = client.post(add, form_of(client.get(add), FORM, org_study_id="ABC-1", brief_title="New"))
    assert response.status_code == 302
    assert Trial.objects.editable_by(user).get().org_study_id == "ABC-1"


def test_a_coordinator_adds_no_trials(client, page):
    assert client.get(reverse("admin:trials_trial_add")).status_code == 403


@pytest.mark.parametrize("term", ["NCT00000001", "nct00000001", "ORG-7", "second word"])
def test_trials_are_searched_by_number_title_and_study_id(client, user, term):
    matching = a_trial(brief_title="The WORD second", org_study_id="ORG-7")
    other = a_trial(2)
    assign(user, trial=matching)
    assign(user, trial=other)
    client.force_login(user)
    response = client.get(reverse("admin:trials_trial_changelist"), {"q": term})
    assert list(response.context["cl"].result_list) == [matching]


def test_every_column_of_a_trial_can_be_reached():
    fields = set()
    for _, options in TRIAL_FIELDSETS:
        for entry in options["fields"]:
            fields |= set(entry) if isinstance(entry, tuple) else {entry}
    derived = {"condition_mesh", "condition_ancestors", "intervention_mesh", "intervention_ancestors"}
    columns = {field.name for field in Trial._meta.concrete_fields} - {"id", "version"}
    assert columns - {name.removesuffix("_terms").replace("ancestor", "ancestors") for name in fields} <= derived
    assert {f"{name.removesuffix('s')}_terms" for name in derived} <= fields | {f"{name}_terms" for name in derived}


def test_the_list_takes_the_same_queries_for_many_rows_as_for_few(client, user):
    client.force_login(user)
    queries = []
    for numbers in (range(1, 3), range(3, 14)):
        for number in numbers:
            assign(user, trial=a_trial(number))
        queries.append(queries_of(client, reverse("admin:trials_trial_changelist")))
    assert queries[0] == queries[1] <= 8


def test_the_form_takes_the_same_queries_for_many_inlines_as_for_few(client, page, trial):
    queries = []
    for positions in (range(1), range(1, 7)):
        for position in positions:
            make(Outcome, trial=trial, measure=f"Outcome {position}", position=position)
            make(Intervention, trial=trial, name=f"Drug {position}", position=position)
            a_site(trial, a_facility(position))
            a_contact(trial=trial)
        queries.append(queries_of(client, page))
    assert queries[0] == queries[1] <= 17


def test_the_form_of_a_trial_begins_with_its_sections(client, page):
    shown = client.get(page).content.decode()
    links = re.findall(r'<a href="#([\w-]+)">', shown)
    assert len(links) > 10
    assert not [target for target in links if f'id="{target}"' not in shown]
