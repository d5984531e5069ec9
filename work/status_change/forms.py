"""The form that changes a site's status: status, effective date, intermediate statuses and reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms

from common import dates
from sites.choices import SiteStatus
from sites.forms import REASON_HELP, StatusForm
from sites.status_transitions import Authority, proposed_statuses
from trials.status_display import status_display
from work.status_change.preview import describe_public_effect

PROPOSAL_REASON_HELP = REASON_HELP.replace(", and for a correction", ", for a correction, and for a request")


@dataclass(frozen=True, slots=True)
class StatusOption:
    """A radio button: status, its definition by the registry, and its public effect."""

    status: str
    meaning: str
    effect: str
    is_chosen: bool
    is_proposed: bool


class StatusChangeForm(StatusForm):
    """The next statuses, each with its definition and public effect.

    Statuses that need approval come last; choosing one makes the form a change request, which requires a reason.
    """

    def __init__(self, *args, site, contacts: int, **kwargs):
        super().__init__(*args, site=site, **kwargs)
        self.contacts = contacts
        if self.proposable:
            self.fields["why"].help_text = PROPOSAL_REASON_HELP
        if self.is_proposal:
            self.fields["why"].require()
        self.fields["to"].choices = self.fields["to"].choices[1:]
        self.fields["to"].error_messages["required"] = "Choose the new status."
        self.fields["to"].error_messages["invalid_choice"] = "The site cannot change to this status now."

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        self.proposable = proposed_statuses(site, authority)
        return [*super().get_status_choices(site, authority), *self.proposable]

    @property
    def is_proposal(self) -> bool:
        """Whether the chosen status needs approval."""
        return self["to"].value() in self.proposable

    @property
    def deciding_authority(self) -> Authority:
        return Authority.TRIAL_COORDINATOR if self.is_proposal else self.authority

    def clean(self):
        cleaned = super().clean()
        if self.is_proposal and not cleaned.get("why", "").strip():
            self.add_error("why", "Enter a reason for the trial coordinator.")
        return cleaned

    def options(self) -> Iterator[StatusOption]:
        chosen = self["to"].value()
        for status, _ in self.fields["to"].choices:
            effect = describe_public_effect(self.site, status, contacts=self.contacts)
            yield StatusOption(
                status, status_display(status).definition, effect, status == chosen, status in self.proposable
            )

    def refuse(self, error: forms.ValidationError) -> None:
        """Show errors, and fill in missing intermediate statuses without their dates."""
        super().refuse(error)
        if any(message.code == "no-status-in-between-is-missing" for message in error.error_list):
            self.data = self.data.copy()
            self._fill_in_missing(self.data, self["to"].value(), dates.today())
