"""Query parameters of the lists of My work, and a page of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django import forms
from django.core.paginator import Page, Paginator

from common.form_fields import StrictIntegerField
from common.query_params import QueryState, StrictForm, page_links
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from trials.text_search import trial_key

PAGE_SIZE = 100
MAX_PAGE = 100_000


class TrialKeyField(forms.ChoiceField):
    """A choice of trials, in any spelling of their keys."""

    def to_python(self, value):
        return trial_key(super().to_python(value))


class WorkForm(StrictForm):
    """The parameters `trial` and `page`; any other is an error."""

    trial = TrialKeyField(required=False)
    page = StrictIntegerField(required=False, min_value=1, max_value=MAX_PAGE)

    def __init__(self, query_state: QueryState, trials: Mapping[str, str]):
        super().__init__(query_state.query)
        self.fields["trial"].choices = [("", "All trials"), *trials.items()]

    def field_of(self, name: str) -> forms.Field | None:
        return self.fields.get(name)

    @property
    def trial_key(self) -> str:
        """The key of the requested trial; blank for all."""
        return self.cleaned_data["trial"]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of a list, its pager links, and the hidden fields that name the list, trial and page.

    `reasons` are those of `review_reasons`, by site id.
    """

    page: Page
    pager: Mapping[str, str]
    return_params: Sequence[tuple[str, str]]
    reasons: Mapping[int, Sequence[str]]

    @property
    def confirmable(self) -> list[TrialSite]:
        """The sites on this page that can be confirmed together."""
        return [site for site in self._sites if site.pk not in self.reasons]

    @property
    def needs_review(self) -> list[TrialSite]:
        """The sites on this page that must be reviewed and confirmed one by one."""
        return [site for site in self._sites if site.pk in self.reasons]

    @property
    def _sites(self) -> list[TrialSite]:
        sites = [row.item.site for row in self.page if row.item.site]
        return [site for site in sites if needs_confirmation(site)]

    @classmethod
    def build(
        cls,
        items: Sequence,
        query_state: QueryState,
        form: WorkForm,
        return_params: Sequence[tuple[str, str]] = (),
        *,
        reasons: Mapping[int, Sequence[str]],
    ) -> Self:
        """A page number past the end gives the last page, because items may have been resolved in the meantime."""
        page = Paginator(items, PAGE_SIZE).get_page(form.cleaned_data["page"] or 1)
        return cls(page, page_links(query_state, page), (*query_state.params, *return_params), reasons)
