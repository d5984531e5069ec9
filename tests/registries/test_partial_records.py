"""An incomplete record is held for a decision: nothing is emptied, and page, command and check report it."""

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
from registries.models import HeldDecision, ImportRun, QuarantinedRecord, StudyVersion
from registries.services import apply_held_record, discard_held_record
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
    """An incomplete record received after the complete one."""
    run_import(a_whole_record())
    run_import(only(a_whole_record(), TITLE, STATUS))
    return QuarantinedRecord.objects.get()


def test_an_incomplete_record_empties_nothing_and_lists_the_missing_fields():
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
def test_each_required_path_is_checked(path):
    whole = a_whole_record()
    assert find_lost_paths(whole, without(whole, path)) == [path]


@pytest.mark.parametrize("path", ["resultsSection", "documentSection"])
def test_a_section_stored_as_received_is_checked(path):
    whole = a_whole_record() | {path: {"moreInfoModule": {"pointOfContact": {"title": "Dr"}}}}
    assert find_lost_paths(whole, a_whole_record()) == [path]


@pytest.mark.parametrize("blank", [{}, {"eligibilityCriteria": ""}, {"eligibilityCriteria": None}])
def test_an_empty_container_counts_as_missing(blank):
    emptied = a_whole_record(eligibilityModule=blank)
    assert f"{CRITERIA}.eligibilityCriteria" in find_lost_paths(a_whole_record(), emptied)


def test_optional_fields_may_be_removed():
    """Central contacts are removed when the trial closes; a site closes; the criteria change."""
    run_import(a_whole_record())
    later = a_whole_record(
        contactsLocationsModule={"locations": CONTACTS["locations"][:1]},
        eligibilityModule={"eligibilityCriteria": "Inclusion Criteria:\n\n* Children", "sex": "ALL"},
    )
    assert counts(run_import(later)) == (0, 1, 0, 0)


def test_a_record_without_any_site_delists_none():
    run_import(a_whole_record())
    emptied = a_whole_record(contactsLocationsModule={"centralContacts": CONTACTS["centralContacts"]})
    assert counts(run_import(emptied)) == (0, 0, 0, 1)
    assert set(TrialSite.objects.values_list("listing", flat=True)) == {Listing.LISTED}


ANN = {"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 00 00 00 01"}


def with_sites(*keys: str, status: str = "RECRUITING") -> dict:
    """A trial with two sites that have only these keys of status and contacts."""
    sites = [{"facility": f"Hospital {n}", "status": "RECRUITING", "city": "Lyon", "contacts": [ANN]} for n in (1, 2)]
    locations = [{key: value for key, value in site.items() if key in ("facility", "city", *keys)} for site in sites]
    record = a_whole_record(contactsLocationsModule={"locations": locations})
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
def test_a_recruiting_trial_that_loses_all_site_statuses_or_contacts_is_held(keys, missed):
    run_import(with_sites("status", "contacts"))
    before = everything()
    assert counts(run_import(with_sites(*keys))) == (0, 0, 0, 1)
    assert everything() == before
    assert QuarantinedRecord.objects.get().losses == missed


def test_sites_of_a_closed_trial_may_lose_statuses_and_contacts():
    run_import(with_sites("status", "contacts"))
    assert counts(run_import(with_sites(status="COMPLETED"))) == (0, 1, 0, 0)


def test_sites_of_a_recruiting_trial_lose_their_contacts_when_the_last_ones_close():
    run_import(with_sites("status", "contacts"))
    later = with_sites("status")
    for location in later["protocolSection"]["contactsLocationsModule"]["locations"]:
        location["status"] = "ACTIVE_NOT_RECRUITING"
    assert counts(run_import(later)) == (0, 1, 0, 0)
    assert set(TrialSite.objects.values_list("status", flat=True)) == {"ACTIVE_NOT_RECRUITING"}


def test_an_incomplete_record_does_not_make_its_batch_be_written_one_by_one():
    whole = [with_number(number, "A title") for number in (1, 2, 3)]
    run_import(*whole)
    newer = [with_number(number, "Another title") for number in (1, 2, 3)]
    with CaptureQueriesContext(connection) as queries:
        run = run_import(newer[0], without(newer[1], CRITERIA), newer[2])
    assert counts(run) == (0, 2, 0, 1)
    locks = [query for query in queries if "FOR UPDATE" in query["sql"] and 'FROM "trials_trial"' in query["sql"]]
    assert len(locks) == 1


def with_number(number: int, title: str) -> dict:
    identification = {"nctId": f"NCT9000040{number}", "orgStudyIdInfo": {"id": f"T-040{number}"}, "briefTitle": title}
    return a_whole_record(
        identificationModule=a_whole_record()["protocolSection"]["identificationModule"] | identification
    )


def test_a_single_site_may_lose_status_and_contacts():
    run_import(with_sites("status", "contacts"))
    later = with_sites("status", "contacts")
    later["protocolSection"]["contactsLocationsModule"]["locations"][0] = {"facility": "Hospital 1", "city": "Lyon"}
    assert counts(run_import(later)) == (0, 1, 0, 0)


def test_an_administrator_sees_which_statuses_and_contacts_would_be_removed(client, administrator):
    run_import(with_sites("status", "contacts"))
    run = run_import(with_sites())
    page = text_of(client.get(f"/admin/registries/importrun/{run.pk}/change/"))
    assert "Status of all sites Recruiting at 2 sites" in page
    assert "Contacts of all sites Ann Example; Ann Example" in page


def test_a_repeated_incomplete_record_stays_one_row_with_the_last_date():
    run_import(a_whole_record())
    part = only(a_whole_record(), TITLE, STATUS)
    first = run_import(part)
    row = QuarantinedRecord.objects.get()
    again = run_import(part)
    held = QuarantinedRecord.objects.get()
    assert (held.pk, held.run, held.first_seen_at) == (row.pk, again, row.first_seen_at)
    assert held.last_seen_at > row.last_seen_at
    assert (first.quarantined, again.quarantined) == (1, 1)


def test_another_record_a_dry_run_and_a_decided_record_have_rows_of_their_own(held_record):
    run_import(only(a_whole_record(), TITLE))
    run_import(only(a_whole_record(), TITLE), dry=True)
    assert QuarantinedRecord.objects.count() == 3


def test_the_earlier_run_shows_that_the_record_was_received_again(client, administrator, held_record):
    run = held_record.run
    run_import(only(a_whole_record(), TITLE, STATUS))
    assert "1 of them was received again in a later import and is shown there" in text_of(
        client.get(f"/admin/registries/importrun/{run.pk}/change/")
    )


def test_my_work_links_administrators_to_held_records(client, administrator, held_record):
    work = client.get("/work/")
    assert "1 record from the registry is held because it would empty fields of a trial" in text_of(work)
    address = re.search(r'href="(/admin/registries/importrun/[^"]+)"', work.content.decode())[1]
    runs = client.get(address).content.decode()
    assert f"/admin/registries/importrun/{held_record.run_id}/change/" in runs
    assert f"/admin/registries/importrun/{ImportRun.objects.last().pk}/change/" not in runs
    discard_held_record(held_record, **WHO)
    assert "is held" not in text_of(client.get("/work/"))


def test_my_work_informs_the_trial_coordinator_of_a_held_record(client, held_record):
    user = a_user()
    client.force_login(user)
    assert "is held" not in text_of(client.get("/work/"))
    assign(user, trial=Trial.objects.get())
    page = client.get("/work/")
    assert "1 record from the registry is held" in text_of(page)
    assert "An administrator can apply or discard it" in text_of(page)
    assert "/admin/registries/importrun/" not in page.content.decode()


def test_a_superseded_record_is_not_listed_as_open(client, administrator, held_record):
    assert "is held" in text_of(client.get("/work/"))
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


def test_a_first_record_may_be_incomplete():
    part = only(a_whole_record(), TITLE, STATUS)
    assert counts(run_import(part)) == (1, 0, 0, 0)
    assert counts(run_import(a_whole_record())) == (0, 1, 0, 0)
    assert list(export_records(Trial.objects.all())) == [a_whole_record()]


def test_the_other_records_of_a_file_are_imported():
    run_import(a_whole_record())
    other = a_whole_record()
    other["protocolSection"]["identificationModule"]["nctId"] = "NCT90000302"
    assert counts(run_import(only(a_whole_record(), TITLE), other)) == (1, 0, 0, 1)


def test_every_real_record_has_the_required_paths(registry_records):
    for raw in registry_records:
        record = orjson.loads(raw)
        assert all(value_at(record, path) for path in REQUIRED_PATHS)
        assert find_lost_paths(record, record) == []


def test_the_docs_list_the_checked_paths():
    page = (Path(__file__).resolve().parents[2] / "docs" / "registry-mapping.md").read_text()
    section = page.partition("## What makes a record whole")[2]
    assert re.findall(r"^- `(.+)`$", section, re.MULTILINE) == [*REQUIRED_PATHS, *PERSISTENT_PATHS, *WHILE_RECRUITING]


def test_the_command_reports_a_held_record_and_exits_with_1(tmp_path, capsys):
    run_import(a_whole_record())
    page = tmp_path / "page.json.gz"
    page.write_bytes(gzip.compress(json.dumps({"studies": [only(a_whole_record(), TITLE, STATUS)]}).encode()))
    for options in ({"dry_run": True}, {}):
        with pytest.raises(SystemExit) as ended:
            call_command("import_ctgov", str(page), **options)
        output = capsys.readouterr()
        assert ended.value.code == 1
        assert output.out.strip().endswith("created=0 updated=0 unchanged=0 quarantined=1")
        assert "studies[0]: NCT90000301" in output.err
        assert "incomplete record" in output.err


def test_a_held_record_can_be_applied(held_record):
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


def test_an_applied_record_does_not_overwrite_local_values(held_record):
    trial = Trial.objects.get()
    change_overall_status(
        trial, to="SUSPENDED", why_stopped="Ethics", author="user:2", version=trial.version, accept_warnings=True
    )
    apply_held_record(held_record, **WHO)
    assert Trial.objects.get().overall_status == "SUSPENDED"


def test_a_discarded_record_counts_as_unchanged_later(held_record):
    discard_held_record(held_record, **WHO)
    before = everything()
    assert counts(run_import(only(a_whole_record(), TITLE, STATUS))) == (0, 0, 1, 0)
    assert everything() == before


@pytest.mark.parametrize("decide", [apply_held_record, discard_held_record])
def test_a_held_record_is_decided_once(held_record, decide):
    discard_held_record(held_record, **WHO)
    with pytest.raises(ValidationError, match="applied or discarded already"):
        decide(held_record, **WHO)


def test_a_decision_needs_a_reason(held_record):
    with pytest.raises(ValidationError, match="reason"):
        apply_held_record(held_record, author="user:1", reason=" ")


def test_a_superseded_record_cannot_be_applied(held_record):
    run_import(a_whole_record(descriptionModule={"briefSummary": "Another summary."}))
    with pytest.raises(ValidationError, match="newer"):
        apply_held_record(held_record, **WHO)
    assert Trial.objects.get().brief_summary == "Another summary."


def test_an_applied_record_counts_as_unchanged_later(held_record):
    apply_held_record(held_record, **WHO)
    versions = StudyVersion.objects.count()
    assert counts(run_import(only(a_whole_record(), TITLE, STATUS))) == (0, 0, 1, 0)
    assert StudyVersion.objects.count() == versions


def test_a_check_of_the_registry_holds_incomplete_records_and_reports_them(settings):
    """A registry, or a proxy, that omits fields which the request did not exclude."""
    run_import(a_whole_record())
    part = only(a_whole_record(), TITLE, "protocolSection.statusModule")
    part["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": "2026-04-01", "type": "ACTUAL"}
    settings.CTGOV_PAUSE_SECONDS = 0
    output, refused = io.StringIO(), io.StringIO()
    with FakeRegistry(part).serving() as settings.CTGOV_API_URL, pytest.raises(SystemExit):
        call_command("sync_ctgov", force=True, stdout=output, stderr=refused)
    assert output.getvalue().strip() == "created=0 updated=0 unchanged=0 quarantined=1 missing=0"
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


def test_an_upload_shows_the_fields_that_it_would_empty(client, administrator):
    run_import(a_whole_record())
    page = upload(client).content.decode()
    assert "Held: incomplete records" in page
    assert "Example Trust" in page
    assert "Hospital 1" in page


@pytest.mark.parametrize(("act", "criteria"), [("apply", ""), ("discard", "Inclusion Criteria:\n\n* Adults")])
def test_an_administrator_applies_or_discards_a_record_of_the_run(client, administrator, act, criteria):
    run_import(a_whole_record())
    page = upload(client)
    record = QuarantinedRecord.objects.get()
    address = page.redirect_chain[-1][0]
    done = client.post(address, {"held": record.pk, "act": act, "reason": "Checked"}, follow=True)
    assert done.status_code == 200
    assert Trial.objects.get().eligibility_criteria == criteria
    record.refresh_from_db()
    assert record.decided_by == administrator.actor


def test_a_missing_reason_gives_a_message(client, administrator):
    run_import(a_whole_record())
    address = upload(client).redirect_chain[-1][0]
    held = QuarantinedRecord.objects.get()
    page = client.post(address, {"held": held.pk, "act": "apply", "reason": ""}, follow=True)
    assert "Enter a reason for the change" in page.content.decode()


def test_a_manager_reads_held_records_but_cannot_decide(client, held_record):
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
def test_other_formats_give_a_readable_error(tmp_path, capsys, content, words):
    file = tmp_path / "other"
    file.write_bytes(content)
    with pytest.raises(SystemExit):
        call_command("import_ctgov", str(file))
    output = capsys.readouterr()
    assert output.out.strip() == "created=0 updated=0 unchanged=0 quarantined=1"
    assert words in output.err
    assert "API version 2" in output.err


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"hasResults": True}, "the NCT number is missing"),
        (a_whole_record() | {"protocolSection": None}, "expected an object, got null"),
        (a_whole_record(eligibilityModule=None), "eligibilityModule: expected an object, got null"),
    ],
)
def test_json_that_is_no_record_is_refused(record, words):
    run_import(a_whole_record())
    assert counts(run_import(record)) == (0, 0, 0, 1)
    assert words in QuarantinedRecord.objects.get().reason
