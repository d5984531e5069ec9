"""The public comparison with the registry's record: public values only, no contacts, nothing that is held back."""

import pytest

from contacts.models import Person
from history import authored
from sites.models import TrialSite
from tests.factories import a_trial
from tests.pages.html_reader import queries_of, read, text_of
from tests.registries.conflict_fixtures import a_record, change_status_by_hand
from tests.registries.test_import import run_import
from trials.models import Trial

pytestmark = pytest.mark.django_db
PAGE = "/trials/NCT90000001/differences/"


def differences_of(page) -> dict[str, tuple]:
    return {row.label: (row.difference.theirs, row.difference.ours) for row in page.context["differences"]}


def test_public_values_that_differ_are_listed(client):
    run_import(a_record(sites=2))
    with authored("user:1"):
        Trial.objects.update(completion_on="2029-05")
    change_status_by_hand(TrialSite.objects.order_by("position")[0], "COMPLETED")
    page = client.get(PAGE)
    assert differences_of(page) == {
        "Completion": (None, "2029-05"),
        "Site “Hospital 1”: status": ("RECRUITING", "COMPLETED"),
    }
    assert "May 2029" in text_of(page)
    assert PAGE in read(client.get("/trials/NCT90000001/")).links


def test_contacts_are_not_compared(client):
    run_import(a_record())
    with authored("user:1"):
        Person.objects.update(name="Zq Nobody", phone="+33 1 99 99 99 99")
    page = client.get(PAGE)
    assert "No differences" in text_of(page)
    assert "Zq Nobody" not in page.content.decode()


def test_a_status_that_is_held_back_is_not_told(client):
    run_import(a_record(sites=2))
    with authored("user:1"):
        Trial.objects.update(overall_status="COMPLETED")
    change_status_by_hand(TrialSite.objects.order_by("position")[0], "SUSPENDED")
    assert differences_of(client.get(PAGE)) == {"Overall status": ("RECRUITING", "COMPLETED")}


def test_an_unpublished_trial_and_an_unknown_parameter_are_refused(client):
    run_import(a_record())
    assert client.get(f"{PAGE}?x=1").status_code == 400
    with authored("user:1"):
        Trial.objects.update(is_public=False)
    assert client.get(PAGE).status_code == 404


def test_a_trial_without_a_record_says_so(client):
    trial = a_trial(5)
    assert "No record was imported" in text_of(client.get(f"{trial.get_absolute_url()}differences/"))


def test_queries_do_not_depend_on_the_number_of_sites(client):
    run_import(a_record(sites=2))
    few = queries_of(client, PAGE)
    run_import(a_record(sites=9))
    assert queries_of(client, PAGE) == few
