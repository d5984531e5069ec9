"""How a coordinator changes a status: one choice with its meaning, a date, and what lies in between."""

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
    """One radio: the status, what the registry means by it, and what everybody will see."""

    status: str
    meaning: str
    effect: str
    is_chosen: bool
    is_proposed: bool


class StatusChangeForm(StatusForm):
    """The statuses that may follow, each told with its meaning and its effect on what everybody sees.

    Those that the person may only propose come last; choosing one makes the form a proposal, which says why.
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
        self.fields["to"].error_messages["invalid_choice"] = "The site cannot go on to this status now."

    def get_status_choices(self, site, authority: Authority) -> list[SiteStatus]:
        self.proposable = proposed_statuses(site, authority)
        return [*super().get_status_choices(site, authority), *self.proposable]

    @property
    def is_proposal(self) -> bool:
        """Whether what was chosen is for somebody else to decide."""
        return self["to"].value() in self.proposable

    @property
    def deciding_authority(self) -> Authority:
        return Authority.TRIAL_COORDINATOR if self.is_proposal else self.authority

    def clean(self):
        cleaned = super().clean()
        if self.is_proposal and not cleaned.get("why", "").strip():
            self.add_error("why", "Say why, for the trial’s coordinator, who decides it.")
        return cleaned

    def options(self) -> Iterator[StatusOption]:
        chosen = self["to"].value()
        for status, _ in self.fields["to"].choices:
            effect = describe_public_effect(self.site, status, contacts=self.contacts)
            yield StatusOption(
                status, status_display(status).definition, effect, status == chosen, status in self.proposable
            )

    def refuse(self, error: forms.ValidationError) -> None:
        """Where statuses in between are missing, they are filled in; their dates are for the person to say."""
        super().refuse(error)
        if any(message.code == "no-status-in-between-is-missing" for message in error.error_list):
            self.data = self.data.copy()
            self._fill_in_missing(self.data, self["to"].value(), dates.today())
