"""Finding facilities and sites by what people type, through indexes that exist."""

from django.db.models import Q, QuerySet

from sites.models import Facility
from trials.models import Trial
from trials.searching import LONGEST_TERM, NCT_NUMBER, having


def facilities_like(facilities: QuerySet, term: str) -> QuerySet:
    """By words of the name; after a comma, of the town, state or country: "Mayo, Rochester"."""
    if len(term) > LONGEST_TERM:
        return facilities.none()
    name, *places = [part.strip() for part in term.split(",")]
    if name:
        facilities = facilities.filter(having("name", name))
    named = [
        Q(city__iexact=place) | Q(country__iexact=place) | Q(state__iexact=place)
        for place in dict.fromkeys(filter(None, places))
    ]
    return facilities.filter(*named)


def sites_like(sites: QuerySet, term: str) -> QuerySet:
    """Sites of a trial by its NCT number, or at facilities by their name."""
    text = term.strip()
    if not text:
        return sites
    if NCT_NUMBER.fullmatch(text):
        return sites.filter(trial__in=Trial.objects.by_key(text.upper()).values("pk"))
    return sites.filter(facility__in=facilities_like(Facility.objects.order_by(), text).values("pk"))
