"""Workflow objects of a realm: flags, change requests, reports, registry differences, merges and replacements."""

from uuid import UUID

from django.utils import timezone

from contacts.models import Erasure, Merge, Person, Replacement
from registries.choices import ConflictCategory
from registries.models import Conflict, SyncRun
from sites.models import Facility, FacilityMerge, MonthLock
from sites.permissions import SITE
from tests.access.sentinel_values import NEVER_SHOWN
from trials.permissions import TRIAL
from work.models import Flag, Proposal, PublicReport

#: A user that does not exist: authors are not sentinel values.
NOBODY = "user:999999"


def add_workflow_objects(builder) -> None:
    for add in (_flags, _proposals, _reports, _conflicts, _facility_merge, _merge, _replacement, _erasure):
        add(builder)
    if builder.realm.name != "sibling":
        for add in (_trial_objects, _unlocked_month):
            add(builder)
    SyncRun.objects.create(
        pk=builder.pk(), requested_nct_ids=[builder.canary("sync", NEVER_SHOWN, "requested_nct_ids")], state="DONE"
    )


def _flags(builder) -> None:
    site = builder.realm.site
    texts = {name: builder.canary("site", SITE, "flags") for name in ("text", "answer")}
    closed = {"closed_by": NOBODY, "closed_at": timezone.now()}
    place = {"trial": site.trial, "trial_site": site, "raised_by": NOBODY}
    builder.realm.rows["flag"] = builder.make(Flag, **place, **texts, **closed)
    builder.make(Flag, **place, text=builder.canary("site", SITE, "flags"))


def _proposals(builder) -> None:
    site = builder.realm.site
    common = {"trial_site": site, "proposed_by": f"user:{builder.realm.user.pk}", "seen_version": site.version}
    for name, kind, facility, field in (
        ("proposal", "TARGET", None, "target"),
        ("correction", "FACILITY", site.facility, "city"),
    ):
        value = builder.number("site", SITE, "proposals")
        builder.realm.rows[name] = builder.make(
            Proposal, kind=kind, facility=facility, why=builder.canary("site", SITE, "proposals"),
            old={field: ""}, new={field: str(value)}, **common,
        )  # fmt: skip


def _reports(builder) -> None:
    site = builder.realm.site
    builder.realm.rows["report"] = builder.make(
        PublicReport, trial=site.trial, trial_site=site, fault="OTHER",
        sender=builder.canary("site", NEVER_SHOWN, "sender"), **_public_report(builder, "site", SITE),
    )  # fmt: skip


def _public_report(builder, about: str, rights) -> dict[str, str]:
    message, email = (builder.canary(about, rights, "public_reports") for _ in range(2))
    return {"message": message, "email": f"{email}@example.org"}


def _conflicts(builder) -> None:
    site, run = builder.realm.site, builder.realm.run
    name = "briefTitle" if builder.realm.name != "sibling" else "officialTitle"
    base, theirs = (builder.canary("trial", TRIAL, "registry_conflicts") for _ in range(2))
    builder.realm.rows["conflict"] = Conflict.objects.create(
        pk=builder.pk(), trial=site.trial, run=run, path=f"protocolSection.identificationModule.{name}", base=base,
        theirs=theirs, ours="",
    )  # fmt: skip
    path = f"protocolSection.contactsLocationsModule.locations#{site.pk}.contacts"
    sides = [[{"name": builder.canary("site", SITE, "registry_conflicts")}] for _ in range(2)]
    builder.realm.rows["site_conflict"] = Conflict.objects.create(
        pk=builder.pk(), trial=site.trial, trial_site=site, run=run, path=path, category=ConflictCategory.SITE_CONTACTS,
        base=sides[0], theirs=sides[1], ours=[],
    )  # fmt: skip


def _facility_merge(builder) -> None:
    surviving = builder.realm.facility
    merged = builder.make(Facility, name=f"Tombstone {surviving.pk}", country="France", merged_into=surviving)
    builder.realm.rows["facility_merge"] = builder.make(
        FacilityMerge, surviving=surviving, merged=merged, author=NOBODY, reason="The same"
    )


def _merge(builder) -> None:
    surviving, notes = builder.realm.person, builder.canary("person", NEVER_SHOWN, "values_before")
    merged = builder.make(Person, name="Tombstone", merged_into=surviving)
    builder.realm.rows["merge"] = builder.make(
        Merge,
        surviving=surviving,
        merged=merged,
        author=NOBODY,
        values_before={"notes": notes},
        values_chosen={"notes": notes},
    )


def _replacement(builder) -> None:
    role = builder.realm.role
    step = {"ended": role.pk, "ended_before": None, "ended_version": 99, "begun": None, "begun_version": None}
    builder.realm.rows["replacement"] = builder.make(
        Replacement, key=UUID(int=builder.pk()), leaver=role.person, successor=builder.realm.second, on="2026-02-01",
        steps=[step], author=NOBODY,
    )  # fmt: skip


def _erasure(builder) -> None:
    erased = builder.make(Person, name="", erased_at=timezone.now())
    reason = builder.canary("person", NEVER_SHOWN, "reason of an erasure")
    builder.make(Erasure, person=erased, reason=reason, author=NOBODY)


def _trial_objects(builder) -> None:
    trial = builder.realm.trial
    text = builder.canary("trial", TRIAL, "flags")
    builder.realm.rows["trial_flag"] = builder.make(Flag, trial=trial, text=text, raised_by=NOBODY)
    report = _public_report(builder, "trial", TRIAL)
    builder.realm.rows["trial_report"] = builder.make(PublicReport, trial=trial, fault="OTHER", **report)


def _unlocked_month(builder) -> None:
    reason, now = builder.canary("trial", SITE, "month_locks"), timezone.now()
    builder.make(
        MonthLock, trial=builder.realm.trial, month="2026-04", locked_by=NOBODY, unlocked_by=NOBODY,
        unlocked_at=now, unlock_reason=reason,
    )  # fmt: skip
