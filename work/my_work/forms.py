"""What the lists of My work can be asked: one trial, and a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django import forms
from django.core.paginator import Page, Paginator

from common.number_fields import StrictIntegerField
from common.pagination import page_links
from common.query_params import QueryState, StrictForm
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from trials.text_search import trial_key

PAGE_SIZE = 100
MAX_PAGE = 100_000


class TrialKeyField(forms.ChoiceField):
    """One of the trials offered, in any spelling of its key."""

    def to_python(self, value):
        return trial_key(super().to_python(value))


class WorkForm(StrictForm):
    """Anything else is refused."""

    trial = TrialKeyField(required=False)
    page = StrictIntegerField(required=False, min_value=1, max_value=MAX_PAGE)

    def __init__(self, query_state: QueryState, trials: Mapping[str, str]):
        super().__init__(query_state.query)
        self.fields["trial"].choices = [("", "All trials"), *trials.items()]

    def field_of(self, name: str) -> forms.Field | None:
        return self.fields.get(name)

    @property
    def trial_key(self) -> str:
        """The trial that is asked for; blank for all."""
        return self.cleaned_data["trial"]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of a list, the way to the next one, and what the forms on it say of where they were sent from.

    `reasons` are those of `review_reasons`.
    """

    page: Page
    pager: Mapping[str, str]
    return_params: Sequence[tuple[str, str]]
    reasons: Mapping[int, Sequence[str]]

    @property
    def confirmable(self) -> list[TrialSite]:
        """The sites of rows on this page that are confirmed together."""
        return [site for site in self._sites if site.pk not in self.reasons]

    @property
    def needs_review(self) -> list[TrialSite]:
        """Those that are confirmed one by one."""
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
        """Past the end is the last page: what stood there has been done meanwhile."""
        page = Paginator(items, PAGE_SIZE).get_page(form.cleaned_data["page"] or 1)
        return cls(page, page_links(query_state, page), (*query_state.params, *return_params), reasons)
