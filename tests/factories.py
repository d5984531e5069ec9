"""Dull rows for tests, as plain functions. Everything that one asks for by keyword wins; a new row is signed "test"."""

from accounts.models import Assignment, AssignmentKind, Partner, User
from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from history.authorship import authored
from sites.models import Confirmation, EnrollmentReport, Facility, StatusEvent, TrialSite
from trials.models import Trial


def make(model, **values):
    """A saved row, with the author "test"."""
    with authored("test"):
        return model.objects.create(**values)


def a_trial(number: int = 1, **values) -> Trial:
    return make(Trial, **{"nct_id": f"NCT{number:08}", "brief_title": f"Trial {number}"} | values)


def a_facility(number: int = 1, **values) -> Facility:
    return make(Facility, **{"name": f"Hospital {number}", "city": "Lyon", "country": "France"} | values)


def a_site(
    trial: Trial | None = None, facility: Facility | None = None, *, status: str = "", since: str = "", **values
):
    """A site; with a status, it has it since `since` (recorded on 2026-01-01 unless given)."""
    trial_site = make(TrialSite, trial=trial or a_trial(), facility=facility or a_facility(), **values)
    if status:
        an_event(trial_site, status, since or None)
        trial_site.refresh_from_db()
    return trial_site


def an_event(trial_site, status: str, effective_on=None, as_of: str = "", **values) -> StatusEvent:
    known = {"as_of": as_of or effective_on or "2026-01-01", "author": "test", "effective_on": effective_on}
    return make(StatusEvent, trial_site=trial_site, status=status, **known | values)


def a_confirmation(trial_site, confirmed_on, **values) -> Confirmation:
    defaults = {"status": trial_site.status, "author": "test"}
    return make(Confirmation, trial_site=trial_site, confirmed_on=confirmed_on, **defaults | values)


def a_user(username: str = "coordinator", **values) -> User:
    with authored("test"):
        return User.objects.create_user(username, **{"password": "dull-test-password", "is_staff": True} | values)


def assign(user: User, *, trial: Trial | None = None, site: TrialSite | None = None, **values) -> Assignment:
    """The user looks after the trial or the site since 2020."""
    user.__dict__.pop("kinds_in_force", None)
    kind = AssignmentKind.TRIAL_COORDINATOR if trial else AssignmentKind.SITE_COORDINATOR
    place = {"trial": trial, "trial_site": site, "kind": kind, "starts_on": "2020-01-01", "granted_by": "test"}
    return make(Assignment, user=user, **place | values)


def grant(user: User, kind: str, **values) -> Assignment:
    """The user is a manager or an inspector since 2020."""
    user.__dict__.pop("kinds_in_force", None)
    defaults = {"kind": kind, "starts_on": "2020-01-01", "granted_by": "test"}
    return make(Assignment, user=user, **defaults | ({"ends_on": "2099-12-31"} if kind == "INSPECTOR" else {}) | values)


def a_manager(username: str = "manager", **values) -> User:
    user = a_user(username, **values)
    grant(user, AssignmentKind.MANAGER)
    return user


def an_inspector(username: str = "inspector", **values) -> User:
    user = a_user(username, **values)
    grant(user, AssignmentKind.INSPECTOR)
    return user


def a_contact(*, trial=None, site=None, name: str = "Study Coordinator", **values) -> Role:
    kind = RoleKind.CENTRAL_CONTACT if trial else RoleKind.SITE_CONTACT
    person = make(Person, name=name, phone="+33 4 00 00 00 00", email="study@example.org")
    return make(
        Role,
        **{"person": person, "kind": kind, "role": ContactRole.CONTACT, "trial": trial, "trial_site": site} | values,
    )


def a_partner(name: str = "Partner 1", **values) -> Partner:
    return make(Partner, name=name, user=a_user(f"partner-{name}", is_staff=False), **values)


def a_report(trial_site, month: str, **counts):
    """An enrollment report of a site at the end of a month."""
    return make(EnrollmentReport, trial_site=trial_site, month=month, **counts)
