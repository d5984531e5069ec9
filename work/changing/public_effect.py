"""What everybody will see differently once a site's status changes."""

from datetime import date

from contacts.codes import RoleKind
from contacts.models import Role
from contacts.publication import shows_site_contacts
from sites.models import TrialSite
from trials.status_looks import NOT_PUBLISHED
from trials.words import code_in_words


def contacts_at(site: TrialSite, *, on: date) -> int:
    """How many people are named at the site, shown or not."""
    roles = Role.objects.held_on(on).filter(trial_site=site, kind=RoleKind.SITE_CONTACT)
    return roles.filter(person__erased_at__isnull=True).count()


def public_effect(site: TrialSite, to: str, *, contacts: int) -> str:
    """In words: the status that the pages and partners show, and whether the contacts appear or vanish."""
    if not site.trial.is_public:
        return "The trial is not public, so nobody outside sees a difference."
    shown = f"Shown to everybody: {_words(site.status)} → {_words(to)}."
    return f"{shown} {_of_contacts(site, to, contacts)}".strip()


def _of_contacts(site: TrialSite, to: str, contacts: int) -> str:
    overall = site.trial.overall_status
    before, after = (shows_site_contacts(status, overall) for status in (site.status, to))
    if before == after or not contacts:
        return "" if contacts or not after else "Nobody is named here whom people could call."
    people = "contact is" if contacts == 1 else f"{contacts} contacts are"
    return f"Its {people} {'shown from now on' if after else 'no longer shown'}."


def _words(status: str) -> str:
    return code_in_words(status, "OverallStatus") or NOT_PUBLISHED
