"""Status badges and the frame of a facility: what they say, to whom, and for how long."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from history.authorship import authored
from sites.badges.svg import Badge, render_badge, text_width
from sites.badges.views import MAX_AGE_SECONDS, seconds_to_keep
from tests.factories import a_confirmation, a_facility, a_manager, a_site, a_trial
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def days_ago(number: int):
    return timezone.localdate() - timedelta(days=number)


@pytest.fixture
def site():
    trial = a_trial(1, overall_status="RECRUITING", acronym="ALDER")
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01-05")
    a_confirmation(site, days_ago(3))
    a_site(trial, a_facility(2), status="SUSPENDED", since="2026-01-05")
    return site


def title_of(response) -> str:
    assert response.status_code == 200
    return ElementTree.fromstring(response.content).find(f"{SVG}title").text


def site_badge(client, site):
    return client.get(f"/badges/sites/{site.pk}.svg")


def test_the_badge_of_a_site_has_its_status_and_age(client, site):
    assert title_of(site_badge(client, site)) == "Hospital 1, ALDER: Recruiting, confirmed 3 days ago"


def test_the_badge_of_a_trial_counts_its_sites(client, site):
    expected = "ALDER: Recruiting, 1 of 2 sites · last confirmed 3 days ago"
    assert title_of(client.get("/badges/trials/NCT00000001.svg")) == expected


def test_a_status_that_was_never_confirmed_or_needs_no_confirmation_says_so(client, site):
    trial = a_trial(2, overall_status="RECRUITING")
    ours = a_site(trial, a_facility(3), status="RECRUITING", since="2026-01-05")
    listed = a_site(trial, a_facility(4), status="RECRUITING", since="2026-01-05", listing="LISTED")
    ended = a_site(trial, a_facility(5), status="WITHDRAWN", since="2026-01-05")
    blank = a_site(trial, a_facility(6))
    titles = [title_of(site_badge(client, one)).partition(": ")[2] for one in (ours, listed, ended, blank)]
    expected = ["Recruiting, never confirmed", "Recruiting, as imported from ClinicalTrials.gov", "Withdrawn"]
    assert titles == [*expected, "Not published"]


def test_a_status_that_is_held_back_is_not_shown(client):
    site = a_site(a_trial(3, overall_status="COMPLETED"), status="RECRUITING", since="2026-01-05")
    answer = site_badge(client, site)
    assert title_of(answer).endswith(": Status being updated")
    assert b"Recruiting" not in answer.content


@pytest.mark.parametrize("manager", [True, False])
def test_what_is_not_public_is_a_404_for_everybody(client, site, manager):
    with authored("test"):
        site.trial.is_public = False
        site.trial.save()
    if manager:
        client.force_login(a_manager())
    for path in (f"badges/sites/{site.pk}.svg", "badges/trials/NCT00000001.svg", "badges/sites/9.svg"):
        assert client.get(f"/{path}").status_code == 404
    assert client.get(f"{site.facility.get_absolute_url()}embed/").status_code == 404


def test_a_badge_may_stand_on_other_pages_and_is_cached(client, site):
    answer = site_badge(client, site)
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "public" in answer.headers["Cache-Control"]
    again = client.get(f"/badges/sites/{site.pk}.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    a_confirmation(site, days_ago(0))
    changed = client.get(f"/badges/sites/{site.pk}.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert title_of(changed).endswith("confirmed today")


def test_a_badge_is_not_kept_past_midnight():
    zone = timezone.get_default_timezone()
    assert seconds_to_keep(datetime(2026, 3, 3, 12, tzinfo=zone)) == MAX_AGE_SECONDS
    assert seconds_to_keep(datetime(2026, 3, 3, 23, 59, 50, tzinfo=zone)) == 10
    assert seconds_to_keep(datetime(2026, 12, 31, 23, 59, 59, 999, tzinfo=zone)) == 0


def test_parameters_are_refused(client, site):
    for path in (f"/badges/sites/{site.pk}.svg", f"{site.facility.get_absolute_url()}embed/"):
        assert client.get(f"{path}?colour=red").status_code == 400


def test_a_badge_escapes_its_texts_and_has_no_style_or_script():
    svg = render_badge(Badge("RECRUITING", "A & B", "<script>", 'Title "x" & <b>'))
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text == 'Title "x" & <b>'
    assert not [word for word in ("<script", "<style", "style=", "href", "onload") if word in svg]


def test_the_ground_is_as_wide_as_the_texts():
    root = ElementTree.fromstring(render_badge(Badge("RECRUITING", "Recruiting", "confirmed 3 days ago", "x")))
    expected = text_width("Recruiting") + text_width("confirmed 3 days ago") + 8 + 12 + 5 + 8 + 16
    assert float(root.get("width")) == pytest.approx(expected, abs=0.2)
    assert [text.get("textLength") for text in root.iter(f"{SVG}text")] == ["54.0", "114.7"]


def test_only_the_frame_of_a_facility_may_be_framed(client, site):
    page = client.get(f"{site.facility.get_absolute_url()}embed/")
    text = text_of(page)
    assert "Recruiting trials at Hospital 1" in text
    assert "Trial 1" in text
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert "Sign in" not in text
    for path in (site.facility.get_absolute_url(), f"/badges/sites/{site.pk}.svg", "/"):
        other = client.get(path)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
        assert other.headers["X-Frame-Options"] == "DENY"


def test_the_frame_lists_only_public_trials_that_recruit_there(client, site):
    a_site(a_trial(2, overall_status="RECRUITING"), site.facility, status="SUSPENDED", since="2026-01-05")
    a_site(a_trial(3, overall_status="COMPLETED"), site.facility, status="RECRUITING", since="2026-01-05")
    a_site(a_trial(4, overall_status="RECRUITING", is_public=False), site.facility, status="RECRUITING", since="2026")
    client.force_login(a_manager())
    text = text_of(client.get(f"{site.facility.get_absolute_url()}embed/"))
    assert "Trial 1" in text
    assert not [number for number in (2, 3, 4) if f"Trial {number}" in text]


def test_the_html_to_copy_escapes_names_twice(client, site):
    """Once for the page that shows it, once for the page into which it is copied."""
    with authored("test"):
        site.facility.name = '"><script>x</script>'
        site.facility.save()
    html = client.get(site.facility.get_absolute_url()).content.decode()
    code = "&lt;iframe src=&quot;http://testserver/facilities/scriptxscript-lyon"
    assert code in html
    assert "title=&quot;Recruiting trials at &amp;quot;&amp;gt;&amp;lt;script" in html
    assert f"/badges/sites/{site.pk}.svg&quot;" in html
    assert "/badges/trials/NCT00000001.svg&quot;" in client.get("/trials/NCT00000001/").content.decode()
