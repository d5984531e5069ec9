"""What can be proposed: for each kind, what stands now, what it would become, and the service that makes it so."""

from collections.abc import Mapping
from typing import Protocol

from history.versioning import Versioned
from sites.authority import authority_over
from sites.codes import SiteStatus
from sites.models import TrialSite
from sites.services import change_status, correct_facility, set_target
from sites.services.correcting import IDENTITY
from trials.partial_dates import PartialDate
from trials.status_looks import NOT_PUBLISHED
from trials.words import code_in_words
from work.changing.public_effect import contacts_at, public_effect
from work.codes import ProposalKind
from work.models import Proposal
from work.proposals.new_sites import NewSiteKind
from work.proposals.stages import StagesKind

Values = Mapping[str, str]
NOT_KNOWN = "Not known"


class Kind(Protocol):
    """`labels` are the fields in words, in order; a field that a state does not have is not told of it."""

    labels: Mapping[str, str]

    def subject(self, site: TrialSite) -> Versioned:
        """The row that would be changed, or what has a version as one."""

    def present(self, site: TrialSite) -> dict[str, str]:
        """What stands now."""

    def in_words(self, name: str, text: str) -> str: ...

    def effect(self, site: TrialSite, new: Values, *, on) -> str:
        """What everybody will see differently."""

    def apply(self, site: TrialSite, new: Values, *, user, reason: str, version: int, accept_warnings: bool) -> None:
        """What somebody who may decide would do themselves."""


class StatusKind:
    """`between` lists what was never entered: `STATUS since, STATUS since`."""

    labels = {"status": "Status", "since": "Since", "between": "In between"}

    def subject(self, site):
        return site

    def present(self, site):
        return {"status": site.status, "since": site.status_since or ""}

    def in_words(self, name, text):
        if name == "status":
            return code_in_words(text, "SiteStatus") or NOT_PUBLISHED
        if name == "since":
            return PartialDate(text).in_words() if text else NOT_KNOWN
        pairs = (f"{SiteStatus(status).label} since {since.in_words()}" for status, since in interim_of(text))
        return "; ".join(pairs) or "Nothing"

    def effect(self, site, new, *, on):
        return public_effect(site, new["status"], contacts=contacts_at(site, on=on))

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        change_status(
            site, to=new["status"], effective_on=new["since"], interim=interim_of(new.get("between", "")),
            author=user.actor, authority=authority_over(user, site), reason=reason, version=version,
            accept_warnings=accept_warnings,
        )  # fmt: skip


class FacilityKind:
    """Only the fields that would change are in a proposal's `new`: what others correct meanwhile stays."""

    labels = {
        "name": "Name", "city": "City", "state": "State or region", "zip": "Postal code", "country": "Country",
    }  # fmt: skip

    def subject(self, site):
        return site.facility

    def present(self, site):
        return {name: getattr(site.facility, name) for name in IDENTITY}

    def in_words(self, name, text):
        return text or "Not given"

    def effect(self, site, new, *, on):
        number = site.facility.trial_sites.filter(trial__is_public=True).count()
        if not number:
            return "None of its trials is public, so nobody outside sees a difference."
        where = "the one public trial" if number == 1 else f"all {number} entries in public trials"
        return f"Shown to everybody, in {where} in which this hospital takes part."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        correct_facility(site.facility, author=user.actor, reason=reason, version=version, **new)


class TargetKind:
    """The number as digits; blank where nobody has said."""

    labels = {"target": "Enrollment target"}

    def subject(self, site):
        return site

    def present(self, site):
        return {"target": "" if site.enrollment_target is None else str(site.enrollment_target)}

    def in_words(self, name, text):
        return f"{int(text):,} people" if text else "Not set"

    def effect(self, site, new, *, on):
        return "A target is never published, so nobody outside sees a difference."

    def apply(self, site, new, *, user, reason, version, accept_warnings):
        target = int(new["target"]) if new["target"] else None
        set_target(site, target=target, author=user.actor, reason=reason, version=version)


KINDS: dict[str, Kind] = {
    ProposalKind.STATUS: StatusKind(),
    ProposalKind.FACILITY: FacilityKind(),
    ProposalKind.TARGET: TargetKind(),
    ProposalKind.STAGES: StagesKind(),
    ProposalKind.SITE: NewSiteKind(),
}


def kind_of(proposal: Proposal) -> Kind:
    return KINDS[proposal.kind]


def interim_as_text(interim) -> str:
    return ", ".join(f"{status} {since}" for status, since in interim)


def interim_of(text: str) -> list[tuple[str, PartialDate]]:
    """The pairs that `interim_as_text` wrote."""
    pairs = (pair.split(" ") for pair in text.split(", ") if pair)
    return [(status, PartialDate(since)) for status, since in pairs]
