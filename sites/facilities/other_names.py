"""The other names of a facility."""

from sites.models import Facility, FacilityAlias


def other_names(facility: Facility, user) -> list[FacilityAlias]:
    """Its aliases, and those and the names of facilities merged into it that the user may see. Two queries.

    A name of a merged facility is an alias that is not stored.
    """
    merged = list(facility.merged_facilities.visible_to(user).order_by("name", "pk").exclude(is_masked=True))
    aliases = FacilityAlias.objects.filter(facility__in=[facility, *merged]).order_by("name", "pk")
    names = [*aliases, *(FacilityAlias(facility=one, name=one.name) for one in merged)]
    return list({name.name: name for name in reversed(names) if name.name != facility.name}.values())[::-1]
