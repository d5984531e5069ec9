"""Contact cards: each person once, with phone and e-mail links."""

import pytest

from trials.models import Trial
from trials.page.contact_cards import ContactCard, ContactDetails, merge_duplicates, sponsors_and_officials


def test_a_contact_who_is_also_the_investigator_is_one_person():
    entries = [
        ContactCard("Rong Yu, M.D.", ["Contact"], contact_details=[ContactDetails("1")]),
        ContactCard("Rong  Yu", ["Principal Investigator"]),
    ]
    assert merge_duplicates(entries) == [
        ContactCard("Rong Yu, M.D.", ["Contact", "Principal Investigator"], [], [ContactDetails("1")])
    ]


def test_every_degree_of_either_spelling_is_listed_once():
    assert (
        merge_duplicates([ContactCard("Zoë deBoer, M.D."), ContactCard("Zoe de Boer, MD, PhD")])[0].name
        == "Zoë deBoer, M.D., PhD"
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Stone, John H, M.D., M.P.H", "John H Stone, MD", "John H Stone, MD, M.P.H"),
        ("John H Stone", "Stone, John H, M.D.", "John H Stone, M.D."),
        ("Stone, John H, MD", "Stone, John H, MPH", "Stone, John H, MD, MPH"),
        ("RolfFronczek", "Rolf Fronczek, MD / PhD", "Rolf Fronczek, MD / PhD"),
        ("Rolf Fronczek, MD", "RolfFronczek, PhD", "Rolf Fronczek, MD, PhD"),
        ("Anna Berger", "Anna Berger (Head)", "Anna Berger (Head)"),
        ("Anna Berger, MD", "Anna Berger - Study Nurse", "Anna Berger - Study Nurse, MD"),
        ("Frau Anna Berger", "Anna Berger, PhD", "Frau Anna Berger, PhD"),
    ],
)
def test_two_spellings_of_a_name_are_merged_into_the_longer(one, other, expected):
    assert [person.name for person in merge_duplicates([ContactCard(one), ContactCard(other)])] == [expected]


def test_offices_with_different_annotations_are_not_merged():
    names = ["(US) Company Contact for Trial Information", "(Asia) Company Contact for Trial Information"]
    reached = [
        ContactCard(name, contact_details=[ContactDetails(phone)]) for name, phone in zip(names, "12", strict=True)
    ]
    assert [person.name for person in merge_duplicates(reached)] == names
    assert [person.name for person in merge_duplicates(map(ContactCard, names))] == names


def test_a_person_with_two_phones_keeps_both_and_the_same_twice_is_one():
    entries = [
        ContactCard("Rong Yu", contact_details=[ContactDetails("1", "2")]),
        ContactCard("Rong Yu", contact_details=[ContactDetails("1", "2")]),
        ContactCard("Yu, Rong", contact_details=[ContactDetails("3")]),
    ]
    assert merge_duplicates(entries)[0].contact_details == [ContactDetails("1", "2"), ContactDetails("3")]


def test_one_name_with_two_job_titles_keeps_both():
    names = ["Anna Berger - Study Nurse", "Anna Berger/Coordinator"]
    assert [person.name for person in merge_duplicates(map(ContactCard, names))] == names


def test_people_of_one_family_are_as_many_as_there_are():
    names = ["Berger, Anna", "Berger, Bert, MD", "Berger, Ute", "Berger"]
    assert [person.name for person in merge_duplicates(map(ContactCard, [*names, "Anna Berger, PhD"]))] == [
        "Anna Berger, PhD", *names[1:],
    ]  # fmt: skip


def test_a_job_title_with_other_contact_details_is_not_merged():
    entries = [ContactCard("Study Coordinator", contact_details=[ContactDetails(phone)]) for phone in ("1", "2", "2")]
    assert len(merge_duplicates(entries)) == 2


def test_entries_without_a_name_are_not_one_person():
    assert (
        len(
            merge_duplicates(
                [
                    ContactCard("", contact_details=[ContactDetails("1")]),
                    ContactCard("", contact_details=[ContactDetails("2")]),
                ]
            )
        )
        == 2
    )


@pytest.mark.parametrize(
    ("phone", "extension", "dialled"),
    [
        ("+86-0760-89873999", "", "tel:+8676089873999"),  # behind the country code no trunk prefix is dialled
        ("+33 (0)4 00 00 00 00", "", "tel:+33400000000"),
        ("0049 431 5550101", "", "tel:+494315550101"),
        ("(555) 123 4567", "x 12", "tel:5551234567;ext=12"),
        ("555 123 4567 ext. 12", "", "tel:5551234567;ext=12"),
        ("000-000-0000", "", ""),
        ("only use Email", "", ""),
        ("06-xxxxxxxx", "", ""),
        ("1-866-44-ISLET(1-866-444-7538)", "", ""),
        ("", "12", ""),
    ],
)
def test_a_tel_link_needs_a_single_valid_number(phone, extension, dialled):
    assert ContactDetails(phone, extension).tel_url == dialled


@pytest.mark.parametrize("email", ["", "[email protected]", "a@b", "two@example.org three@example.org"])
def test_a_mailto_link_needs_a_valid_address(email):
    assert ContactDetails(email=email).mailto_url == ""


@pytest.mark.parametrize(
    ("code", "duties"),
    [
        ("SPONSOR", ["Responsible party"]),
        ("PRINCIPAL_INVESTIGATOR", ["Responsible party", "Principal Investigator"]),
        ("", ["Responsible party"]),
    ],
)
def test_a_responsible_party_has_its_duty_unless_it_is_the_sponsor(code, duties):
    (person,) = sponsors_and_officials(Trial(responsible_party_type=code, responsible_party_name="Ann Lee"), [])
    assert [duty.casefold() for duty in person.duties] == [duty.casefold() for duty in duties]


def test_a_sponsor_who_is_a_person_is_listed_with_the_officials():
    trial = Trial(
        lead_sponsor="Li Min", responsible_party_type="SPONSOR_INVESTIGATOR", responsible_party_name="Li Min, Dr."
    )
    (person,) = sponsors_and_officials(trial, [])
    assert (person.name, person.duties) == ("Li Min, Dr.", ["Sponsor", "Responsible party", "Sponsor-Investigator"])


def test_an_older_record_names_its_responsible_party_in_one_text():
    trial = Trial(responsible_party_old_name_title="A, Director", responsible_party_old_organization="Hospital 1")
    assert sponsors_and_officials(trial, []) == [ContactCard("A, Director", ["Responsible party"], ["Hospital 1"])]
