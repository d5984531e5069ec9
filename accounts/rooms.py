"""The pages that are not everybody's, and the line of the matrix by which each opens."""

from dataclasses import dataclass

from contacts.rights import PERSON
from sites.rights import SITE
from trials.access import Action, Rights, Role
from trials.rights import TRIAL


@dataclass(frozen=True, slots=True)
class Page:
    """It opens for those who may do `action` with `field` of the thing that it is about."""

    address: str
    rights: Rights
    action: Action
    field: str

    @property
    def opened_by(self) -> list[Role]:
        return [role for role in Role if self.rights.allows(self.action, self.field, [role])]


PAGES = (
    Page("/trials/<key>/enrollment/", SITE, Action.READ, "enrollment_reports"),
    Page("/trials/<key>/enrollment/lock/", SITE, Action.CHANGE, "month_locks"),
    Page("/trials/<key>/activation/", SITE, Action.READ, "milestones"),
    Page("/trials/<key>/registry/", SITE, Action.READ, "registry_conflicts"),
    Page("/trials/<key>/registry/record.json", TRIAL, Action.READ, "registry_conflicts"),
    Page("/people/<person>/", PERSON, Action.CHANGE, "name"),
    Page("/work/trials/<key>/", SITE, Action.READ, "findings"),
    Page("/work/trials/<key>/new-site/", SITE, Action.CHANGE, "status"),
    Page("/work/trials/<key>/overall/", TRIAL, Action.CHANGE, "overall_status"),
    Page("/work/trials/<key>/verification/", TRIAL, Action.CHANGE, "verified_on"),
    Page("/work/sites/<site>/change/", SITE, Action.CHANGE, "status"),
    Page("/work/bulk/choose/?site=<site>:1", SITE, Action.CHANGE, "status"),
    Page("/work/proposals/<proposal>/", SITE, Action.READ, "proposals"),
    Page("/work/reports/<report>/", SITE, Action.READ, "public_reports"),
)
