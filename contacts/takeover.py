"""What everybody will see differently once somebody takes over from somebody else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from contacts.models import Person, Role
from contacts.preview import Showing, showing_of
from contacts.services.replacing import successor_role


@dataclass(frozen=True, slots=True)
class Handover:
    """One role before and after: how it is shown today, and from `day` on under the new name.

    `then` is None where the successor holds it already.
    """

    role: Role
    day: date
    now: Showing
    then: Showing | None


def handovers(roles: Iterable[Role], successor: Person, *, on: date, today: date) -> Iterator[Handover]:
    """By the statuses as they are today; the successor may be somebody who is not saved yet."""
    for role in roles:
        day = max(on, role.starts_on or on)
        begun = successor_role(role, successor, on)
        if begun:
            begun.trial, begun.trial_site = role.trial, role.trial_site
        yield Handover(role, day, showing_of(role, on=today), begun and showing_of(begun, on=day))
