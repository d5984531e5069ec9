"""A simulated sponsor who edits the record of a trial at the registry.

Sites and outcomes have numbers that are in no record, so that the simulation knows each of them after it was renamed,
moved or reordered.
"""

import random
from dataclasses import dataclass, field
from typing import Any

STATUSES = ["RECRUITING", "SUSPENDED", "COMPLETED", "ACTIVE_NOT_RECRUITING", ""]
Key = tuple[str, int, str]
"""(kind of object, its number, name of the value)"""


@dataclass
class Sponsor:
    """The record of one trial. Values are stored by `Key`; a missing value has no key."""

    number: int
    chance: random.Random
    values: dict[Key, Any] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=lambda: {"outcome": [], "site": []})
    delisted: list[int] = field(default_factory=list)
    """Delisted sites, which may be listed again."""
    last_number: int = 0

    def __post_init__(self):
        self.values |= {("trial", 0, "title"): self.word(), ("trial", 0, "summary"): self.word()}
        for kind, count in (("outcome", 3), ("site", 3)):
            for _ in range(count):
                self.add(kind)
        first, second = self.order["site"][:2]
        for name in ("name", "city"):  # duplicates
            self.values["site", second, name] = self.values["site", first, name]

    def word(self) -> str:
        self.last_number += 1
        return f"word {self.number} {self.last_number}"

    def add(self, kind: str) -> None:
        self.last_number += 1
        pk = self.last_number
        self.order[kind].insert(self.chance.randint(0, len(self.order[kind])), pk)
        if kind == "outcome":
            self.values |= {
                (kind, pk, "measure"): f"{self.chance.getrandbits(80):x} {pk}",
                (kind, pk, "time"): self.word(),
            }
        else:
            self.values |= {(kind, pk, "name"): f"Hospital {self.number} {pk}", (kind, pk, "city"): "Town 1"}
            self.values |= {(kind, pk, "status"): "RECRUITING", (kind, pk, "phone"): self.word()}

    def record(self, day: int) -> dict:
        module = {"locations": [self._location(pk) for pk in self.order["site"]]}
        outcomes = [self._outcome(pk) for pk in self.order["outcome"]]
        posted = {"date": f"2020-{1 + day // 28:02}-{1 + day % 28:02}"}
        return {
            "protocolSection": {
                "identificationModule": {"nctId": nct_id(self.number), "briefTitle": self.values["trial", 0, "title"]},
                "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": posted},
                "descriptionModule": {"briefSummary": self.values["trial", 0, "summary"]},
                "outcomesModule": {"primaryOutcomes": outcomes},
                "contactsLocationsModule": module,
            },
            "hasResults": False,
        }

    def _outcome(self, pk: int) -> dict:
        return {"measure": self.values["outcome", pk, "measure"], "timeFrame": self.values["outcome", pk, "time"]}

    def _location(self, pk: int) -> dict:
        values = {name: self.values["site", pk, name] for name in ("name", "city", "status", "phone")}
        contact = {"name": person(self.number, pk), "role": "CONTACT", "phone": values["phone"]}
        place = {"facility": values["name"], "city": values["city"], "country": "France", "contacts": [contact]}
        return place | ({"status": values["status"]} if values["status"] else {})

    def edit(self) -> None:
        """One to three changes, as sponsors make them."""
        for _ in range(self.chance.randint(1, 3)):
            self.chance.choice(EDITS)(self)

    def change(self, kind: str, *names: str) -> None:
        present = [key for key in self.values if key[0] == kind and key[2] in names and self.is_listed(key)]
        if present:
            key = self.chance.choice(sorted(present))
            self.values[key] = self.chance.choice(STATUSES) if key[2] == "status" else self.word()

    def is_listed(self, key: Key) -> bool:
        return key[0] == "trial" or key[1] in self.order[key[0]]

    def shuffle(self) -> None:
        self.chance.shuffle(self.order[self.chance.choice(["outcome", "site"])])

    def drop(self, kind: str) -> None:
        if len(self.order[kind]) < 2:
            return
        pk = self.order[kind].pop(self.chance.randrange(len(self.order[kind])))
        if kind == "site":
            self.delisted.append(pk)
        else:
            self.values = {key: value for key, value in self.values.items() if key[:2] != (kind, pk)}

    def relist(self) -> None:
        if self.delisted:
            self.order["site"].append(self.delisted.pop())


VALUE_EDITS = [
    lambda sponsor: sponsor.change("trial", "title", "summary"),
    lambda sponsor: sponsor.change("outcome", "time"),
    lambda sponsor: sponsor.change("site", "status", "phone"),
    lambda sponsor: sponsor.change("site", "status"),
]
EDITS = [
    *VALUE_EDITS,
    *VALUE_EDITS,
    *VALUE_EDITS,
    lambda sponsor: sponsor.change("site", "name", "city"),
    lambda sponsor: sponsor.drop("outcome"),
    lambda sponsor: sponsor.drop("site"),
    lambda sponsor: sponsor.add("outcome"),
    lambda sponsor: sponsor.add("site"),
    Sponsor.shuffle,
    Sponsor.relist,
]


def nct_id(number: int) -> str:
    return f"NCT{91_000_000 + number}"


def person(number: int, site: int) -> str:
    """The name of the contact of a site; it distinguishes sites with the same facility name."""
    return f"Person {number} {site}"
