"""The content of public documents, and values that are never published."""

from datetime import date

import orjson
import pytest
import time_machine
from django.utils import timezone

from contacts.choices import RoleKind
from contacts.models import Person, Role
from contacts.visibility import is_publishable
from history.authorship import authored
from publishing import documents
from publishing.derived_values import derive_values
from publishing.documents import public_trial
from publishing.models import TrialDocument
from publishing.staleness import has_pending, publish_pending
from publishing.trial_data import LIST_MODELS, PERSON_COLUMNS, load_trial_data
from sites.models import Facility, TrialSite
from tests.factories import a_contact, a_facility, a_site, a_trial, make
from tests.publishing.expected_documents import published
from trials.choices import OverallStatus
from trials.models import Trial

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"
#: Columns that are not published, with the reason.
PRIVATE = {
    Trial: {"id": "the key says it", "is_public": "true of all that is published", "version": "of our forms"},
    TrialSite: {
        "trial": "the site stands in its trial",
        "duplicate_index": "our way to tell two apart",
        "position": "the order says it",
        "printed_overrides": "the facility says it under one name",
        "stage": "internal",
        "enrollment_target": "internal",
        "internal_note": "internal",
        "version": "of our forms",
    },
    Facility: {
        "is_masked": "the name says it",
        "is_active": "internal",
        "ror_id": "on the trial's page, as linked data",
        "merged_into": "the document has the surviving facility",
        "identity": "our way to tell two apart",
        "version": "of our forms",
    },
}
PUBLISHED = {
    Trial: documents.TRIAL,
    TrialSite: (*documents.SITE, *documents.SITE_STATUS, "facility"),
    Facility: documents.FACILITY,
}


def document_of(trial, on=date(2026, 3, 1)):
    trial_data = load_trial_data([trial.pk])[trial.pk]
    return public_trial(trial_data, derive_values(trial_data, on=on))


@pytest.mark.parametrize("model", PUBLISHED)
def test_every_column_is_published_or_has_a_reason(model):
    columns = {column.name for column in model._meta.concrete_fields}
    assert columns == {*PUBLISHED[model], *PRIVATE[model]}
    assert not set(PUBLISHED[model]) & PRIVATE[model].keys()


@pytest.mark.parametrize("part", LIST_MODELS)
def test_every_column_of_a_part_is_published(part):
    columns = {column.name for column in LIST_MODELS[part]._meta.concrete_fields}
    assert columns == {*documents.LIST_FIELDS[part], "id", "trial", "position"}


def test_nothing_private_is_published():
    trial = a_trial(overall_status="RECRUITING")
    site = a_site(trial, status="RECRUITING", internal_note=CANARY, stage="ETHICS", enrollment_target=987_654)
    for place in (
        {"trial": trial, "kind": RoleKind.CENTRAL_CONTACT},
        {"trial_site": site, "kind": RoleKind.SITE_CONTACT},
    ):
        private = dict.fromkeys(("mobile", "private_email", "notes"), CANARY)
        make(Role, person=make(Person, name="Shown", **private), role="CONTACT", **place)
    official = make(Person, name="Official", phone=CANARY, email=CANARY, phone_ext=CANARY)
    make(Role, person=official, trial=trial, kind=RoleKind.OFFICIAL)
    publish_pending()
    everything = str(published())
    assert everything.count("Shown") == 2
    for canary in (CANARY, "ETHICS", "987654", "canari"):
        assert canary not in everything


def test_the_search_does_not_match_people():
    a_contact(site=a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING"), name="Zebulon")
    publish_pending()
    document, row = published()
    assert "Zebulon" in str(document)
    assert "zebulon" not in str(row)


def test_only_four_columns_of_a_person_are_ever_published():
    assert {"name", "phone", "phone_ext", "email"} == set(documents.CONTACT)
    assert set(documents.CONTACT) < set(PERSON_COLUMNS)


def test_an_erased_person_is_not_published():
    trial = a_trial(overall_status="RECRUITING")
    make(Role, person=make(Person, erased_at=timezone.now()), kind=RoleKind.CENTRAL_CONTACT, trial=trial)
    make(Role, person=make(Person, erased_at=timezone.now()), kind=RoleKind.OFFICIAL, trial=trial)
    document = document_of(trial)
    assert (document["central_contacts"], document["officials"]) == ([], [])


def test_partial_dates_keep_their_precision():
    document = document_of(a_trial(start_on="2026-01", completion_on="2027"))
    assert (document["start_on"], document["completion_on"]) == ("2026-01", "2027")


def test_a_document_equals_its_json():
    trial = a_trial()
    trial_data = load_trial_data([trial.pk])[trial.pk]
    facts = derive_values(trial_data, on=date(2026, 3, 1))
    assert orjson.loads(documents.build_document(trial_data, facts)) == public_trial(trial_data, facts)


def test_the_unknown_status_takes_effect_on_its_day():
    trial = a_trial(overall_status="RECRUITING", verified_on="2024-01", completion_on="2025-06")
    with time_machine.travel("2026-01-31T12:00Z"):
        publish_pending()
        document = TrialDocument.objects.get(pk=trial.pk)
        assert (orjson.loads(document.document)["overall_status"], document.rebuild_on) == (
            "RECRUITING",
            date(2026, 2, 1),
        )
        assert not has_pending()
    with time_machine.travel("2026-02-01T12:00Z"):
        assert has_pending()
        assert publish_pending() is False
        shown = orjson.loads(TrialDocument.objects.get(pk=trial.pk).document)
        assert (shown["overall_status"], shown["last_known_status"]) == ("UNKNOWN", "RECRUITING")
        assert trial.status_on(date(2026, 2, 1)) == "UNKNOWN"


def test_a_contact_is_published_from_its_first_to_its_last_day():
    trial = a_trial(overall_status="RECRUITING")
    a_contact(trial=trial, starts_on="2026-03-10", ends_before="2026-03-20")
    shown = {}
    for day in ("2026-03-09", "2026-03-10", "2026-03-19", "2026-03-20"):
        with time_machine.travel(f"{day}T12:00Z"):
            publish_pending()
            document = TrialDocument.objects.get(pk=trial.pk)
            shown[day] = (len(orjson.loads(document.document)["central_contacts"]), str(document.rebuild_on))
    assert shown == {
        "2026-03-09": (0, "2026-03-10"),
        "2026-03-10": (1, "2026-03-20"),
        "2026-03-19": (1, "2026-03-20"),
        "2026-03-20": (0, "None"),
    }


def test_predicate_and_queryset_agree_for_every_role():
    statuses = ["RECRUITING", "COMPLETED", "NOT_YET_RECRUITING", "UNKNOWN", ""]
    number = 0
    for overall in statuses:
        for last_known in ("", "RECRUITING", "COMPLETED"):
            number += 1
            trial = a_trial(number, overall_status=overall, last_known_status=last_known)
            a_contact(trial=trial)
            make(Role, person=make(Person, name="O"), trial=trial, kind=RoleKind.OFFICIAL)
            for place, status in enumerate(["", "RECRUITING", "NOT_YET_RECRUITING", "COMPLETED", "SUSPENDED"]):
                facility = Facility.objects.filter(name=f"Hospital {place}").first() or a_facility(place)
                a_contact(site=a_site(trial, facility, status=status))
    publishable = set(Role.objects.publishable().values_list("pk", flat=True))
    published = {role.pk for role in Role.objects.select_related("trial", "trial_site__trial") if _is_publishable(role)}
    assert published == publishable
    assert 0 < len(published) < Role.objects.count()


def _is_publishable(role) -> bool:
    trial = role.trial or role.trial_site.trial
    return is_publishable(
        role.kind,
        overall_status=trial.overall_status,
        last_known_status=trial.last_known_status,
        site_status=role.trial_site.status if role.trial_site else "",
    )


def test_an_unchanged_document_keeps_its_change_time():
    trial = a_trial()
    publish_pending()
    before = TrialDocument.objects.get(pk=trial.pk).changed_at
    with authored("test"):
        Trial.objects.update(is_public=True, brief_title="Trial 1")
        Trial.objects.update(brief_title="X")
        Trial.objects.update(brief_title="Trial 1")
    publish_pending()
    assert TrialDocument.objects.get(pk=trial.pk).changed_at == before


def test_codes_of_status_are_text_in_a_search_row():
    a_trial(overall_status=OverallStatus.RECRUITING)
    publish_pending()
    assert "'st:recruiting'" in str(published()[1])
