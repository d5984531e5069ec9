"""Rules of contacts, and the page of all rules."""

from datetime import date
from pathlib import Path

import pytest

from common.rule_types import violations
from contacts import rules_document
from contacts.rules import CONTACT_RULES, TRIAL_CONTACT_RULES, ContactInput, TrialContactsInput

TODAY = date(2026, 6, 15)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def ids(rules, subject) -> set[str]:
    return {rule.id for rule in violations(rules, subject, on=TODAY)}


def test_the_page_of_rules_is_up_to_date():
    assert PAGE.read_text() == rules_document.rules_markdown(), "Generate it again: manage.py rules > docs/rules.md"


def test_every_rule_has_a_unique_id_a_text_and_a_source():
    assert len({rule.id for rule in rules_document.RULES}) == len(rules_document.RULES)
    assert all(rule.text.endswith(".") and rule.source and rule.fields for rule in rules_document.RULES)


@pytest.mark.parametrize(
    ("central", "sites", "is_valid"),
    [
        (1, [("RECRUITING", False)], True),
        (0, [("RECRUITING", True), ("COMPLETED", False)], True),
        (0, [("RECRUITING", True), ("RECRUITING", False)], False),
        (0, [("COMPLETED", True)], False),
        (0, [], False),
    ],
)
def test_a_recruiting_trial_needs_a_contact(central, sites, is_valid):
    assert (ids(TRIAL_CONTACT_RULES, TrialContactsInput("RECRUITING", central, sites)) == set()) == is_valid
    assert ids(TRIAL_CONTACT_RULES, TrialContactsInput("COMPLETED", central, sites)) == set()


def test_the_registry_accepts_two_central_contacts():
    assert ids(TRIAL_CONTACT_RULES, TrialContactsInput("RECRUITING", 3, [])) == {"one-central-contact-and-one-backup"}


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (ContactInput("SITE_CONTACT", "CONTACT", name="Nurse", phone="+33 4 00 00 00 01"), set()),
        (ContactInput("SITE_CONTACT", "CONTACT", name="Nurse", email="[email protected]"), {"email-is-an-address"}),
        (ContactInput("SITE_CONTACT", "CONTACT", phone="+33 4 00 00 00 01"), {"contact-has-a-name-or-title"}),
        (ContactInput("SITE_CONTACT", "CONTACT", name="Nurse"), {"contact-can-be-reached"}),
        (ContactInput("SITE_CONTACT", "CONTACT", name="Nurse", phone="call me maybe"), {"phone-is-a-number"}),
        (ContactInput("SITE_CONTACT", "CONTACT", name="Nurse", phone="555 123 4567 ext. 12"), set()),
        (
            ContactInput("SITE_CONTACT", "CONTACT", name="Nurse", phone="555-0101", phone_ext="ask"),
            {"extension-is-a-number"},
        ),
        (
            ContactInput("SITE_CONTACT", "CONTACT", name="Nurse", phone="555-0101", mobile="none"),
            {"mobile-is-a-number"},
        ),
        (ContactInput("SITE_CONTACT", "PRINCIPAL_INVESTIGATOR", name="Dr"), set()),
        (ContactInput("OFFICIAL", "STUDY_CHAIR", name="Dr", phone="+33 4 00 00 00 01"), {"investigator-is-not-called"}),
    ],
)
def test_a_contact_violates_these_rules(contact, expected):
    assert ids(CONTACT_RULES, contact) == expected
