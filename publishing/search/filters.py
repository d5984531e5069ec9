"""The filter set of trials for the search page and the API, over search rows."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_noop

from common.form_fields import Rfc3339DateTimeField, StrictFloatField
from common.partial_dates.forms import IsoPartialDateFormField
from common.query_params import FreeMultipleChoiceField, StrictFilterSet
from publishing.search.terms import TermType
from trials import choices as codes
from trials.form_fields import ANY_NAME, CountriesField

#: UNKNOWN is computed and can be searched, although it cannot be entered.
STATUSES = codes.OverallStatus.choices
MAX_AGE = 150


class TermFilter(filters.MultipleChoiceFilter):
    """Trials with at least one of the values."""

    def __init__(self, kind: TermType, **kwargs):
        super().__init__(**kwargs)
        self.kind = kind

    def filter(self, queryset, values):
        return queryset.with_terms(self.kind, values) if values else queryset


class TextTermFilter(TermFilter):
    """TermFilter for free text values."""

    field_class = FreeMultipleChoiceField


class CountryTermFilter(TermFilter):
    """TermFilter for countries under any of their names."""

    field_class = CountriesField


class WordPrefixFilter(filters.CharFilter):
    """Trials in which each word begins a word of that kind."""

    def __init__(self, kind: TermType, **kwargs):
        super().__init__(max_length=500, **kwargs)
        self.kind = kind

    def filter(self, queryset, text):
        return queryset.with_word_prefixes(self.kind, text) if text else queryset


class YesNoFilter(filters.ChoiceFilter):
    """`true` or `false`; unknown counts as false."""

    def __init__(self, kind: TermType, **kwargs):
        super().__init__(
            choices=[("true", gettext_noop("Yes")), ("false", gettext_noop("No"))], null_label=None, **kwargs
        )
        self.kind = kind

    def filter(self, queryset, value):
        return queryset.with_terms(self.kind, [value]) if value else queryset


class QuerySetMethodFilter(filters.Filter):
    """Calls the queryset method of that name."""

    def __init__(self, queryset_method: str, **kwargs):
        super().__init__(**kwargs)
        self.queryset_method = queryset_method

    def filter(self, queryset, value):
        return queryset if value in (None, "") else getattr(queryset, self.queryset_method)(value)


class AgeFilter(QuerySetMethodFilter):
    field_class = StrictFloatField


class SearchWords(str):
    """Words of the search box, with a cache for their query."""

    query = None


class WordsField(forms.CharField):
    def clean(self, value):
        return SearchWords(super().clean(value))


class WordsFilter(QuerySetMethodFilter):
    field_class = WordsField


class PartialDateFilter(QuerySetMethodFilter):
    field_class = IsoPartialDateFormField


class DateTimeFilter(QuerySetMethodFilter):
    field_class = Rfc3339DateTimeField


class TrialFilterSet(StrictFilterSet):
    """Filters on trials. All use the row's terms, so that several cost no more than one."""

    words = WordsFilter(
        "matching_words",
        label=gettext_noop("Words"),
        max_length=500,
        help_text="Words in titles, conditions, interventions, sponsors, hospitals, cities, summaries and criteria, in "
        'any spelling or under another name; "a phrase", -exclude, or. A number (NCT, study ID, another '
        "registry's) is found by its beginning.",
    )
    nct_id = TextTermFilter(
        TermType.NUMBER, label=gettext_noop("Number"), help_text="An NCT number or another number of the trial, whole."
    )
    status = TermFilter(
        TermType.STATUS,
        choices=STATUSES,
        label=gettext_noop("Status"),
        help_text="Overall status as shown: UNKNOWN by the registry's rule.",
    )
    phase = TermFilter(TermType.PHASE, choices=codes.Phase.choices, label=gettext_noop("Phase"))
    study_type = TermFilter(TermType.STUDY_TYPE, choices=codes.StudyType.choices, label=gettext_noop("Study type"))
    country = CountryTermFilter(
        TermType.COUNTRY, label=gettext_noop("Country"), help_text=f"Has a site in this country. {ANY_NAME}"
    )
    recruiting_in = CountryTermFilter(
        TermType.RECRUITING_IN,
        label=gettext_noop("Recruiting in"),
        help_text=f"One of its sites is in this country and recruits. {ANY_NAME}",
    )
    condition = WordPrefixFilter(
        TermType.CONDITION,
        label=gettext_noop("Condition"),
        help_text="Each word, or another name, begins a word of its conditions.",
    )
    intervention = WordPrefixFilter(
        TermType.INTERVENTION,
        label=gettext_noop("Intervention"),
        help_text="Each word, or another name, begins a word of its interventions.",
    )
    sponsor = WordPrefixFilter(
        TermType.SPONSOR,
        label=gettext_noop("Sponsor"),
        help_text="Each word begins a word of the sponsor's or a collaborator's name.",
    )
    sponsor_class = TermFilter(
        TermType.SPONSOR_CLASS, choices=codes.AgencyClass.choices, label=gettext_noop("Sponsor class")
    )
    sex = TermFilter(
        TermType.SEX,
        choices=codes.Sex.choices,
        label=gettext_noop("Sex"),
        help_text="Open to them. ALL: only trials for all sexes.",
    )
    age = AgeFilter(
        "open_at_age",
        label=gettext_noop("Age"),
        min_value=0,
        max_value=MAX_AGE,
        help_text="Years; inside the trial's age limits.",
    )
    healthy_volunteers = YesNoFilter(
        TermType.HEALTHY, label=gettext_noop("Healthy volunteers"), help_text="Takes healthy volunteers."
    )
    has_results = YesNoFilter(TermType.RESULTS, label=gettext_noop("Results"), help_text="Has results in the registry.")
    updated_since = PartialDateFilter(
        "updated_since",
        label=gettext_noop("Updated since"),
        help_text="The registry's last update: 2026, 2026-01 or 2026-01-15.",
    )
    changed_since = DateTimeFilter(
        "changed_since",
        label=gettext_noop("Changed since"),
        help_text="The published document changed at or after this time, for example 2026-01-15T09:30:00Z.",
    )
