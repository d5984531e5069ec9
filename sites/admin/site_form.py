"""The forms of a site: one to add it, one to edit what is not its status."""

from django import forms
from django.core.exceptions import ValidationError

from history.forms import TracedForm
from sites.models import TrialSite
from sites.services.adding import new_site


class SiteForm(TracedForm):
    class Meta:
        model = TrialSite
        fields = "__all__"


class NewSiteForm(TracedForm):
    """Which facility joins which trial; refused here for the reasons for which the service refuses."""

    takes_part_again = forms.BooleanField(
        label="Takes part a second time",
        required=False,
        help_text="The facility is a site of this trial already, and this is another one.",
    )

    class Meta:
        model = TrialSite
        fields = ["trial", "facility", "enrollment_target", "internal_note"]

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        try:
            new_site(**self.asked)
        except ValidationError as error:
            for message in error.messages:
                self.add_error(None, message)

    @property
    def asked(self) -> dict:
        """What the service is to be told."""
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}
