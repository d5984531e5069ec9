"""When a person is erased, what is published is made anew before anybody reads it."""

from contacts.erasers import Removal, erases
from publishing.services import publish


@erases
def republish(removal: Removal) -> None:
    publish(removal.trials)
