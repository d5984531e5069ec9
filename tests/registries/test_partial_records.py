"""A record that lost what no record loses is held for a person: nothing is emptied, and each road tells."""

import gzip
import io
import json
import re
from pathlib import Path

import orjson
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from history.authorship import authored
from registries.ctgov.completeness import (
    CONTACTS_OF_SITES,
    PERSISTENT_PATHS,
    REQUIRED_PATHS,
    STATUSES_OF_SITES,
    WHILE_RECRUITING,
    find_lost_paths,
    value_at,
)
from registries.ctgov.export import export_records
from registries.imports import apply_held_record, discard_held_record
from registries.models import HeldDecision, ImportRun, QuarantinedRecord, StudyVersion
from sites.choices import Listing
from sites.models import TrialSite
from tests.factories import a_manager, a_user, assign
from tests.pages.html_reader import text_of
from tests.registries.fake_registry import FakeRegistry
from tests.registries.partial_records import CONTACTS, a_whole_record, only, without
from tests.registries.test_import import counts, everything, run_import
from trials.models import Trial
from trials.services import change_overall_status

pytestmark = pytest.mark.django_db
TITLE, STATUS = "protocolSection.identificationModule.briefTitle", "protocolSection.statusModule.overallStatus"
CRITERIA = "protocolSection.eligibilityModule"
WHO = {"author": "user:1", "reason": "Checked at the registry"}


@pytest.fixture
def held_record() -> QuarantinedRecord:
    """A part that came after the whole."""
    run_import(a_whole_record())
    run_import(only(a_whole_record(), TITLE, STATUS))
    return QuarantinedRecord.objects.get()


def test_a_part_empties_nothing_and_says_what_it_lacks():
    run_import(a_whole_record())
    before = everything()
    run = run_import(only(a_whole_record(), TITLE, STATUS))
    assert counts(run) == (0, 0, 0, 1)
    assert everything() == before
    assert list(export_records(Trial.objects.all())) == [a_whole_record()]
    reason = QuarantinedRecord.objects.get().reason
    for piece in ("eligibilityCriteria", "leadSponsor.name", "locations", "conditions"):
        assert piece in reason


@pytest.mark.parametrize(
    "path", [path for path in (*REQUIRED_PATHS, *PERSISTENT_PATHS) if not path.endswith("Section")]
)
def test_each_piece_that_no_record_loses_is_missed(path):
    whole = a_whole_record()
    assert find_lost_paths(whole, without(whole, path)) == [path]


@pytest.mark.parametrize("path", ["resultsSection", "documentSection"])
def test_a_section_that_is_kept_as_received_is_missed_too(path):
    whole = a_whole_record() | {path: {"moreInfoModule": {"pointOfContact": {"title": "Dr"}}}}
    assert find_lost_paths(whole, a_whole_record()) == [path]


@pytest.mark.parametrize("blank", [{}, {"eligibilityCriteria": ""}, {"eligibilityCriteria": None}])
def test_an_empty_frame_is_no_piece(blank):
    emptied = a_whole_record(eligibilityModule=blank)
    assert f"{CRITERIA}.eligibilityCriteria" in find_lost_paths(a_whole_record(), emptied)


def test_what_a_record_may_lose_comes_in():
    """Central contacts go when nobody is sought any more; a site closes; the criteria are another text."""
    run_import(a_whole_record())
    later = a_whole_record(
        contactsLocationsModule={"locations": CONTACTS["locations"][:1]},
        eligibilityModule={"eligibilityCriteria": "Inclusion Criteria:\n\n* Children", "sex": "ALL"},
    )
    assert counts(run_import(later)) == (0, 1, 0, 0)


def test_a_record_whose_sites_all_vanish_delists_none():
    run_import(a_whole_record())
    emptied = a_whole_record(contactsLocationsModule={"centralContacts": CONTACTS["centralContacts"]})
    assert counts(run_import(emptied)) == (0, 0, 0, 1)
    assert set(TrialSite.objects.values_list("listing", flat=True)) == {Listing.LISTED}


ANN = {"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 00 00 00 01"}


def with_sites(*keys: str, status: str = "RECRUITING") -> dict:
    """A trial with two sites that have a status and contacts; only these keys of them are left."""
    sites = [{"facility": f"Hospital {n}", "status": "RECRUITING", "city": "Lyon", "contacts": [ANN]} for n in (1, 2)]
    left = [{key: value for key, value in site.items() if key in ("facility", "city", *keys)} for site in sites]
    record = a_whole_record(contactsLocationsModule={"locations": left})
    record["protocolSection"]["statusModule"]["overallStatus"] = status
    return record


@pytest.mark.parametrize(
    ("keys", "missed"),
    [
        ((), [STATUSES_OF_SITES, CONTACTS_OF_SITES]),
        (("contacts",), [STATUSES_OF_SITES]),
        (("status",), [CONTACTS_OF_SITES]),
    ],
)
def test_sites_of_a_recruiting_trial_do_not_all_lose_their_status_or_their_contacts(keys, missed):
    run_import(with_sites("status", "contacts"))
    before = everything()
    assert counts(run_import(with_sites(*keys))) == (0, 0, 0, 1)
    assert everything() == before
    assert QuarantinedRecord.objects.get().losses == missed


def test_sites_lose_both_when_the_trial_no_longer_recruits():
    run_import(with_sites("status", "contacts"))
    assert counts(run_import(with_sites(status="COMPLETED"))) == (0, 1, 0, 0)


def test_one_site_may_lose_both():
    run_import(with_sites("status", "contacts"))
    later = with_sites("status", "contacts")
    later["protocolSection"]["contactsLocationsModule"]["locations"][0] = {"facility": "Hospital 1", "city": "Lyon"}
    assert counts(run_import(later)) == (0, 1, 0, 0)


def test_an_administrator_reads_which_statuses_and_contacts_would_go(client, administrator):
    run_import(with_sites("status", "contacts"))
    run = run_import(with_sites())
    page = text_of(client.get(f"/admin/registries/importrun/{run.pk}/change/"))
    assert "Status of all sites Recruiting at 2 sites" in page
    assert "Contacts of all sites Ann Example; Ann Example" in page


def test_the_same_part_that_comes_again_stays_one_row_with_the_day_it_was_seen_last():
    run_import(a_whole_record())
    part = only(a_whole_record(), TITLE, STATUS)
    first = run_import(part)
    row = QuarantinedRecord.objects.get()
    again = run_import(part)
    held = QuarantinedRecord.objects.get()
    assert (held.pk, held.run, held.first_seen_at) == (row.pk, again, row.first_seen_at)
    assert held.last_seen_at > row.last_seen_at
    assert (first.quarantined, again.quarantined) == (1, 1)


def test_another_part_a_dry_run_and_a_part_after_a_decision_are_rows_of_their_own(held_record):
    run_import(only(a_whole_record(), TITLE))
    run_import(only(a_whole_record(), TITLE), dry=True)
    assert QuarantinedRecord.objects.count() == 3


def test_the_earlier_run_says_that_it_came_again(client, administrator, held_record):
    run = held_record.run
    run_import(only(a_whole_record(), TITLE, STATUS))
    assert "1 of them was received again in a later import and is shown there" in text_of(
        client.get(f"/admin/registries/importrun/{run.pk}/change/")
    )


def test_an_administrator_finds_what_is_held_from_my_work(client, administrator, held_record):
    work = client.get("/work/")
    assert "1 record from the registry is held because it would empty fields of a trial" in text_of(work)
    address = re.search(r'href="(/admin/registries/importrun/[^"]+)"', work.content.decode())[1]
    runs = client.get(address).content.decode()
    assert f"/admin/registries/importrun/{held_record.run_id}/change/" in runs
    assert f"/admin/registries/importrun/{ImportRun.objects.last().pk}/change/" not in runs
    discard_held_record(held_record, **WHO)
    assert "is held" not in text_of(client.get("/work/"))


def test_a_trial_coordinator_reads_that_a_record_of_their_trial_is_held(client, held_record):
    user = a_user()
    client.force_login(user)
    assert "is held" not in text_of(client.get("/work/"))
    assign(user, trial=Trial.objects.get())
    page = client.get("/work/")
    assert "1 record from the registry is held" in text_of(page)
    assert "An administrator can apply or discard it" in text_of(page)
    assert "/admin/registries/importrun/" not in page.content.decode()


def test_what_a_newer_version_overtook_waits_for_nobody(client, administrator, held_record):
    run_import(a_whole_record(descriptionModule={"briefSummary": "Another summary."}))
    assert "is held" not in text_of(client.get("/work/"))


@pytest.mark.parametrize("number", [1, 3])
def test_held_records_are_counted_in_one_query(client, administrator, number):
    for place in range(number):
        record = a_whole_record()
        record["protocolSection"]["identificationModule"]["nctId"] = f"NCT9000031{place}"
        run_import(record)
        part = only(record, TITLE, STATUS)
        part["protocolSection"]["identificationModule"]["nctId"] = f"NCT9000031{place}"
        run_import(part)
    with CaptureQueriesContext(connection) as captured:
        assert f"{number} record" in text_of(client.get("/work/"))
    assert sum("quarantinedrecord" in query["sql"] for query in captured) == 1


def test_a_first_record_may_be_a_part_and_a_whole_one_completes_it():
    part = only(a_whole_record(), TITLE, STATUS)
    assert counts(run_import(part)) == (1, 0, 0, 0)
    assert counts(run_import(a_whole_record())) == (0, 1, 0, 0)
    assert list(export_records(Trial.objects.all())) == [a_whole_record()]


def test_the_others_of_a_file_come_in():
    run_import(a_whole_record())
    other = a_whole_record()
    other["protocolSection"]["identificationModule"]["nctId"] = "NCT90000302"
    assert counts(run_import(only(a_whole_record(), TITLE), other)) == (1, 0, 0, 1)


def test_no_real_record_lacks_what_every_record_has(registry_records):
    for raw in registry_records:
        record = orjson.loads(raw)
        assert all(value_at(record, path) for path in REQUIRED_PATHS)
        assert find_lost_paths(record, record) == []


def test_the_docs_list_what_makes_a_record_whole():
    page = (Path(__file__).resolve().parents[2] / "docs" / "registry-mapping.md").read_text()
    section = page.partition("## What makes a record whole")[2]
    assert re.findall(r"^- `(.+)`$", section, re.MULTILINE) == [*REQUIRED_PATHS, *PERSISTENT_PATHS, *WHILE_RECRUITING]


def test_the_command_tells_and_fails(tmp_path, capsys):
    run_import(a_whole_record())
    page = tmp_path / "page.json.gz"
    page.write_bytes(gzip.compress(json.dumps({"studies": [only(a_whole_record(), TITLE, STATUS)]}).encode()))
    for options in ({"dry_run": True}, {}):
        with pytest.raises(SystemExit) as ended:
            call_command("import_ctgov", str(page), **options)
        told = capsys.readouterr()
        assert ended.value.code == 1
        assert told.out.strip().endswith("created=0 updated=0 unchanged=0 quarantined=1")
        assert "studies[0]: NCT90000301" in told.err
        assert "incomplete record" in told.err


def test_a_person_may_apply_it(held_record):
    run = apply_held_record(held_record, **WHO)
    assert counts(run) == (0, 1, 0, 0)
    assert Trial.objects.get().eligibility_criteria == ""
    held_record.refresh_from_db()
    assert (held_record.decision, held_record.decided_by, held_record.decision_reason) == (
        HeldDecision.APPLIED,
        "user:1",
        WHO["reason"],
    )
    assert list(export_records(Trial.objects.all())) == [only(a_whole_record(), TITLE, STATUS)]


def test_also_then_people_win(held_record):
    trial = Trial.objects.get()
    change_overall_status(
        trial, to="SUSPENDED", why_stopped="Ethics", author="user:2", version=trial.version, accept_warnings=True
    )
    apply_held_record(held_record, **WHO)
    assert Trial.objects.get().overall_status == "SUSPENDED"


def test_a_person_may_discard_it_and_the_same_part_is_known(held_record):
    discard_held_record(held_record, **WHO)
    before = everything()
    assert counts(run_import(only(a_whole_record(), TITLE, STATUS))) == (0, 0, 1, 0)
    assert everything() == before


@pytest.mark.parametrize("decide", [apply_held_record, discard_held_record])
def test_it_is_decided_once(held_record, decide):
    discard_held_record(held_record, **WHO)
    with pytest.raises(ValidationError, match="applied or discarded already"):
        decide(held_record, **WHO)


def test_a_reason_is_asked(held_record):
    with pytest.raises(ValidationError, match="reason"):
        apply_held_record(held_record, author="user:1", reason=" ")


def test_what_a_newer_version_overtook_is_not_applied(held_record):
    run_import(a_whole_record(descriptionModule={"briefSummary": "Another summary."}))
    with pytest.raises(ValidationError, match="newer"):
        apply_held_record(held_record, **WHO)
    assert Trial.objects.get().brief_summary == "Another summary."


def test_applied_once_the_same_part_is_unchanged(held_record):
    apply_held_record(held_record, **WHO)
    versions = StudyVersion.objects.count()
    assert counts(run_import(only(a_whole_record(), TITLE, STATUS))) == (0, 0, 1, 0)
    assert StudyVersion.objects.count() == versions


def test_a_check_of_the_registry_holds_it_too_and_tells(settings):
    """A registry, or something between, that leaves out what was not asked to be left out."""
    run_import(a_whole_record())
    part = only(a_whole_record(), TITLE, "protocolSection.statusModule")
    part["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": "2026-04-01", "type": "ACTUAL"}
    settings.CTGOV_PAUSE_SECONDS = 0
    told, refused = io.StringIO(), io.StringIO()
    with FakeRegistry(part).serving() as settings.CTGOV_API_URL, pytest.raises(SystemExit):
        call_command("sync_ctgov", force=True, stdout=told, stderr=refused)
    assert told.getvalue().strip() == "created=0 updated=0 unchanged=0 quarantined=1 missing=0"
    assert "eligibilityCriteria" in refused.getvalue()
    assert Trial.objects.get().eligibility_criteria


@pytest.fixture
def administrator(client):
    with authored("test"):
        user = User.objects.create_superuser("admin", password="a long demo password")
    client.force_login(user)
    return user


def upload(client):
    content = json.dumps(only(a_whole_record(), TITLE, STATUS)).encode()
    address = "/admin/registries/importrun/upload/"
    return client.post(address, {"file": SimpleUploadedFile("part.json", content)}, follow=True)


def test_an_upload_shows_what_it_would_empty(client, administrator):
    run_import(a_whole_record())
    page = upload(client).content.decode()
    assert "Held: incomplete records" in page
    assert "Example Trust" in page
    assert "Hospital 1" in page


@pytest.mark.parametrize(("act", "criteria"), [("apply", ""), ("discard", "Inclusion Criteria:\n\n* Adults")])
def test_an_administrator_decides_there(client, administrator, act, criteria):
    run_import(a_whole_record())
    page = upload(client)
    record = QuarantinedRecord.objects.get()
    address = page.redirect_chain[-1][0]
    done = client.post(address, {"held": record.pk, "act": act, "reason": "Checked"}, follow=True)
    assert done.status_code == 200
    assert Trial.objects.get().eligibility_criteria == criteria
    record.refresh_from_db()
    assert record.decided_by == administrator.actor


def test_a_missing_reason_is_told(client, administrator):
    run_import(a_whole_record())
    address = upload(client).redirect_chain[-1][0]
    held = QuarantinedRecord.objects.get()
    page = client.post(address, {"held": held.pk, "act": "apply", "reason": ""}, follow=True)
    assert "Enter a reason for the change" in page.content.decode()


def test_a_manager_reads_it_and_decides_nothing(client, held_record):
    client.force_login(a_manager())
    address = f"/admin/registries/importrun/{held_record.run_id}/change/"
    assert 'value="apply"' not in client.get(address).content.decode()
    sent = {"held": held_record.pk, "act": "apply", "reason": "x"}
    assert client.post(address, sent).status_code == 403
    assert ImportRun.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<?xml version="1.0"?><clinical_study><id_info/></clinical_study>', "XML"),
        (b"<!doctype html><html><body>Sign in</body></html>", "web page"),
        (b'{"FullStudiesResponse": {"APIVrs": "1.01", "FullStudies": []}}', "former API"),
        (b'{\n "StudyFieldsResponse": {\n  "APIVrs": "1.01"\n }\n}', "former API"),
        (b"NCT Number,Study Title,Study URL\nNCT90000301,A trial,https://example.org\n", "CSV"),
        (b'"NCT Number","Study Title"\n"NCT90000301","A trial"\n', "CSV"),
        (b"PK\x03\x04rest of an archive", "ZIP"),
    ],
)
def test_other_formats_are_refused_in_clear_words(tmp_path, capsys, content, words):
    file = tmp_path / "other"
    file.write_bytes(content)
    with pytest.raises(SystemExit):
        call_command("import_ctgov", str(file))
    told = capsys.readouterr()
    assert told.out.strip() == "created=0 updated=0 unchanged=0 quarantined=1"
    assert words in told.err
    assert "API version 2" in told.err


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"hasResults": True}, "the NCT number is missing"),
        (a_whole_record() | {"protocolSection": None}, "expected an object, got null"),
        (a_whole_record(eligibilityModule=None), "eligibilityModule: expected an object, got null"),
    ],
)
def test_what_is_no_record_is_refused(record, words):
    run_import(a_whole_record())
    assert counts(run_import(record)) == (0, 0, 0, 1)
    assert words in QuarantinedRecord.objects.get().reason
