"""Erasing one person only: equal names, families, shared addresses, initials, names that contain job titles.

Each case imports, erases, exports and imports again.
"""

import json
import unicodedata

import pytest
from django.core.exceptions import ValidationError

from contacts.erasure.service import erase_person, find_editable_matches
from contacts.erasure.suppression_list import add_to_suppression_list
from contacts.models import Erasure, Person, Role
from history import authored
from registries.ctgov.export import export_records
from registries.models import StudyVersion
from tests.contacts.fixtures import a_coordinator
from tests.contacts.test_erasure import WHY, columns_with_canary
from tests.factories import a_user
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.registries.test_import import location, run_import, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db


def contact(name: str, number: int = 0, **more) -> dict:
    """A contact with its own phone and e-mail; `number` 0: an investigator without contact details."""
    if not number:
        return {"name": name, "role": "PRINCIPAL_INVESTIGATOR"} | more
    return {
        "name": name, "role": "CONTACT", "phone": f"+49 431 555 01{number:02}", "email": f"reach{number}@example.org",
    } | more  # fmt: skip


def a_record(*contacts: dict, **more) -> dict:
    """A trial with one hospital and these contacts there; further hospitals by name in `more`."""
    places = {"Klinik am See": contacts} | more
    return with_locations(
        *(location(name, city="Kiel", country="Germany", status="RECRUITING", contacts=[*there])
          for name, there in places.items())
    )  # fmt: skip


def import_(record: dict) -> None:
    run_import(json.loads(json.dumps(record)))


def export() -> list:
    return [
        [one["name"] for one in place.get("contacts", [])]
        for place in next(export_records(Trial.objects.all()))["protocolSection"]["contactsLocationsModule"][
            "locations"
        ]
    ]


def person(name: str, **more) -> Person:
    return Person.objects.get(name=name, **more)


def erase(name: str, **more) -> None:
    one = Person.objects.filter(name=name).order_by("pk").first()
    erase_person(one, reason=WHY, author="user:1", **more)


def names_on_page(client) -> str:
    return text_of(client.get("/trials/NCT90000001/"))


BERGERS = [contact("Berger, Anna", 1), contact("Berger, Thomas", 2), contact("Berger, Ute")]


def test_one_of_three_people_with_the_same_family_name_is_erased(client):
    import_(a_record(*BERGERS))
    page = names_on_page(client)
    assert all(name in page for name in ("Berger, Anna", "Berger, Thomas", "Berger, Ute"))
    erase("Berger, Anna")
    assert export() == [["Berger, Thomas", "Berger, Ute"]]
    import_(later := a_record(*BERGERS, contact("Berger, Klaus", 4)))
    assert export() == [["Berger, Thomas", "Berger, Ute", "Berger, Klaus"]]
    del later["protocolSection"]["contactsLocationsModule"]["locations"][0]["contacts"][0]
    assert list(export_records(Trial.objects.all())) == [later]
    assert "Berger, Klaus" in names_on_page(client)
    assert columns_with_canary("Berger, Anna") == []


@pytest.mark.parametrize("name", ["Line Hansen", "Line Nurse", "Do Main", "Senior Ma", "Sir Head"])
def test_a_name_that_contains_a_job_title_is_removed_from_records_and_texts(client, name):
    client.force_login(a_user("admin", is_superuser=True))
    import_(a_record(contact(name), contact("Study Coordinator", 1)))
    with authored("user:1"):
        Trial.objects.update(keywords=[f"As {name} does it"])
    one = person(name)
    assert f"Searched for: {name}" in text_of(client.get(f"/people/{one.pk}/erase/"))
    with authored("user:1"):
        Trial.objects.update(keywords=[])
    erase(name, redact_texts=True)
    assert name not in StudyVersion.objects.get().received
    import_(a_record(contact(name), contact("Study Coordinator", 2)))
    assert columns_with_canary(name) == []
    assert export() == [["Study Coordinator"]]


@pytest.mark.parametrize(
    "again",
    [
        "ANNA BERGER", "Berger Anna", "Anna M. Berger", "Dr. Anna Berger, MD, PhD", "Anna Berger, Site 0050",
        unicodedata.normalize("NFD", "Ánna Berger"),
    ],
)  # fmt: skip
def test_another_spelling_of_the_name_is_erased_and_not_imported_again(again):
    import_(a_record(contact("Berger, Anna", 1), contact(again), contact("Klein, Bert", 2)))
    erase("Berger, Anna")
    assert export() == [["Klein, Bert"]]
    import_(a_record(contact("Anna Berger", 9), contact(again, 8), contact("Klein, Bert", 3)))
    assert export() == [["Klein, Bert"]]


@pytest.mark.parametrize("other", ["A. Berger", "Dr. Berger", "Berger", "Anna Berger-Klein", "Anna Maria Berger"])
def test_a_similar_name_is_listed_but_not_selected(client, other):
    client.force_login(a_user("admin", is_superuser=True))
    import_(a_record(contact("Anna Berger", 1), contact(other, 2)))
    one, two = person("Anna Berger"), person(other)
    page = client.get(f"/people/{one.pk}/erase/")
    assert [row for row in rows_of(page) if other in row and "Possibly the same person: a similar name" in row]
    assert f'value="{two.pk}" checked' not in page.content.decode()
    erase("Anna Berger")
    import_(a_record(contact("Anna Berger", 1), contact(other, 3)))
    assert export() == [[other]]


def test_one_of_two_contacts_with_the_same_name_is_erased_when_the_other_is_cleared(client):
    client.force_login(a_user("admin", is_superuser=True))
    import_(a_record(contact("Anna Berger", 1), contact("Berger, Anna", 2)))
    one, two = person("Anna Berger"), person("Berger, Anna")
    page = client.get(f"/people/{one.pk}/erase/")
    assert f'value="{two.pk}" checked' in page.content.decode()
    reason = "Same person in a registry record: the same name at the same place"
    assert [row for row in rows_of(page) if reason in row]
    client.post(f"/people/{one.pk}/erase/", {"typed": "erase", "reason": WHY, "offered": [two.pk]})
    assert export() == [["Berger, Anna"]]
    import_(a_record(contact("Anna Berger", 1), contact("Berger, Anna", 2), contact("Bert Klein", 3)))
    assert export() == [["Berger, Anna", "Bert Klein"]]


def test_a_certain_match_added_meanwhile_is_shown_before_the_erasure(client):
    client.force_login(a_user("admin", is_superuser=True))
    import_(a_record(contact("Anna Berger", 1), contact("Berger, Anna", 2)))
    one = person("Anna Berger")
    page = client.post(f"/people/{one.pk}/erase/", {"typed": "erase", "reason": WHY})
    assert "Nothing is erased yet" in text_of(page)
    assert Person.objects.present().count() == 2


def test_a_contact_with_equal_values_at_the_same_place_must_be_erased_as_well():
    import_(a_record(contact("Anna Berger", 1), contact("Anna Berger", 1, phoneExt="7")))
    with pytest.raises(ValidationError, match="A registry record cannot distinguish this person from the contact"):
        erase("Anna Berger", also=[])


def test_contacts_who_share_an_email_are_different_people():
    five = [contact(name, 1) for name in ("Anna Berger", "Bert Berger", "Cid Klein", "Dora Gross", "Study Nurse")]
    import_(a_record(*five))
    erase("Anna Berger")
    assert export() == [["Bert Berger", "Cid Klein", "Dora Gross", "Study Nurse"]]
    import_(a_record(*five, contact("Emil Berger", 1)))
    assert export() == [["Bert Berger", "Cid Klein", "Dora Gross", "Study Nurse", "Emil Berger"]]


def test_a_successor_with_the_same_office_email_is_imported():
    import_(a_record(contact("Anna Berger", 1)))
    erase("Anna Berger")
    import_(a_record(contact("Cid Klein", 1)))
    assert export() == [["Cid Klein"]]


def test_an_email_that_another_contact_has_is_not_suppressed():
    shared = {"email": "Berger.Office@example.org"}
    staying = contact("Cid Klein", 2, email="berger.office@EXAMPLE.org")
    import_(a_record(contact("Anna Berger", 1, **shared), staying))
    erase("Anna Berger")
    import_(a_record(contact("Anna Berger", 9, **shared), contact("Bert Berger", 3, **shared), staying))
    assert export() == [["Bert Berger", "Cid Klein"]]


def test_a_personal_email_is_not_imported_again_with_a_job_title():
    own = {"email": "anna.berger@example.org"}
    import_(a_record(contact("Anna Berger", 1, **own), contact("Study Nurse", 2)))
    erase("Anna Berger")
    import_(a_record(contact("Study Coordinator", 5, **own), contact("Study Nurse", 2)))
    assert export() == [["Study Nurse"]]


@pytest.mark.parametrize("name", ["Anna Berger", "Anna Berger, MD", "Berger, Anna"])
def test_investigator_official_and_contact_are_erased_together(name):
    record = a_record(contact("Anna Berger, MD"), contact("Anna Berger", 1), contact("Bert Berger", 2))
    module = record["protocolSection"]["contactsLocationsModule"]
    module["overallOfficials"] = [{"name": "Berger, Anna", "affiliation": "Kiel", "role": "STUDY_CHAIR"}]
    import_(record)
    erase(name)
    assert columns_with_canary("Anna") == []
    import_(record)
    assert export() == [["Bert Berger"]]


def test_the_same_name_at_another_facility_of_the_trial_is_listed_but_not_selected():
    elsewhere = {"Klinik am Berg": [contact("Wei Zhang", 2)]}
    import_(a_record(contact("Wei Zhang", 1), **elsewhere))
    (match,) = find_editable_matches(a_user("admin", is_superuser=True), Person.objects.order_by("pk").first())
    assert (match.is_certain, match.evidence) == (False, "the same name in the same trial")
    erase("Wei Zhang")
    import_(a_record(contact("Wei Zhang", 9), **elsewhere))
    assert export() == [[], ["Wei Zhang"]]


def test_a_name_in_capitals_with_two_family_names_and_its_parts():
    import_(a_record(contact("GARCÍA LÓPEZ, MARÍA", 1), contact("García López, Ana", 2), contact("Maria Garcia-Lopez")))
    erase("GARCÍA LÓPEZ, MARÍA")
    assert export() == [["García López, Ana"]]


def test_a_family_name_alone_matches_only_with_its_phone():
    import_(a_record(contact("Berger", 1), contact("Berger", 2), contact("Berger, MD")))
    erase("Berger")
    import_(a_record(contact("Berger", 1), contact("Berger", 2), contact("Berger, MD")))
    assert export() == [["Berger", "Berger, MD"]]


def test_a_trial_coordinator_sees_matches_in_scope_only(client):
    import_(a_record(contact("Anna Berger", 1), contact("A. Berger", 2)))
    elsewhere = location("Klinik am Berg", contacts=[contact("Anna Berger", 7)])
    run_import(with_locations(elsewhere, number=90_000_002))
    client.force_login(a_coordinator(trial=Trial.objects.get(nct_id="NCT90000001")))
    one, two = person("Anna Berger", phone="+49 431 555 0101"), person("A. Berger")
    assert "Klinik am Berg" not in text_of(client.get(f"/people/{one.pk}/erase/"))
    client.post(f"/people/{one.pk}/erase/", {"typed": "erase", "reason": WHY, "also": [two.pk], "offered": [two.pk]})
    assert Person.objects.present().get().phone == "+49 431 555 0107"


def test_the_query_count_of_the_erase_page_does_not_grow_with_matches(client):
    client.force_login(a_user("admin", is_superuser=True))
    import_(a_record(contact("Anna Berger", 1), contact("A. Berger", 2)))
    address = f"/people/{person('Anna Berger').pk}/erase/"
    few = queries_of(client, address)
    import_(a_record(contact("Anna Berger", 1), *(contact(f"A. Berger {letter}.", 3) for letter in "BCDEFG")))
    assert Role.objects.count() > 6
    assert queries_of(client, address) == few


@pytest.mark.parametrize(
    ("phone", "evidence"),
    [("+81 31 555 0101", None), ("+49 421 555 0101", None), ("0431 5550101", "the same phone under another name")],
)
def test_phones_match_as_whole_numbers(phone, evidence):
    import_(a_record(contact("Anna Berger", 1), contact("Cid Vogel", 2, phone=phone)))
    matches = find_editable_matches(a_user("root", is_superuser=True), person("Anna Berger"))
    assert [match.evidence for match in matches] == ([evidence] if evidence else [])


def test_the_same_name_with_equal_last_digits_is_not_a_certain_match():
    elsewhere = {"Klinik am Berg": [contact("Anna Berger", 2, phone="+49 421 555 0101")]}
    import_(a_record(contact("Anna Berger", 1), **elsewhere))
    erased = person("Anna Berger", phone="+49 431 555 0101")
    assert [match.is_certain for match in find_editable_matches(a_user("root", is_superuser=True), erased)] == [False]
    erase_person(erased, reason=WHY, author="user:1")
    assert person("Anna Berger", phone="+49 421 555 0101") in Person.objects.present()


PRINTED = [
    "Frau Anna Berger", "Herr Anna Berger", "Frau Dr. Anna Berger", "Dipl.-Psych. Anna Berger",
    "Dr. rer. nat. Anna Berger",
    "Dipl. Psych. Anna Berger", "Mag. Anna Berger", "Ing. Anna Berger", "Dipl.-Ing. Anna Berger", "Docteur Anna Berger",
    "Madame Anna Berger", "Monsieur Anna Berger", "Sra. Anna Berger", "Señora Anna Berger", "Sr. Anna Berger",
    "Prof.ssa Anna Berger", "Mevr. Anna Berger", "Dhr. Anna Berger", "Anna Berger, PharmD., BCOP", "Anna Berger, BCOP",
    "Anna Berger, Dr. rer. nat.", "Anna Berger, Dipl.-Psych.", "Berger，Anna", "Berger, Frau Anna",
    "Anna Berger - Study Nurse", "Anna Berger – Study Nurse", "Anna Berger/Study Nurse", "Study Nurse: Anna Berger",
    "Study Nurse - Anna Berger",
]  # fmt: skip


@pytest.mark.parametrize("again", PRINTED)
def test_a_name_with_a_form_of_address_or_job_title_is_not_imported_again(client, again):
    import_(a_record(contact("Anna Berger", 1), contact("Klein, Bert", 2)))
    erase("Anna Berger")
    import_(a_record(contact(again, 8), contact("Klein, Bert", 3)))
    assert export() == [["Klein, Bert"]]
    assert "Berger" not in names_on_page(client)


@pytest.mark.parametrize("printed", PRINTED)
def test_a_person_erased_with_such_a_name_is_not_imported_without_it(printed):
    import_(a_record(contact(printed, 1), contact("Klein, Bert", 2)))
    erase(printed)
    import_(a_record(contact("Anna Berger", 8), contact(printed, 9), contact("Klein, Bert", 3)))
    assert export() == [["Klein, Bert"]]


@pytest.mark.parametrize(
    ("signature", "again"),
    [
        ("name frauannaberger place klinik am see|kiel|germany", "Frau Anna Berger"),
        ("name frauberger place klinik am see|kiel|germany", "Frau Berger"),
        ("name bergermagannadipl place klinik am see|kiel|germany", "Mag. Anna Dipl. Berger"),
        ("name studynurseannaberger number 494315550108", "Anna Berger/Study Nurse"),
        ("name nurseannabergerstudy number 494315550108", "Anna Berger/Study Nurse"),
        ("name diplpsychannaberger address reach8@example.org", "Dipl.-Psych. Anna Berger"),
    ],
)
def test_former_digests_are_still_valid(signature, again):
    import_(a_record(contact("Vogel, Cid", 1), contact("Klein, Bert", 2)))
    erase("Vogel, Cid")
    add_to_suppression_list(Erasure.objects.get(), [signature])
    import_(a_record(contact(again, 8), contact("Klein, Bert", 3)))
    assert export() == [["Klein, Bert"]]


@pytest.mark.parametrize(
    "other", ["Frau Berger", "Ing Lee", "Herr, Michael", "Anna Berger / Bert Cole", "Phil Nat", "Mag Berger"]
)
def test_other_people_with_such_words_are_imported(other):
    import_(a_record(contact("Anna Berger", 1), contact(other, 2)))
    erase("Anna Berger")
    assert export() == [[other]]


GERMAN = "+49 431 555 0101"


@pytest.mark.parametrize(
    ("erased", "again", "is_suppressed"),
    [
        (GERMAN, "0049 (431) 5550101", True), (GERMAN, "+49 (0)431 5550101", True), (GERMAN, "0431/5550101", True),
        (GERMAN, "431 5550101", True), ("0431 5550101", GERMAN, True), ("0431 5550101", "(0431) 555-0101", True),
        ("+1 212 555 0101", "1-212-555-0101", True), ("1 212 555 0101", "+1 (212) 555-0101", True),
        ("212 555 0101", "+1 (212) 555-0101", True),
        (GERMAN, "+49 421 555 0101", False), (GERMAN, "+81 431 555 0101", False), (GERMAN, "0421 5550101", False),
        (GERMAN, "15550101", False), ("0431 5550101", "0421 5550101", False),
        ("0431 5550101", "+49 421 5550101", False),
        ("+1 212 555 0101", "+1 312 555 0101", False),
    ],
)  # fmt: skip
def test_the_name_with_the_same_phone_is_suppressed_in_other_trials(erased, again, is_suppressed):
    import_(a_record(contact("Anna Berger", 1, phone=erased), contact("Klein, Bert", 2)))
    erase("Anna Berger")
    elsewhere = location("Klinik am Berg", contacts=[contact("Anna Berger", 7, phone=again)])
    run_import(with_locations(elsewhere, number=90_000_002))
    assert Person.objects.present().filter(name="Anna Berger").exists() is not is_suppressed


def test_a_former_digest_of_the_last_digits_is_still_valid():
    import_(a_record(contact("Vogel, Cid", 1), contact("Klein, Bert", 2)))
    erase("Vogel, Cid")
    add_to_suppression_list(Erasure.objects.get(), ["name annaberger ending 15550108"])
    import_(a_record(contact("Anna Berger", 8), contact("Klein, Bert", 2)))
    assert export() == [["Klein, Bert"]]
