"""Search and filters of the contacts directory."""

from collections.abc import Iterable
from datetime import date, timedelta

import django_filters as filters
from django.db.models import Prefetch, Q, QuerySet

from common.query_params import StrictFilterSet
from common.text import search_key
from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from trials.text_search import contains_words_q, nct_number

PARAMETERS = ("page",)
PEOPLE_ON_A_PAGE = 50
VERIFIED_RECENTLY_WITHIN = timedelta(days=365)
VERIFIED_CHOICES = [
    ("recently", "Within 12 months"), ("long-ago", "Over 12 months ago"), ("never", "Never"),
]  # fmt: skip
_PLACE_FIELDS = (
    "trial_site__facility__name", "trial_site__facility__city", "trial_site__facility__state",
    "trial_site__facility__country", "trial_site__trial__nct_id", "trial_site__trial__acronym",
    "trial_site__trial__org_study_id", "trial__nct_id", "trial__acronym", "trial__org_study_id", "affiliation",
)  # fmt: skip


class DirectoryFilterSet(StrictFilterSet):
    """Filters on the contacts that a user may edit. Words of places match the user's own places only."""

    words = filters.CharFilter(method="filter_words", label="Name, e-mail, facility, trial or role", max_length=200)
    verified = filters.ChoiceFilter(method="filter_verified", choices=VERIFIED_CHOICES, label="Last verified")

    def __init__(self, data, queryset, *, today: date, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.today = today

    def filter_words(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Every word must match: in the name, the e-mail, or the place, trial or kind of a role."""
        if number := nct_number(words):
            words = number
        roles = Role.objects.editable_by(self.user).order_by()
        for word in search_key(words).split():
            by_role = roles.filter(_role_matches_q(word)).values("person")
            queryset = queryset.filter(
                contains_words_q("name", word) | contains_words_q("email", word) | Q(pk__in=by_role)
            )
        return queryset

    def filter_verified(self, queryset: QuerySet, name: str, when: str) -> QuerySet:
        if when == "never":
            return queryset.filter(last_verified_on__isnull=True)
        since = self.today - VERIFIED_RECENTLY_WITHIN
        return queryset.filter(**{"last_verified_on__gte" if when == "recently" else "last_verified_on__lt": since})


def _role_matches_q(word: str) -> Q:
    """Roles whose place, trial or kind contains the word."""
    condition = Q(role__in=_codes(ContactRole, word)) | Q(kind__in=_codes(RoleKind, word))
    for column in _PLACE_FIELDS:
        condition |= Q(**{f"{column}__plain__contains": word})
    return condition


def _codes(choices, word: str) -> list[str]:
    return [code for code, label in choices.choices if word.casefold() in label.casefold()]


def directory_people(user) -> QuerySet[Person]:
    """The contacts in a user's directory, ordered by name."""
    return Person.objects.present().editable_by(user).order_by("name", "pk")


def with_roles(people: QuerySet[Person], user) -> QuerySet[Person]:
    """Prefetches the roles that the user may edit as `editable_roles`."""
    roles = Role.objects.editable_by(user).with_place().order_by("ends_before", "pk")
    return people.prefetch_related(Prefetch("roles", queryset=roles, to_attr="editable_roles"))


def group_roles_by_period(roles: Iterable[Role], *, on: date) -> dict[str, list[Role]]:
    """Roles by period: "present", "future" and "past"; cancelled roles are left out."""
    periods: dict[str, list[Role]] = {"present": [], "future": [], "past": []}
    for role in roles:
        if not role.was_cancelled:
            periods[_period(role, on)].append(role)
    return periods


def _period(role: Role, on: date) -> str:
    if role.is_active_on(on=on):
        return "present"
    return "future" if role.starts_on and role.starts_on > on else "past"
