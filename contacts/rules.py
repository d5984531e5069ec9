"""Rules of contacts: which contacts a recruiting trial needs, and the values of a contact.

What no row may ever be (a role that ends before it starts) is a constraint in `contacts/models.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from common.contact_details import (
    NOT_A_NUMBER,
    NOT_AN_EXTENSION,
    is_email_address,
    is_extension,
    is_phone_number,
    split_extension,
)
from common.rule_types import Level, Rule
from contacts.choices import ContactRole, RoleKind
from sites.choices import SiteStatus
from trials.choices import OverallStatus

PRS = "ClinicalTrials.gov PRS data element definitions"
INVESTIGATORS = frozenset(
    {
        ContactRole.STUDY_CHAIR,
        ContactRole.STUDY_DIRECTOR,
        ContactRole.PRINCIPAL_INVESTIGATOR,
        ContactRole.SUB_INVESTIGATOR,
    }
)
MAX_CENTRAL_CONTACTS = 2


@dataclass(frozen=True)
class TrialContactsInput:
    """A trial's contacts: the number of central contacts, and (status, has a contact) of each site."""

    overall_status: str
    central_contacts: int
    sites: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class ContactInput:
    """A role with the contact details of its person."""

    kind: str
    role: str
    name: str = ""
    phone: str = ""
    email: str = ""
    phone_ext: str = ""
    mobile: str = ""
    private_email: str = ""


def _has_reachable_contact(trial_contacts: TrialContactsInput, on) -> bool:
    recruiting = [has_contact for status, has_contact in trial_contacts.sites if status == SiteStatus.RECRUITING]
    return (
        trial_contacts.overall_status != OverallStatus.RECRUITING
        or trial_contacts.central_contacts > 0
        or (bool(recruiting) and all(recruiting))
    )


def _is_reachable(contact: ContactInput, on) -> bool:
    return contact.role in INVESTIGATORS or contact.kind == RoleKind.OFFICIAL or bool(contact.phone or contact.email)


def _is_valid_phone(phone: str, extension: str = "") -> bool:
    return not phone.strip() or is_phone_number(split_extension(phone, extension)[0])


TRIAL_CONTACT_RULES = (
    Rule(
        id="recruiting-trial-has-a-contact",
        level=Level.ERROR,
        text="A recruiting trial needs a contact. Add a central contact, or a contact at every recruiting site.",
        source=f"{PRS}; 542 of 545 records keep it",
        check=_has_reachable_contact,
        fields=("overall_status",),
    ),
    Rule(
        id="one-central-contact-and-one-backup",
        level=Level.WARNING,
        text="ClinicalTrials.gov accepts one central contact and one backup. Remove the others.",
        source=PRS,
        check=lambda trial_contacts, on: trial_contacts.central_contacts <= MAX_CENTRAL_CONTACTS,
        fields=("overall_status",),
    ),
)

CONTACT_RULES = (
    Rule(
        id="email-is-an-address",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text="This is not an e-mail address. Enter one such as name@example.org.",
        source="masked addresses of web pages (“[email protected]”) are not addresses",
        check=lambda contact, on: not contact.email or is_email_address(contact.email),
        fields=("email",),
    ),
    Rule(
        id="private-email-is-an-address",
        level=Level.ERROR,
        text="This is not an e-mail address. Enter one such as name@example.org.",
        source="as the public e-mail",
        check=lambda contact, on: not contact.private_email or is_email_address(contact.private_email),
        fields=("private_email",),
    ),
    Rule(
        id="phone-is-a-number",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text=NOT_A_NUMBER,
        source="ITU-T E.164, as the library phonenumbers reads it; 6,776 of 6,844 phones in 2,000 records keep it",
        check=lambda contact, on: _is_valid_phone(contact.phone, contact.phone_ext),
        fields=("phone",),
    ),
    Rule(
        id="extension-is-a-number",
        level=Level.ERROR,
        level_on_import=Level.WARNING,
        text=NOT_AN_EXTENSION,
        source="RFC 3966; 183 of 237 extensions in 2,000 records keep it, most others are country codes",
        check=lambda contact, on: not contact.phone_ext.strip() or is_extension(contact.phone_ext),
        fields=("phone_ext",),
    ),
    Rule(
        id="mobile-is-a-number",
        level=Level.ERROR,
        text=NOT_A_NUMBER,
        source="as the public phone",
        check=lambda contact, on: _is_valid_phone(contact.mobile),
        fields=("mobile",),
    ),
    Rule(
        id="contact-has-a-name-or-title",
        level=Level.WARNING,
        text="Enter a name or a job title, such as Study Coordinator.",
        source=PRS,
        check=lambda contact, on: bool(contact.name.strip()),
        fields=("name",),
    ),
    Rule(
        id="contact-can-be-reached",
        level=Level.WARNING,
        text="Enter a phone number or an e-mail address.",
        source=PRS,
        check=_is_reachable,
        fields=("phone", "email"),
    ),
    Rule(
        id="investigator-is-not-called",
        level=Level.NOTE,
        text="Investigators are published without phone or e-mail.",
        source=PRS,
        check=lambda contact, on: (
            (contact.role not in INVESTIGATORS and contact.kind != RoleKind.OFFICIAL)
            or not (contact.phone or contact.email)
        ),
        fields=("role",),
    ),
)

TABLES = {"Public contacts": TRIAL_CONTACT_RULES, "Contacts": CONTACT_RULES}
