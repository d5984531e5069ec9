"""Objects of four realms, with a unique sentinel value in every field that is not public.

own: the site coordinator's site and its trial. sibling: another site of that trial. other: a public trial of another
user. hidden: an unpublished trial of another user.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from knox.models import AuthToken

from accounts.permissions import IMPORT, PARTNER, USER
from common.permissions import HISTORY, PermissionTable
from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from contacts.permissions import PERSON
from history.authorship import authored
from publishing import staleness as publishing
from registries.models import ImportRun, QuarantinedRecord
from sites.models import Confirmation, EnrollmentReport, Facility, Milestone, StatusEvent, TrialSite
from sites.permissions import FACILITY, SITE
from tests.access.private_fixtures import add_private_objects
from tests.access.sentinel_values import Sentinel
from tests.access.workflow_fixtures import add_workflow_objects
from tests.factories import a_partner, a_user, assign
from trials.models import Trial
from trials.permissions import TRIAL
from work.findings import evaluate as findings

REALMS = ("own", "sibling", "other", "hidden")
MISSING = 9_999_999
WORD = re.compile(r"zq\d{3}x", re.IGNORECASE)
NUMBER = re.compile(r"\b66\d,?\d{3}\b")
IP = re.compile(r"\b198\.51\.100\.\d+\b")
DAY = re.compile(r"(20[3-9]\d)-(\d\d)-(\d\d)")


@dataclass
class Realm:
    name: str
    first_pk: int
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str):
        return self.__dict__["rows"][name]


class World:
    """The realms, and the sentinel values by their text."""

    def __init__(self):
        self.realms: dict[str, Realm] = {}
        self.canaries: dict[str, Sentinel] = {}
        for number, name in enumerate(REALMS, start=1):
            self.realms[name] = Realm(name, 7_000_000 + number * 10_000)
        for realm in self.realms.values():
            Builder(self, realm).build()
        publishing.publish_pending()
        findings.evaluate_pending_batch(on=timezone.localdate())

    def sentinels_in(self, text: str) -> set[Sentinel]:
        words = {word.lower() for word in WORD.findall(text)} | set(NUMBER.findall(text))
        words = {word.replace(",", "") for word in words} | {"-".join(day) for day in DAY.findall(text)}
        words |= set(IP.findall(text))
        return {self.canaries[word] for word in words if word in self.canaries}


class Builder:
    """Creates the objects of one realm."""

    def __init__(self, world: World, realm: Realm):
        self.world, self.realm, self.last_pk = world, realm, realm.first_pk

    def build(self) -> None:
        rows = self.realm.rows
        own = self.world.realms["own"].rows
        rows["trial"] = own["trial"] if self.realm.name == "sibling" else self.trial()
        rows["facility"] = self.facility()
        rows["site"] = self.site()
        rows["person"] = self.person("person", trial_site=rows["site"], kind=RoleKind.SITE_CONTACT)
        if self.realm.name != "sibling":
            rows["central"] = self.person("central", trial=rows["trial"], kind=RoleKind.CENTRAL_CONTACT)
        rows["second"] = self.person("second", trial_site=rows["site"], kind=RoleKind.SITE_CONTACT)
        rows["role"] = rows["person"].roles.get()
        rows["user"] = self.user()
        rows["grant"] = assign(rows["user"], site=rows["site"], pk=self.pk())
        rows["partner"] = self.partner()
        rows["run"] = self.run()
        add_workflow_objects(self)
        add_private_objects(self)

    def pk(self) -> int:
        self.last_pk += 1
        return self.last_pk

    def canary(self, about: str, rights: PermissionTable, name: str, word: str = "") -> str:
        word = word or f"zq{len(self.world.canaries):03}x"
        self.world.canaries[word] = Sentinel(word, self.realm.name, about, rights, name)
        return word

    def number(self, about: str, rights: PermissionTable, name: str) -> int:
        return int(self.canary(about, rights, name, str(660_000 + len(self.world.canaries))))

    def make(self, model, about: str = "", rights: PermissionTable | None = None, **values):
        """A saved row; the reason in its history is a sentinel value as well."""
        reason = self.canary(about, rights, HISTORY) if rights else ""
        with authored("test", reason=reason):
            return model.objects.create(pk=self.pk(), **values)

    def trial(self) -> Trial:
        texts = ("brief_title", "brief_summary", "lead_sponsor", "detailed_description")
        values = {name: f"Study {self.canary('trial', TRIAL, name)}" for name in texts}
        lists = {name: [self.canary("trial", TRIAL, name)] for name in ("conditions", "keywords")}
        is_public = self.realm.name != "hidden"
        nct_id, status = f"NCT{self.last_pk}0", "RECRUITING"
        trial = self.make(
            Trial, "trial", TRIAL, nct_id=nct_id, is_public=is_public, overall_status=status, **values, **lists
        )
        return trial

    def facility(self) -> Facility:
        name, city = (self.canary("facility", FACILITY, part) for part in ("name", "city"))
        return self.make(Facility, "facility", FACILITY, name=f"Hospital {name}", city=city, country="France")

    def site(self) -> TrialSite:
        site = self.make(
            TrialSite, "site", SITE, trial=self.realm.trial, facility=self.realm.facility, stage="ETHICS",
            enrollment_target=self.number("site", SITE, "enrollment_target"),
            internal_note=self.canary("site", SITE, "internal_note"),
        )  # fmt: skip
        common = {"trial_site": site, "author": "test"}
        reason = self.canary("site", SITE, "status_events")
        self.realm.rows["event"] = self.make(
            StatusEvent, status="RECRUITING", effective_on="2026-01-05", as_of="2026-01-05", reason=reason, **common
        )
        self.realm.rows["confirmation"] = self.make(
            Confirmation, status="RECRUITING", confirmed_on="2026-09-01", **common
        )
        day = self.canary("site", SITE, "milestones", f"{2030 + len(self.world.canaries) // 28}-07-"
                          f"{len(self.world.canaries) % 28 + 1:02}")  # fmt: skip
        self.make(Milestone, "site", SITE, trial_site=site, stage="ETHICS", planned_on=day)
        counts = sorted(self.number("site", SITE, "enrollment_reports") for _ in range(3))
        counted = dict(zip(("enrolled", "consented", "screened"), counts, strict=True))
        why = self.canary("site", SITE, "enrollment_reports")
        self.make(EnrollmentReport, "site", SITE, trial_site=site, month="2026-05", reason=why, **counted)
        site.refresh_from_db()
        return site

    def person(self, about: str, *, kind: str, **place) -> Person:
        values = {name: self.canary(about, PERSON, name) for name in ("name", "phone", "mobile", "notes")}
        emails = {name: f"{self.canary(about, PERSON, name)}@example.org" for name in ("email", "private_email")}
        person = self.make(Person, about, PERSON, **values, **emails)
        self.make(Role, about, PERSON, person=person, kind=kind, role=ContactRole.CONTACT, **place)
        return person

    def user(self):
        email = f"{self.canary('user', USER, 'email')}@example.org"
        return a_user(self.canary("user", USER, "username"), pk=self.pk(), email=email, first_name="Somebody")

    def partner(self):
        partner = a_partner(self.canary("partner", PARTNER, "name"), pk=self.pk())
        prefix = self.canary("partner", PARTNER, "keys")
        with authored("test"):
            key = AuthToken.objects.create(partner.user)[0]
            AuthToken.objects.filter(pk=key.pk).update(token_key=prefix)
        return partner

    def run(self) -> ImportRun:
        run = ImportRun.objects.create(pk=self.pk(), author="test", source=self.canary("run", IMPORT, "source"))
        reason = self.canary("run", IMPORT, "quarantined_records")
        QuarantinedRecord.objects.create(run=run, place="line 1", reason=reason, received=b"{}")
        return run
