"""The permission tables: complete, documented, and consistent with the rest of the product."""

from itertools import pairwise
from pathlib import Path

import pytest

from accounts.access_document import MATRIX, access_markdown
from accounts.models import Assignment, Partner, User
from accounts.permissions import ASSIGNMENT, PARTNER, USER
from common.permissions import Action, UserRole, parse_permission_table
from contacts.models import Person, Role
from contacts.permissions import PERSON
from publishing import documents
from sites.models import Facility, TrialSite
from sites.permissions import EARLY_END, FACILITY, SITE
from sites.status_transitions import REQUIRES_TRIAL_COORDINATOR, Authority, may_set_status
from trials.models import Trial
from trials.permissions import TRIAL

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
KEYS = {"id", "version"}
TABLES = [
    (Trial, TRIAL), (TrialSite, SITE), (Facility, FACILITY), (Person, PERSON), (Role, PERSON),
    (Assignment, ASSIGNMENT), (Partner, PARTNER),
]  # fmt: skip
ALL_READ = (UserRole.PUBLIC, UserRole.PARTNER)


def test_the_page_is_the_matrix():
    assert PAGE.read_text() == access_markdown(), "Generate it again: manage.py access > docs/access.md"


@pytest.mark.parametrize(("model", "rights"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_column_has_a_permission(model, rights):
    columns = {field.name for field in model._meta.concrete_fields} - KEYS - {"person"}
    assert {name for name in columns if rights.entry_for(name) is None} == set()


def test_every_user_column_of_a_form_has_a_permission():
    shown = {"username", "password", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser"}
    assert {name for name in shown if USER.entry_for(name) is None} == set()
    assert {field.name for field in User._meta.concrete_fields} - shown == {"id", "last_login", "date_joined"}


@pytest.mark.parametrize(
    ("rights", "published"),
    [
        (TRIAL, {*documents.TRIAL, *documents.LIST_FIELDS}),
        (SITE, documents.SITE),
        (FACILITY, documents.FACILITY),
        (PERSON, documents.CONTACT),
    ],
    ids=lambda value: getattr(value, "title", ""),
)
def test_partners_get_only_public_fields(rights, published):
    for name in set(published) - KEYS:
        assert all(rights.allows(Action.READ, name, [role]) for role in ALL_READ), name


def test_only_published_fields_of_a_trial_are_public():
    columns = {field.name for field in Trial._meta.concrete_fields} - KEYS
    assert {name for name in columns if TRIAL.allows(Action.READ, name, ALL_READ)} == set(documents.TRIAL) - KEYS


@pytest.mark.parametrize("rights", MATRIX, ids=lambda rights: rights.title)
def test_a_wider_role_has_the_permissions_of_the_narrower(rights):
    chains = [
        (
            UserRole.PUBLIC,
            UserRole.PARTNER,
            UserRole.SITE_COORDINATOR,
            UserRole.TRIAL_COORDINATOR,
            UserRole.ADMINISTRATOR,
        ),
        (UserRole.PUBLIC, UserRole.MANAGER, UserRole.ADMINISTRATOR),
        (UserRole.PUBLIC, UserRole.INSPECTOR, UserRole.ADMINISTRATOR),
    ]
    for line in rights.entries:
        for chain in chains:
            for narrow, wide in pairwise(chain):
                assert line.actions[narrow] - {Action.PROPOSE} <= line.actions[wide], (line.label, narrow, wide)
                assert Action.PROPOSE not in line.actions[narrow] or line.actions[wide] & {Action.CHANGE}


def test_managers_and_inspectors_change_nothing():
    for role in (UserRole.MANAGER, UserRole.INSPECTOR):
        assert not any(rights.allows_any_change([role]) for rights in MATRIX)


@pytest.mark.parametrize("status", sorted(REQUIRES_TRIAL_COORDINATOR))
@pytest.mark.parametrize("role", [UserRole.SITE_COORDINATOR, UserRole.TRIAL_COORDINATOR])
def test_an_early_end_is_allowed_by_the_matrix(status, role):
    assert may_set_status(status, Authority[role.name]) is SITE.allows(Action.CHANGE, EARLY_END, [role])


def test_a_field_without_a_permission_is_not_readable():
    rights = parse_permission_table("Beds", "- - r w r r w | How many | beds")
    assert rights.allows(Action.CHANGE, "beds", [UserRole.TRIAL_COORDINATOR])
    assert not any(rights.allows(action, "ward", list(UserRole)) for action in Action)
