"""Made-up trials that a sponsor edits at the registry and people edit here, with what must then be so.

Things have numbers of their own here, which no record tells: so this knows which site or outcome is which, however it
was renamed, moved or reordered.
"""

import random
from dataclasses import dataclass, field
from typing import Any

STATUSES = ["RECRUITING", "SUSPENDED", "COMPLETED", "ACTIVE_NOT_RECRUITING", ""]
Key = tuple[str, int, str]
"""(kind of thing, its number, which of its values)"""


@dataclass
class Sponsor:
    """The record of one trial as its sponsor has it. A value is named by a `Key`; what is not there has none."""

    number: int
    chance: random.Random
    values: dict[Key, Any] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=lambda: {"outcome": [], "site": []})
    away: list[int] = field(default_factory=list)
    """Sites that left the record and may come back."""
    said: int = 0

    def __post_init__(self):
        self.values |= {("trial", 0, "title"): self.word(), ("trial", 0, "summary"): self.word()}
        for kind, count in (("outcome", 3), ("site", 3)):
            for _ in range(count):
                self.add(kind)
        first, second = self.order["site"][:2]
        for name in ("name", "city"):  # twins
            self.values["site", second, name] = self.values["site", first, name]

    def word(self) -> str:
        self.said += 1
        return f"word {self.number} {self.said}"

    def add(self, kind: str) -> None:
        self.said += 1
        pk = self.said
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
        said = {name: self.values["site", pk, name] for name in ("name", "city", "status", "phone")}
        contact = {"name": person(self.number, pk), "role": "CONTACT", "phone": said["phone"]}
        place = {"facility": said["name"], "city": said["city"], "country": "France", "contacts": [contact]}
        return place | ({"status": said["status"]} if said["status"] else {})

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
            self.away.append(pk)
        else:
            self.values = {key: value for key, value in self.values.items() if key[:2] != (kind, pk)}

    def come_back(self) -> None:
        if self.away:
            self.order["site"].append(self.away.pop())


VALUES = [
    lambda sponsor: sponsor.change("trial", "title", "summary"),
    lambda sponsor: sponsor.change("outcome", "time"),
    lambda sponsor: sponsor.change("site", "status", "phone"),
    lambda sponsor: sponsor.change("site", "status"),
]
EDITS = [
    *VALUES,
    *VALUES,
    *VALUES,
    lambda sponsor: sponsor.change("site", "name", "city"),
    lambda sponsor: sponsor.drop("outcome"),
    lambda sponsor: sponsor.drop("site"),
    lambda sponsor: sponsor.add("outcome"),
    lambda sponsor: sponsor.add("site"),
    Sponsor.shuffle,
    Sponsor.come_back,
]


def nct_id(number: int) -> str:
    return f"NCT{91_000_000 + number}"


def person(number: int, site: int) -> str:
    """Whose name stands at a site: what tells sites apart that are called alike."""
    return f"Person {number} {site}"
