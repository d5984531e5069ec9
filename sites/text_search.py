"""Text search of facilities and sites, using existing indexes."""

from django.db.models import Q, QuerySet

from common.countries import all_country_names
from common.search_tokens import compact
from common.text import search_key
from sites.city_names import CITY_NAMES
from sites.models import Facility, FacilityAlias
from trials.models import Trial
from trials.text_search import LONGEST_TERM, contains_words_q, nct_number


def in_country(name: str, path: str = "") -> Q:
    """A condition on facilities: in a country under any of its names."""
    return Q(**{f"{path}country__plain__in": [search_key(one) for one in all_country_names(name)]})


def in_city(name: str, path: str = "") -> Q:
    """A condition on facilities: in a city under any of its names."""
    return Q(**{f"{path}city__plain__in": CITY_NAMES.get(compact(name), [search_key(name)])})


def named_q(words: str) -> Q:
    """A condition on facilities: these words are in their name, another name, or that of one merged into them."""
    words_q = contains_words_q("name", words)
    own = Facility.objects.order_by().filter(words_q)
    aliases = FacilityAlias.objects.order_by().filter(words_q)
    return Q(
        pk__in=own.values_list("pk").union(
            own.exclude(merged_into=None).values_list("merged_into"),
            aliases.values_list("facility"),
            aliases.exclude(facility__merged_into=None).values_list("facility__merged_into"),
            all=True,
        )
    )


def search_facilities(facilities: QuerySet, term: str) -> QuerySet:
    """Facilities by words of a name, and after a comma by city, state or country: "Mayo, Rochester"."""
    if len(term) > LONGEST_TERM:
        return facilities.none()
    name, *places = [part.strip() for part in term.split(",")]
    if name:
        facilities = facilities.filter(named_q(name))
    conditions = [
        in_city(place) | in_country(place) | Q(state__plain=search_key(place))
        for place in dict.fromkeys(filter(None, places))
    ]
    return facilities.filter(*conditions)


def search_sites(sites: QuerySet, term: str) -> QuerySet:
    """Sites of a trial by its NCT number, or at facilities by their name."""
    text = term.strip()
    if not text:
        return sites
    if number := nct_number(text):
        return sites.filter(trial__in=Trial.objects.by_key(number).values("pk"))
    return sites.at(search_facilities(Facility.objects.order_by(), text))
