"""The public trial page: URL, access, sites and contacts."""

import json
import re

import pytest
import time_machine
from django.utils import timezone

from contacts.choices import RoleKind
from history.authorship import authored
from sites.choices import Listing
from sites.site_cards import FOLD_THRESHOLD
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial, a_user, assign, make
from tests.pages.page_defects import labels_without_a_value, repeated_ids
from tests.pages.trial_pages import TrialPage, import_trials
from trials.models import ArmGroup, Intervention, Reference, SecondaryId, Trial

pytestmark = pytest.mark.django_db

TODAY = "2026-03-15"
#: A block of data for search engines, and the script that opens the map.
SCRIPTS = ['<script type="application/ld+json">', '<script src="/static/js/site_map.js" defer>']


@pytest.fixture(autouse=True)
def fixed_day():
    with time_machine.travel(f"{TODAY}T12:00:00Z", tick=False):
        yield


def page(client, trial) -> TrialPage:
    answer = client.get(f"/trials/{trial.key}/")
    assert answer.status_code == 200
    return TrialPage({}, answer.content.decode())


def words(html: str) -> str:
    return " ".join(TrialPage({}, html).text.split())


# Its address


@pytest.mark.parametrize("spelt", ["nct00000001", "Nct00000001", "NCT00000777"])
def test_other_spellings_and_obsolete_numbers_redirect_to_the_canonical_url(client, spelt):
    a_trial(nct_id_aliases=["NCT00000777"])
    answer = client.get(f"/trials/{spelt}/")
    assert (answer.status_code, answer["Location"]) == (301, "/trials/NCT00000001/")


def test_a_current_number_takes_precedence_over_an_obsolete_one(client):
    a_trial(nct_id_aliases=["NCT00000002"])
    assert "Trial 2" in page(client, a_trial(2)).text


def test_the_url_before_registration_redirects_to_the_trial(client):
    trial = a_trial()
    assert client.get(f"/trials/trial-{trial.pk}/")["Location"] == "/trials/NCT00000001/"


@pytest.mark.parametrize(
    "key", ["NCT99999999", "NCT1", "trial-0", "trial-99999999999999999999", "nothing", "NCT00000001 "]
)
def test_an_unknown_key_gives_404(client, key):
    a_trial(1, nct_id_aliases=["NCT00000777"])
    assert client.get(f"/trials/{key}/").status_code == 404


def test_the_trial_page_accepts_safe_methods_only(client):
    assert client.post(f"/trials/{a_trial().key}/").status_code == 405


def test_the_page_has_title_canonical_url_and_description(client):
    html = page(
        client, a_trial(acronym="HARBOR-2", brief_summary="Whether \\[X\\] helps.", overall_status="RECRUITING")
    ).html
    assert "<title>Trial 1 (HARBOR-2) · Sitelight</title>" in html
    assert '<link rel="canonical" href="http://testserver/trials/NCT00000001/">' in html
    assert '<meta name="description" content="Recruiting. Whether [X] helps.">' in html


# Who sees it


def test_a_hidden_trial_gives_404_like_a_missing_one(client):
    hidden = a_trial(is_public=False, nct_id_aliases=["NCT00000777"])
    missing = client.get("/trials/NCT00000002/")
    for key in (hidden.key, hidden.key.lower(), "NCT00000777"):
        answer = client.get(f"/trials/{key}/")
        assert (answer.status_code, answer.content) == (404, missing.content)


def test_coordinators_see_a_trial_before_it_is_public(client):
    trial = a_trial(is_public=False)
    user = a_user(is_staff=False)
    client.force_login(user)
    assert client.get(f"/trials/{trial.key}/").status_code == 404
    assign(user, trial=trial)
    assert "This trial is not public." in page(client, trial).text


# Status


def test_an_unverified_status_is_unknown_with_the_last_known_status(client):
    trial = a_trial(overall_status="RECRUITING", completion_on="2023-01", verified_on="2023-02")
    assert "Unknown status" in page(client, trial).text
    assert "Last known: Recruiting" in page(client, trial).text


def test_the_status_line_shows_counts_share_and_oldest_confirmation(client):
    trial = a_trial(overall_status="RECRUITING")
    sites = [a_site(trial, a_facility(n), status="RECRUITING", since="2026-01-02") for n in range(3)]
    a_site(trial, a_facility(9), status="COMPLETED", since="2026-01")
    a_confirmation(sites[0], "2026-03-12")
    a_confirmation(sites[1], "2025-06-28")
    a_confirmation(sites[2], "2026-03-14")
    status_line = words(page(client, trial).html.partition("</header>")[2].partition("</header>")[0])
    assert (
        "3 of 4 sites recruiting 2 of 3 recruiting sites confirmed in the last 30 days; oldest 260 days ago"
        in status_line
    )


def test_sites_without_a_published_status_are_not_counted_as_closed(client):
    trial = a_trial(overall_status="NOT_YET_RECRUITING")
    a_site(trial)
    text = words(page(client, trial).html)
    assert "with this study 1 site " in text
    assert "recruiting 0" not in text
    assert "0 of 1" not in text


def test_expanded_access_counts_no_recruiting_site(client):
    trial = a_trial(overall_status="AVAILABLE", study_type="EXPANDED_ACCESS")
    a_site(trial, status="AVAILABLE", since="2026-01")
    text = words(page(client, trial).html)
    assert "Available" in text
    assert "0 of 1" not in text


def test_a_stopped_trial_shows_the_reason(client):
    trial = a_trial(overall_status="TERMINATED", why_stopped="Sponsor's \\<choice\\>")
    assert "Reason for stopping Sponsor's <choice>" in words(page(client, trial).html)


@pytest.mark.parametrize(
    ("type_", "on", "expected"),
    [
        ("ACTUAL", "2026-01-05", "5 January 2026 (actual)"),
        ("ESTIMATED", "2026-04", "April 2026 (estimated)"),
        ("ESTIMATED", "2026-03", "March 2026 (estimated)"),
        ("ESTIMATED", "2026-02", "February 2026 (date passed, not confirmed)"),
        ("", "2026-02", "February 2026 (date passed, not confirmed)"),
        ("", "2027", "2027 (estimated)"),
    ],
)
def test_a_date_is_shown_with_its_precision_and_certainty(client, type_, on, expected):
    assert expected in words(page(client, a_trial(start_on=on, start_type=type_)).html)


@pytest.mark.parametrize(("type_", "expected"), [("ACTUAL", "1,200 (actual)"), ("", "1,200 (type not specified)")])
def test_enrollment_is_labelled_as_actual_or_estimated(client, type_, expected):
    assert expected in words(page(client, a_trial(enrollment_count=1200, enrollment_type=type_)).html)


# Its sites


def test_a_site_shows_its_status_since_date_and_confirmation(client):
    trial = a_trial(overall_status="RECRUITING")
    a_confirmation(a_site(trial, status="RECRUITING", since="2026-01"), "2026-03-14")
    (card,) = page(client, trial).cards
    assert "Recruiting since January 2026 Hospital 1 Lyon Confirmed yesterday" in words(card)


def test_sites_are_grouped_by_country_and_region_with_open_ones_first(client):
    trial = a_trial(overall_status="RECRUITING")
    places = [
        ("A", "France", "COMPLETED"),
        ("B", "Norway", "RECRUITING"),
        ("C", "Norway", "SUSPENDED"),
        ("D", "Chile", "RECRUITING"),
        ("E", "Norway", "RECRUITING"),
    ]
    for name, country, status in places:
        facility = a_facility(name=f"Hospital {name}", country=country, state="North" if name == "E" else "South")
        a_site(trial, facility, status=status, since="2026-01-01")
    shown = page(client, trial)
    assert re.findall(r'class="name"[^>]*>Hospital ([A-E])<', shown.html) == ["D", "E", "B", "C", "A"]
    assert re.findall(r"<h3><a [^>]*>(Chile|Norway|France)</a></h3>", shown.html) == ["Chile", "Norway", "France"]


def test_duplicate_listings_are_both_shown(client):
    trial, facility = a_trial(), a_facility()
    a_site(trial, facility)
    a_site(trial, facility, duplicate_index=2)
    first, second = page(client, trial).cards
    assert "Hospital 1" in first
    assert "Listing 2 of this facility" in second


def test_masked_and_missing_names_are_labelled(client):
    trial = a_trial()
    a_site(trial, a_facility(name="Research Site", is_masked=True))
    a_site(trial, a_facility(name="", is_masked=True, city="Oslo"))
    text = page(client, trial).text
    assert "Name withheld by the sponsor" in text
    assert "Facility name not published" in text


def test_a_delisted_site_is_labelled(client):
    trial = a_trial()
    a_site(trial, listing=Listing.DELISTED)
    assert "No longer listed at ClinicalTrials.gov" in page(client, trial).text


def test_a_long_list_is_collapsed_and_complete(client):
    trial = a_trial(overall_status="RECRUITING")
    for number in range(FOLD_THRESHOLD + 1):
        a_site(trial, a_facility(number, country="Norway" if number else "Chile"))
    shown = page(client, trial)
    assert len(shown.cards) == FOLD_THRESHOLD + 1
    assert shown.html.count('<details class="country">') == 2
    assert repeated_ids(shown) == []


def test_a_large_trial_takes_no_more_queries_than_a_small_one(client, django_assert_num_queries):
    import_trials([a_record(1, 3), a_record(2, 300)])
    small, large = Trial.objects.order_by("nct_id")
    with django_assert_num_queries(13):
        assert len(page(client, small).cards) == 3
    with django_assert_num_queries(13):
        assert len(page(client, large).cards) == 300


def a_record(number: int, size: int) -> bytes:
    """A study with that many sites, contacts and interventions."""
    contact = {"name": "Study Coordinator", "role": "CONTACT", "phone": "1"}
    places = [
        {
            "facility": f"Hospital {n}",
            "city": "Lyon",
            "country": "France",
            "status": "RECRUITING",
            "contacts": [contact],
        }
        for n in range(size)
    ]
    protocol = {
        "identificationModule": {"nctId": f"NCT{number:08}"},
        "statusModule": {"overallStatus": "RECRUITING"},
        "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": f"Drug {n}"} for n in range(size)]},
        "contactsLocationsModule": {"centralContacts": [contact], "locations": places},
    }
    return json.dumps({"protocolSection": protocol}).encode()


# Its people


def a_site_with_contact(status="RECRUITING", **values):
    trial = a_trial(overall_status="RECRUITING")
    site = a_site(trial, status=status, since="2026-01-01")
    return trial, a_contact(site=site, **values)


def test_a_contact_is_in_the_card_of_its_site_with_links(client):
    trial, role = a_site_with_contact()
    with authored("test"):
        role.person.phone_ext = "12"
        role.person.save()
    (card,) = page(client, trial).cards
    assert "Study Coordinator" in card
    assert '<a href="tel:+33400000000;ext=12">+33 4 00 00 00 00</a>' in card
    assert "ext. 12" in card
    assert '<a href="mailto:study@example.org">study@example.org</a>' in card


@pytest.mark.parametrize(
    ("status", "values"),
    [("COMPLETED", {}), ("RECRUITING", {"ends_before": TODAY}), ("RECRUITING", {"starts_on": "2026-03-16"})],
)
def test_contacts_are_shown_only_while_the_trial_is_open_and_their_role_active(client, status, values):
    trial, role = a_site_with_contact(status, **values)
    html = page(client, trial).html
    assert role.trial_site.facility.name in html
    assert "Study Coordinator" not in html


def test_an_erased_person_is_not_published(client):
    trial, role = a_site_with_contact()
    with authored("test"):
        for name in ("name", "phone", "email"):
            setattr(role.person, name, "")
        role.person.erased_at = timezone.now()
        role.person.save()
    (card,) = page(client, trial).cards
    assert role.trial_site.facility.name in card
    assert 'class="people"' not in card


def test_private_values_are_not_on_the_page(client):
    trial, role = a_site_with_contact()
    with authored("test"):
        role.person.mobile, role.person.private_email, role.person.notes = (
            "0700 1",
            "home@example.org",
            "prefers mornings",
        )
        role.person.save()
        role.trial_site.internal_note = "is slow"
        role.trial_site.save(update_fields=["internal_note", "version"])
    html = page(client, trial).html
    assert [text for text in ("0700 1", "home@example.org", "prefers mornings", "is slow") if text in html] == []


@pytest.mark.parametrize("email", ["[email protected]", "by phone only", "a@b"])
def test_an_invalid_email_is_text_without_a_link(client, email):
    trial, role = a_site_with_contact()
    with authored("test"):
        role.person.email, role.person.phone = email, "only use e-mail"
        role.person.save()
    html = page(client, trial).html
    assert email in html
    assert "mailto:" not in html
    assert "tel:" not in html


def test_a_person_with_several_roles_is_shown_once(client):
    trial = a_trial(
        responsible_party_type="PRINCIPAL_INVESTIGATOR",
        responsible_party_name="Investigator 1",
        responsible_party_title="Professor",
        lead_sponsor="University 1",
    )
    a_contact(
        trial=trial,
        name="Investigator 1, MD",
        kind=RoleKind.OFFICIAL,
        role="PRINCIPAL_INVESTIGATOR",
        affiliation="University 1",
    )
    runs = page(client, trial).html.partition('id="people"')[2].partition("</section>")[0]
    assert runs.count("Investigator 1") == 1
    assert "Investigator 1, MD Responsible party, Principal Investigator, Professor University 1" in words(runs)


# The rest of it


def test_an_arm_lists_each_intervention_once(client):
    trial = a_trial()
    make(ArmGroup, trial=trial, label="Arm 1", intervention_names=["Drug: X", "Drug: X", "Device: Y"])
    make(Intervention, trial=trial, type="DRUG", name="X", arm_group_labels=["Arm 1"], other_names=["X", "Xol"])
    arms = words(page(client, trial).html.partition('id="arms"')[2].partition("</section>")[0])
    assert "Arm 1 Drug: X Device: Y Interventions X Drug Other names Xol" in arms


def test_a_retraction_is_shown_with_its_publication(client):
    trial = a_trial()
    make(
        Reference,
        trial=trial,
        pmid="12345",
        citation="A study.",
        retractions=[{"pmid": "54321", "source": "Journal 1"}],
    )
    html = page(client, trial).html
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/12345/"' in html
    assert "Retracted: Journal 1 PubMed 54321" in words(html)


def test_a_trial_with_few_values_has_no_empty_label(client):
    shown = page(client, a_trial(nct_id="", brief_title="", org_study_id="ORG-1"))
    assert labels_without_a_value(shown) == []
    assert "This record was entered manually." in words(shown.html)
    assert "No locations listed" in shown.text


def test_imported_text_is_escaped(client):
    bad = "<script>alert(1)</script>"
    trial = a_trial(
        **dict.fromkeys(("brief_title", "acronym", "brief_summary", "eligibility_criteria", "lead_sponsor"), bad)
    )
    make(SecondaryId, trial=trial, value=bad, link="javascript:alert(1)")
    a_site(trial, a_facility(name=bad, state=bad, country=bad))
    html = page(client, trial).html
    assert "&lt;script&gt;alert(1)" in html
    assert re.findall(r"<script[^>]*>", html) == SCRIPTS
    assert 'href="javascript:' not in html


def test_the_page_needs_no_script_and_no_other_host(client):
    html = page(client, a_trial()).html
    assert re.findall(r"<script[^>]*>", html) == SCRIPTS
    fetched = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|img|script)[^>]*(?:href|src)="([^"]*)"', html)
    assert fetched
    assert [address for address in fetched if not address.startswith(("/static/", "/badges/"))] == []


def test_the_table_of_contents_lists_the_existing_sections(client):
    html = page(client, a_trial(keywords=["one"])).html
    listed = re.findall(r'<li><a href="#([a-z]+)">', html)
    assert listed == re.findall(r'<section class="sheet" id="([a-z]+)"', html)
    assert "terms" in listed
    assert "outcomes" not in listed


def test_users_who_may_edit_see_the_edit_link(client):
    trial, user = a_trial(), a_user()
    client.force_login(user)
    assert ">Edit<" not in page(client, trial).html
    assign(user, trial=trial)
    assert f'href="/admin/trials/trial/{trial.pk}/change/">Edit<' in page(client, trial).html


def test_an_unknown_parameter_is_rejected(client):
    answer = client.get(f"/trials/{a_trial().key}/?contry=France")
    assert answer.status_code == 400
    assert b"contry" in answer.content
