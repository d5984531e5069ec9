"""What trials can be asked for: the one filter set of the search page and the API, over search rows."""

import django_filters as filters
from django import forms

from common.form_fields import MomentField
from common.number_fields import StrictFloatField
from common.partial_dates.forms import IsoPartialDateFormField
from common.query_params import StrictFilterSet, TextsField
from publishing.search.terms import Kind
from trials import choices as codes
from trials.form_fields import ANY_NAME, CountriesField

#: Unknown is computed, so it can be asked for although nobody may type it.
STATUSES = codes.OverallStatus.choices
OLDEST = 150


class TermFilter(filters.MultipleChoiceFilter):
    """Trials found under at least one of the values."""

    def __init__(self, kind: Kind, **kwargs):
        super().__init__(**kwargs)
        self.kind = kind

    def filter(self, queryset, values):
        return queryset.having(self.kind, values) if values else queryset


class TextTermFilter(TermFilter):
    """The same for values that are no codes."""

    field_class = TextsField


class CountryTermFilter(TermFilter):
    """The same for countries under any of their names."""

    field_class = CountriesField


class MentionFilter(filters.CharFilter):
    """Trials where each word begins a word of that kind."""

    def __init__(self, kind: Kind, **kwargs):
        super().__init__(max_length=500, **kwargs)
        self.kind = kind

    def filter(self, queryset, text):
        return queryset.mentioning(self.kind, text) if text else queryset


class YesNoFilter(filters.ChoiceFilter):
    """`true` or `false`; not known counts as no."""

    def __init__(self, kind: Kind, **kwargs):
        super().__init__(choices=[("true", "Yes"), ("false", "No")], null_label=None, **kwargs)
        self.kind = kind

    def filter(self, queryset, value):
        return queryset.having(self.kind, [value]) if value else queryset


class AdjectiveFilter(filters.Filter):
    """Calls the queryset's adjective of that name."""

    def __init__(self, adjective: str, **kwargs):
        super().__init__(**kwargs)
        self.adjective = adjective

    def filter(self, queryset, value):
        return queryset if value in (None, "") else getattr(queryset, self.adjective)(value)


class AgeFilter(AdjectiveFilter):
    field_class = StrictFloatField


class TypedWords(str):
    """What stands in the search box; who works out its query keeps it here, so that a request does so once."""

    query = None


class WordsField(forms.CharField):
    def clean(self, value):
        return TypedWords(super().clean(value))


class WordsFilter(AdjectiveFilter):
    field_class = WordsField


class PartialDateFilter(AdjectiveFilter):
    field_class = IsoPartialDateFormField


class MomentFilter(AdjectiveFilter):
    field_class = MomentField


class TrialFilterSet(StrictFilterSet):
    """Filters on trials. Each is asked of the row's terms, so that many together cost no more than one."""

    words = WordsFilter(
        "saying",
        label="Words",
        max_length=500,
        help_text="Words in titles, conditions, interventions, sponsors, hospitals, towns, summaries and criteria, in "
        'any spelling or under another name; "a phrase" as it stands, -not, or. A number (NCT, study ID, another '
        "registry's) is found by its beginning.",
    )
    nct_id = TextTermFilter(
        Kind.NUMBER, label="Number", help_text="An NCT number or another number of the trial, whole."
    )
    status = TermFilter(
        Kind.STATUS,
        choices=STATUSES,
        label="Status",
        help_text="Overall status as shown: UNKNOWN by the registry's rule.",
    )
    phase = TermFilter(Kind.PHASE, choices=codes.Phase.choices, label="Phase")
    study_type = TermFilter(Kind.STUDY_TYPE, choices=codes.StudyType.choices, label="Study type")
    country = CountryTermFilter(Kind.COUNTRY, label="Country", help_text=f"Has a site in this country. {ANY_NAME}")
    recruiting_in = CountryTermFilter(
        Kind.RECRUITING_IN,
        label="A site is recruiting in",
        help_text=f"One of its sites is in this country and recruits. {ANY_NAME}",
    )
    condition = MentionFilter(
        Kind.CONDITION, label="Condition", help_text="Each word, or another name, begins a word of its conditions."
    )
    intervention = MentionFilter(
        Kind.INTERVENTION,
        label="Intervention",
        help_text="Each word, or another name, begins a word of its interventions.",
    )
    sponsor = MentionFilter(
        Kind.SPONSOR, label="Sponsor", help_text="Each word begins a word of the sponsor's or a collaborator's name."
    )
    sponsor_class = TermFilter(Kind.SPONSOR_CLASS, choices=codes.AgencyClass.choices, label="Sponsor class")
    sex = TermFilter(
        Kind.SEX, choices=codes.Sex.choices, label="Sex", help_text="Open to them. ALL: only trials for all sexes."
    )
    age = AgeFilter(
        "open_at_age", label="Age", min_value=0, max_value=OLDEST, help_text="Years; inside the trial's age limits."
    )
    healthy_volunteers = YesNoFilter(Kind.HEALTHY, label="Healthy volunteers", help_text="Takes healthy volunteers.")
    has_results = YesNoFilter(Kind.RESULTS, label="Results", help_text="Has results in the registry.")
    updated_since = PartialDateFilter(
        "updated_since", label="Updated since", help_text="The registry's last update: 2026, 2026-01 or 2026-01-15."
    )
    changed_since = MomentFilter(
        "changed_since",
        label="Changed since",
        help_text="What is published of it changed at or after this moment, 2026-01-15T09:30:00Z, by whoever's hand.",
    )
