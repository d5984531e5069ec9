"""What is different between two versions of a trial's public document, as lines of text. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from common.enum_labels import choice_label
from common.partial_dates import PartialDate
from publishing.documents import TRIAL

Json = dict[str, Any]
#: Values of the trial that follow from its sites, and are named there.
_STATUS_LABELS = "OverallStatus"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that changed; blank texts stand for nothing published."""

    about: str
    what: str
    before: str
    after: str


def differences(before: Json, after: Json) -> list[Difference]:
    """The differences of the trial, its contacts and its sites, in this order."""
    return [*_of_trial(before, after), *_of_contacts(before, after), *_of_sites(before, after)]


def site_title(site: Json) -> str:
    facility = site["facility"]
    return ", ".join(filter(None, (facility["name"] or "Facility name not published", facility["city"])))


def contact_text(contacts: list[Json]) -> str:
    """The contacts with their details on one line."""
    parts = (
        " ".join(filter(None, (one["name"] or "Name not published", one.get("phone", ""), one.get("email", ""))))
        for one in contacts
    )
    return "; ".join(parts)


def _of_trial(before: Json, after: Json) -> Iterator[Difference]:
    for name in dict.fromkeys(("overall_status", *TRIAL)):
        if before.get(name) != after.get(name):
            label = name.removesuffix("_on").replace("_", " ").capitalize()
            yield Difference("Trial", label, _text(before.get(name), name), _text(after.get(name), name))


def _of_contacts(before: Json, after: Json) -> Iterator[Difference]:
    for name, label in (("central_contacts", "Central contacts"), ("officials", "Study officials")):
        texts = contact_text(before[name]), contact_text(after[name])
        if texts[0] != texts[1]:
            yield Difference("Trial", label, *texts)


def _of_sites(before: Json, after: Json) -> Iterator[Difference]:
    former = {site["id"]: site for site in before["sites"]}
    current = {site["id"]: site for site in after["sites"]}
    for pk, site in current.items():
        if pk not in former:
            yield Difference(site_title(site), "Site", "", "Added")
        else:
            yield from _of_site(former[pk], site)
    for pk, site in former.items():
        if pk not in current:
            yield Difference(site_title(site), "Site", "Listed", "")


def _of_site(before: Json, after: Json) -> Iterator[Difference]:
    title = site_title(after)
    for name, label in (
        ("status", "Status"), ("status_since", "Since"), ("last_confirmed_on", "Last confirmed"),
        ("listing", "In the registry's record"),
    ):  # fmt: skip
        if before[name] != after[name]:
            yield Difference(title, label, _text(before[name], name), _text(after[name], name))
    texts = contact_text(before["contacts"]), contact_text(after["contacts"])
    if texts[0] != texts[1]:
        yield Difference(title, "Contacts", *texts)
    if site_title(before) != title:
        yield Difference(title, "Facility", site_title(before), title)


def _text(value: Any, name: str) -> str:
    if value in (None, "", [], {}):
        return ""
    if name in ("overall_status", "last_known_status", "status"):
        return choice_label(value, _STATUS_LABELS)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name.endswith(("_on", "_since")):
        return PartialDate(value).as_text()
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)
