"""Investigators and other officials as records publish them: by their names, since records do not identify people."""

import operator
from collections.abc import Iterable
from datetime import date
from functools import reduce

from django.db.models import Q

from common.slugs import person_slug
from contacts.choices import RoleKind
from contacts.models import Role

#: At most this number of roles with the words of a name is compared.
MAX_COMPARED = 500


def officials_named(slugs: Iterable[str], *, on: date) -> list[Role]:
    """The published roles, with persons, of officials with one of these slugs; newest trials first. One query."""
    own = {slug for slug in slugs if slug}
    if not own:
        return []
    have_words = [
        reduce(operator.and_, (Q(person__name__plain__contains=word) for word in slug.split("-"))) for slug in own
    ]
    roles = Role.objects.shown_on(on).filter(reduce(operator.or_, have_words), kind=RoleKind.OFFICIAL)
    newest = roles.order_by("-trial", "pk")[:MAX_COMPARED]
    return [role for role in newest if person_slug(role.person.name) in own]
