"""What the demo shows: enough of everything, nothing real, and nothing that the rules would refuse."""

import json
import re
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from accounts.models import Assignment, Partner, User
from contacts.models import Person, Role
from sites.choices import SiteStatus
from sites.confirmation_age import AgeLevel, age_level
from sites.models import Confirmation, Facility, Milestone, StatusEvent, TrialSite
from trials.choices import OverallStatus, StudyType
from trials.criteria import read_criteria
from trials.models import Outcome, Reference, Trial

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_data")]

#: Numbers kept free for stories: 555-01xx, and those of Ofcom, Arcep and the Bundesnetzagentur; elsewhere an exchange
#: that begins with 0, which no network assigns.
FICTIONAL = re.compile(
    r"\+1 \d{3} 555 01\d\d"
    r"|\+44 (1632 960|11\d 496 0|1[46]1 496 0|191 498 0|20 7946 0|28 9649 6|29 2018 0)\d{3}|\+44 7700 900\d{3}"
    r"|\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49)( \d\d){2}"
    r"|\+49 (30 23125|40 66969|69 90009|89 99998) \d{3}|\+49 221 4710 \d{3}|\+49 341 000 \d{4}"
    r"|\+(48 \d\d|81 \d\d?|91 \d\d|55 \d\d|254 \d\d) 0[\d -]+|\+351 200 000 \d{3}"
)
OURS = r"https://([\w-]+\.)+example\.org(/[\w/.-]*)?"
FUNCTION = re.compile(
    r"(?i)team|office|unit|coordinator|line|desk|cell|support|information|affairs|operations|development|centre"
    r"|unité|secrétariat|studien|ufficio|unidade|biuro|central de|director"
)


def test_there_are_12_trials_60_facilities_in_12_countries_and_160_sites():
    assert (Trial.objects.count(), Facility.objects.count(), TrialSite.objects.count()) == (12, 60, 160)
    assert Facility.objects.values("country").distinct().count() == 12
    assert not Facility.objects.filter(trial_sites=None).exists()


def test_every_overall_status_and_design_occurs(demo_data):
    shown = {trial.status_on(demo_data) for trial in Trial.objects.all()}
    entered_by_people = {*OverallStatus} - {
        OverallStatus.WITHHELD,
        OverallStatus.NO_LONGER_AVAILABLE,
        OverallStatus.TEMPORARILY_NOT_AVAILABLE,
        OverallStatus.APPROVED_FOR_MARKETING,
    }
    assert shown == entered_by_people
    assert set(Trial.objects.values_list("study_type", flat=True)) == {*StudyType}
    phases = {phase for trial in Trial.objects.all() for phase in trial.phases}
    assert phases == {"NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"}


def test_every_site_status_occurs_and_one_site_has_none():
    assert set(TrialSite.objects.values_list("status", flat=True)) == {*SiteStatus, ""}


def test_one_trial_is_not_registered_yet_and_not_public():
    trial = Trial.objects.get(nct_id="")
    assert trial.org_study_id
    assert not trial.is_public


def test_one_trial_turns_unknown_by_the_rule_alone(demo_data):
    trial = Trial.objects.get(acronym="STEPWELL")
    assert trial.overall_status == OverallStatus.RECRUITING
    assert trial.status_on(demo_data) == OverallStatus.UNKNOWN


def test_one_trial_has_results_and_stopped_ones_say_why():
    assert list(Trial.objects.filter(has_results=True).values_list("acronym", flat=True)) == ["FIRMSTEP"]
    stopped = Trial.objects.exclude(why_stopped="").values_list("overall_status", flat=True)
    assert set(stopped) == {"SUSPENDED", "TERMINATED", "WITHDRAWN"}


def test_the_history_covers_eighteen_months_up_to_this_month(demo_data):
    known = sorted(event.as_of for event in StatusEvent.objects.filter(trial_site__trial__acronym="HARBOR-2"))
    assert known[0] <= (demo_data - timedelta(days=540)).isoformat()
    assert known[-1] >= (demo_data - timedelta(days=30)).isoformat()
    assert StatusEvent.objects.filter(corrects__isnull=False).count() >= 2


def test_nothing_was_known_before_it_was_so_or_after_today(demo_data):
    for event in StatusEvent.objects.all():
        assert event.effective_on.first_day <= event.as_of.first_day < demo_data
        assert event.recorded_at.date() == event.as_of.first_day


def test_confirmations_are_fresh_due_amber_red_and_missing(demo_data):
    confirmed = TrialSite.objects.values_list("last_confirmed_on", flat=True)
    counted = Counter(age_level((demo_data - day).days if day else None) for day in confirmed)
    assert min(counted[warmth] for warmth in AgeLevel) >= 8


def test_a_confirmation_confirms_the_status_known_on_that_day():
    for mark in Confirmation.objects.select_related("trial_site"):
        events = mark.trial_site.status_events.filter(as_of__lte=mark.confirmed_on.isoformat())
        assert mark.status == events.order_by("as_of", "id").last().status


def test_running_sites_report_every_month_and_closed_ones_have_ended(demo_data):
    last_month = (demo_data.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    silent = TrialSite.objects.filter(status=SiteStatus.RECRUITING).exclude(enrollment_reports__month=last_month)
    assert set(silent.values_list("trial__acronym", flat=True)) == {"STEPWELL"}
    for site in TrialSite.objects.filter(status=SiteStatus.COMPLETED):
        last = site.enrollment_reports.latest("month")
        assert last.enrolled == last.completed + last.withdrawn


def test_milestones_are_reached_or_still_planned(demo_data):
    assert not Milestone.objects.filter(actual_on__gt=demo_data).exists()
    assert Milestone.objects.filter(actual_on=None, forecast_on__gt=demo_data).exists()
    assert Milestone.objects.filter(actual_on=None, planned_on__lt=demo_data).exists()


def test_a_hospital_may_take_part_twice_and_a_mask_only_once():
    assert TrialSite.objects.filter(duplicate_index=2).count() == 1
    masked = Facility.objects.filter(is_masked=True)
    assert masked.count() == 4
    assert all(facility.trial_sites.count() == 1 for facility in masked)
    assert max(len(name) for name in Facility.objects.values_list("name", flat=True)) > 90


@pytest.mark.parametrize("model", [Trial, Facility, TrialSite, Person, Role, Assignment, Partner, Outcome])
def test_every_row_passes_its_own_validation(model):
    for row in model.objects.all():
        row.full_clean()


def test_protocols_are_rich():
    for trial in Trial.objects.all():
        assert trial.interventions.exists()
        assert read_criteria(trial.eligibility_criteria).is_split
        assert trial.roles.filter(kind="CENTRAL_CONTACT").exists()
        assert trial.roles.filter(kind="OFFICIAL").exists()
    assert set(Outcome.objects.values_list("kind", flat=True)) == {"PRIMARY", "SECONDARY", "OTHER"}
    assert set(Reference.objects.values_list("type", flat=True)) == {"BACKGROUND", "RESULT", "DERIVED"}


def test_arms_and_interventions_name_each_other():
    for trial in Trial.objects.filter(study_type=StudyType.INTERVENTIONAL):
        labels = {arm.label for arm in trial.arm_groups.all()}
        given = {f"{item.get_type_display()}: {item.name}" for item in trial.interventions.all()}
        assert {label for item in trial.interventions.all() for label in item.arm_group_labels} <= labels
        assert {name for arm in trial.arm_groups.all() for name in arm.intervention_names} == given


def test_enrollment_of_an_ended_trial_is_the_sum_of_its_sites():
    for trial in Trial.objects.filter(enrollment_type="ACTUAL"):
        last = (site.enrollment_reports.order_by("month").last() for site in trial.trial_sites.all())
        assert trial.enrollment_count == sum(report.enrolled for report in last if report)


def test_nobody_can_be_called_or_written_to():
    for person in Person.objects.all():
        for phone in filter(None, (person.phone, person.mobile)):
            assert FICTIONAL.fullmatch(phone), phone
        for address in filter(None, (person.email, person.private_email)):
            assert re.fullmatch(r"[a-z.0-9]+@([a-z-]+\.|[a-z0-9-]+\.)?example\.org", address), address
    assert all(user.email.endswith("@example.org") for user in User.objects.exclude(email=""))


def test_names_of_people_are_unique_and_only_functions_repeat():
    counted = Counter(Person.objects.values_list("name", flat=True))
    assert all(FUNCTION.search(name) for name, count in counted.items() if count > 1)
    assert len([name for name in counted if not FUNCTION.search(name)]) > 90


def test_numbers_and_addresses_are_obviously_invented():
    numbers = Trial.objects.exclude(nct_id="").order_by("nct_id").values_list("nct_id", flat=True)
    assert list(numbers) == [f"NCT{number:08}" for number in range(1, 12)]
    for reference in Reference.objects.all():
        assert not reference.pmid or reference.pmid.startswith("999999")
    for trial in Trial.objects.all():
        links = [part.url for part in [*trial.see_also_links.all(), *trial.available_ipds.all()]]
        assert all(re.fullmatch(OURS, link) for link in [*links, trial.ipd_url] if link)


def test_roles_change_hands():
    assert Role.objects.filter(ends_before__isnull=False).exists()
    assert Role.objects.filter(role="SUB_INVESTIGATOR").exists()
    leader = Person.objects.get(name="Dr Harriet Penhale")
    assert set(leader.roles.values_list("kind", flat=True)) == {"OFFICIAL", "SITE_CONTACT"}


@pytest.mark.registry
def test_no_hospital_or_person_is_in_a_real_record(registry_records):
    real = b"\n".join(registry_records).decode()
    hospitals = Facility.objects.exclude(is_masked=True).values_list("name", flat=True)
    people = [name for name in Person.objects.values_list("name", flat=True) if not FUNCTION.search(name)]
    titles = Trial.objects.values_list("brief_title", flat=True)
    assert [name for name in [*hospitals, *people, *titles] if f'"{name}"' in real] == []


@pytest.mark.registry
def test_cities_lie_where_they_lie(registry_records):
    points = defaultdict(list)
    for record in registry_records:
        contacts = json.loads(record)["protocolSection"].get("contactsLocationsModule", {})
        for location in contacts.get("locations", []):
            if "geoPoint" in location:
                points[location["city"], location["country"]].append(tuple(location["geoPoint"].values()))
    for facility in Facility.objects.all():
        near = points[facility.city, facility.country]
        assert any(abs(lat - facility.latitude) < 0.1 and abs(lon - facility.longitude) < 0.1 for lat, lon in near)
