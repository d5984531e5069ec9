"""Equal and similar names of people, and texts that are no names."""

import unicodedata

import pytest

from common.bare_names import bare_name
from common.degrees_and_job_titles import is_job_title
from common.person_names import is_same_name, is_similar_name, parse_name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Berger, Anna", "Anna Berger"),
        ("ANNA BERGER", "Berger Anna"),
        ("Berger, Anna", "Berger Anna"),
        ("Zoë de Boer, M.D.", "Zoe deBoer, MD, PhD"),
        ("Prof. Dr. med. Ute Berger", "Berger, Ute, MD"),
        ("Berger, Dr. Ute", "Ute Berger"),
        ("Ute Berger MD PhD", "Ute Berger"),
        ("Ute Berger, Site 0050", "Ute Berger"),
        ("Pat O’Neil", "Pat O'NEIL"),
        ("Jean-Pierre Martin", "Jean Pierre Martin"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Jürgen Müller", "Jurgen Muller"),
        ("Łukasz Wiśniewski", "Lukasz Wisniewski"),
        ("Wei-Dong Zhang", "Zhang Weidong"),
        ("Anna M. Berger", "Anna Berger"),
        ("John Smith, Jr.", "John Smith"),
        ("Yu, M.D.", "Yu, MD"),
        ("张伟", "张伟"),
        ("Anna Berger (deputy)", "Anna Berger"),
    ],
)
def test_two_spellings_of_a_name_are_the_same(name, other):
    assert is_same_name(name, other)
    assert is_same_name(other, name)
    assert is_same_name(unicodedata.normalize("NFD", name), other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Berger, Anna", "Berger, Bert"),
        ("Berger, ANNA", "Berger, UTE"),
        ("Berger, MD", "Berger, PhD"),
        ("Berger", "Anna Berger"),
        ("de Boer, Zoe", "de Boer, Anna"),
        ("García López, María", "García López, Ana"),
        ("Li, Ma", "Li, Min"),
        ("Do, Anh", "Do, Binh"),
        ("Anna M. Berger", "Anna K. Berger"),
        ("John Smith, Jr.", "John Smith, Sr."),
        ("Anna Berger", "Anna Berger-Klein"),
        ("A. Berger", "Anna Berger"),
        ("Martin, Thomas", "Thomas, Martin"),
        ("", ""),
    ],
)
def test_different_names_are_not_the_same(name, other):
    assert not is_same_name(name, other)
    assert not is_same_name(other, name)


@pytest.mark.parametrize(
    ("name", "other", "may_be"),
    [
        ("A. Berger", "Anna Berger", True),
        ("Dr. Berger", "Anna Berger", True),
        ("A.B.", "Anna Berger", True),
        ("Anna Berger", "Anna Berger-Klein", True),
        ("Anna Maria Berger", "Anna M. Berger", True),
        ("Marcus Bergerstein", "Markus Bergerstein", True),
        ("Berger, Anna", "Berger, Thomas", False),
        ("Anna Berger", "Anna Klein", False),
        ("Anna Berger", "Anna Berger, MD", False),
        ("Study Coordinator", "Study Coordinator 2", False),
    ],
)
def test_similar_names_may_be_one_person(name, other, may_be):
    assert is_similar_name(name, other) == is_similar_name(other, name) == may_be


@pytest.mark.parametrize(
    "name",
    [
        "Study Coordinator", "Clinical Trials Line", "Site 0050",
         "Site Public Contact", "Research Nurse, RN", "Help Desk",
        "Coordinator, Clinical", "Principal Investigator", "Toll Free Number",
        "Studienkoordination", "Study Coordinator 2", "Study Nurse", "Site Lead", "Main Office", "Head Nurse",
        "Head Nurse, RN", "Senior Nurse", "Main Line", "Line 2", "Head, Site", "Nurse", "Research Staff",
    ],
)  # fmt: skip
def test_a_job_title_is_recognized_as_a_whole(name):
    assert is_job_title(name)


@pytest.mark.parametrize(
    "name",
    [
        "Line Hansen", "Anna Desk", "Nurse Jackie", "Line", "Page", "Page Manager-Jones", "Ann Call", "Will Site",
        "Line Nurse", "Line Nurse, RN", "Nurse, Line", "Do Main", "Senior Ma", "Sir Head", "Ma Nurse", "Line Staff",
        "Sidney Glina, Investigator", "Carla Coordinatore-Rossi", "No In", "Pfizer Call Center", "",
    ],
)  # fmt: skip
def test_a_name_with_a_word_of_a_job_title_is_a_name(name):
    assert not is_job_title(name)


def test_given_names_come_first_in_a_name_with_a_comma():
    assert parse_name("de Boer, Zoë, MD, PhD").words == ("Zoë", "de", "Boer")
    assert parse_name("Zoë de Boer, MD").words == ("Zoë", "de", "Boer")


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Frau Dr. rer. nat. Anna Berger - Study Nurse", "Anna Berger"),
        ("Dr. Phil Jones", "Dr. Phil Jones"),
        ("Frau Dr. Phil Jones", "Phil Jones"),
        ("Frau Dr. Phil. Anna Jones", "Phil. Anna Jones"),
        ("Frau, Anna", "Frau, Anna"),
        ("Frau", "Frau"),
        ("Herr Michael", "Herr Michael"),
        ("Herr. Michael", "Michael"),
        ("Ing Lee", "Ing Lee"),
        ("Novartis - Study Director", "Novartis - Study Director"),
        ("Anna Berger / Bert Cole", "Anna Berger / Bert Cole"),
        ("Anna Berger, PhD, BCOP", "Anna Berger, PhD"),
        ("Berger, Anna", "Berger, Anna"),
        ("Anna BCOP", "Anna BCOP"),
    ],
)
def test_a_name_without_its_form_of_address_and_job_title(name, bare):
    assert bare_name(name) == bare


def test_the_form_of_address_of_a_lone_family_name_is_not_removed():
    assert not is_same_name("Frau Berger", "Berger")
    assert not is_same_name("Frau Berger", "Herr. Berger")
    assert is_same_name("Frau Berger", "FRAU BERGER")
