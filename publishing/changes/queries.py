"""What changed at sites and trials since a moment, as one ordered query; the reader's scope decides what is in it.

Sites: status events and confirmations, which are product data. Trials: replaced public documents. The audit trail is
not read. The public finds what is published of public trials; others also find what is held back where they may read
it, and there with author and reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_noop

from publishing.models import DocumentVersion
from sites.choices import OPEN, Source
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.public_status import held_back_q
from sites.text_search import in_country
from trials.models import Trial


class ChangeKind(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"
    STATUS = "status"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    OVERALL = "overall"
    CONTACTS = "contacts"
    ENROLLMENT = "enrollment"


KIND_LABELS = {
    ChangeKind.OPENED: gettext_noop("Site opened"),
    ChangeKind.CLOSED: gettext_noop("Site closed"),
    ChangeKind.STATUS: gettext_noop("Other site status"),
    ChangeKind.CORRECTED: gettext_noop("Status corrected"),
    ChangeKind.CONFIRMED: gettext_noop("Status confirmed"),
    ChangeKind.OVERALL: gettext_noop("Overall status"),
    ChangeKind.CONTACTS: gettext_noop("Published contacts"),
    ChangeKind.ENROLLMENT: gettext_noop("Planned enrollment"),
}
#: A change of status and its confirmation are saved by two statements of one transaction.
SAVED_TOGETHER = timedelta(seconds=5)
_OF_EVENTS = (ChangeKind.OPENED, ChangeKind.CLOSED, ChangeKind.STATUS, ChangeKind.CORRECTED)
#: Kind → key of `DocumentVersion.changes`.
_OF_DOCUMENTS = {
    ChangeKind.OVERALL: "overall_status",
    ChangeKind.CONTACTS: "contacts",
    ChangeKind.ENROLLMENT: "enrollment_count",
}
COLUMNS = (
    "kind", "at", "row", "of_trial", "of_site", "new", "former", "since_text", "capacity", "by", "why", "is_internal",
)  # fmt: skip


_HAS_CHANGES = """
    SELECT EXISTS (SELECT FROM publishing_documentversion WHERE trial_id = %(trial)s)
        OR EXISTS (
            SELECT FROM sites_confirmation AS confirmation
            JOIN sites_trialsite AS site ON site.id = confirmation.trial_site_id WHERE site.trial_id = %(trial)s
        )
        OR EXISTS (
            SELECT FROM sites_statusevent AS event
            JOIN sites_trialsite AS site ON site.id = event.trial_site_id
            WHERE site.trial_id = %(trial)s AND (event.source <> %(registry)s OR EXISTS (
                SELECT FROM sites_statusevent AS earlier
                WHERE earlier.trial_site_id = event.trial_site_id AND earlier.id < event.id
            ))
        )
"""


def may_have_changes(trial: Trial) -> bool:
    """Whether `changes` of a trial may have a row for anybody: false for trials that were only imported. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_CHANGES, {"trial": trial.pk, "registry": Source.REGISTRY.value})
        return cursor.fetchone()[0]


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """The filters; blank means all. `author` is a key such as user:7, found only where authors may be read."""

    since: datetime
    kinds: frozenset[ChangeKind] = frozenset(ChangeKind)
    trial: Trial | None = None
    country: str = ""
    author: str = ""
    until: datetime | None = None

    def recorded(self, column: str) -> Q:
        """Moments in the period; `until` itself is not in it."""
        before = Q(**{f"{column}__lt": self.until}) if self.until else Q()
        return Q(**{f"{column}__gte": self.since}) & before


def changes(user, change_filter: ChangeFilter) -> QuerySet:
    """Rows of COLUMNS, newest first, as one query that may be sliced."""
    parts = [*_site_changes(user, change_filter), *_trial_changes(user, change_filter)]
    rows = [part.values_list(*COLUMNS) for part in parts] or [DocumentVersion.objects.none().values_list("pk")]
    united = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
    return united.order_by("-at", "kind", "-row") if parts else united


def _site_changes(user, change_filter: ChangeFilter) -> Iterable[QuerySet]:
    if change_filter.kinds & set(_OF_EVENTS):
        yield _in_scope(_events(change_filter), user, change_filter).filter(kind__in=sorted(change_filter.kinds))
    if ChangeKind.CONFIRMED in change_filter.kinds:
        yield _in_scope(_confirmations(change_filter), user, change_filter)


def _in_scope(rows: QuerySet, user, change_filter: ChangeFilter) -> QuerySet:
    """Rows of sites that the user may read, with author and reason where the user may read them too."""
    site = OuterRef("trial_site")
    rows = rows.filter(Exists(TrialSite.objects.visible_to(user).filter(pk=site)))
    rows = rows.annotate(is_internal=Exists(TrialSite.objects.showing_counts_to(user).filter(pk=site)))
    rows = rows.filter(Q(is_internal=True) | ~held_back_q("trial_site__"))
    if change_filter.trial:
        rows = rows.filter(trial_site__trial=change_filter.trial)
    if change_filter.country:
        rows = rows.filter(in_country(change_filter.country, "trial_site__facility__"))
    if change_filter.author:
        rows = rows.filter(is_internal=True, author=change_filter.author)
    has_reason = any(field.name == "reason" for field in rows.model._meta.concrete_fields)
    return rows.annotate(
        at=F("recorded_at"),
        row=F("pk"),
        of_trial=F("trial_site__trial_id"),
        of_site=F("trial_site_id"),
        by=_where_internal(F("author")),
        why=_where_internal(F("reason")) if has_reason else _text(""),
    )


def _where_internal(value) -> Case:
    return Case(When(is_internal=True, then=Cast(value, TextField())), default=_text(""))


def _events(change_filter: ChangeFilter) -> QuerySet:
    """Status events that changed a status; not the first status of a site from the registry."""
    earlier = StatusEvent.objects.filter(trial_site=OuterRef("trial_site"), pk__lt=OuterRef("pk")).order_by("-pk")
    before = Coalesce(F("corrects__status"), Subquery(earlier.values("status")[:1]), output_field=CharField())
    opened, was_open = Q(status__in=OPEN), Q(former__in=OPEN)
    return (
        StatusEvent.objects.filter(change_filter.recorded("recorded_at"))
        .annotate(before=before)
        .exclude(before__isnull=True, source=Source.REGISTRY)
        .annotate(former=Cast(Coalesce("before", Value(""), output_field=CharField()), TextField()))
        .exclude(former=F("status"), corrects__isnull=True)
        .annotate(
            kind=Case(
                When(corrects__isnull=False, then=_text(ChangeKind.CORRECTED)),
                When(opened & ~was_open, then=_text(ChangeKind.OPENED)),
                When(was_open & ~opened, then=_text(ChangeKind.CLOSED)),
                default=_text(ChangeKind.STATUS),
            ),
            new=Cast("status", TextField()),
            since_text=Coalesce(Cast("effective_on", TextField()), _text("")),
            capacity=_text(""),
        )
    )


def _confirmations(change_filter: ChangeFilter) -> QuerySet:
    """Confirmations that stand; not those that were saved together with a change to the status."""
    together = OuterRef("recorded_at") - SAVED_TOGETHER, OuterRef("recorded_at") + SAVED_TOGETHER
    changed = StatusEvent.objects.filter(
        trial_site=OuterRef("trial_site"), status=OuterRef("status"), author=OuterRef("author"),
        recorded_at__range=together,
    )  # fmt: skip
    return Confirmation.objects.filter(
        ~Exists(changed), change_filter.recorded("recorded_at"), undone_at=None
    ).annotate(
        kind=_text(ChangeKind.CONFIRMED),
        new=Cast("status", TextField()),
        former=_text(""),
        since_text=_text(""),
        capacity=Cast("confirmed_as", TextField()),
    )


def _trial_changes(user, change_filter: ChangeFilter) -> Iterable[QuerySet]:
    """Changes of public documents while they were public; none by country or author, which they do not have."""
    if change_filter.country or change_filter.author:
        return
    visible = Trial.objects.visible_to(user).order_by().values("pk")
    for kind, key in _OF_DOCUMENTS.items():
        if kind not in change_filter.kinds:
            continue
        versions = DocumentVersion.objects.filter(
            change_filter.recorded("replaced_at"), trial__in=visible, is_public=True, changes__has_key=key
        )
        if change_filter.trial:
            versions = versions.filter(trial=change_filter.trial)
        yield versions.annotate(
            kind=_text(kind),
            at=F("replaced_at"),
            row=F("pk"),
            of_trial=F("trial_id"),
            of_site=Value(None, output_field=BigIntegerField()),
            new=_value_at(key, 1),
            former=_value_at(key, 0),
            since_text=_text(""),
            capacity=_text(""),
            by=_text(""),
            why=_text(""),
            is_internal=Value(False, output_field=BooleanField()),
        )


def _value_at(key: str, index: int) -> Any:
    return Coalesce(KeyTextTransform(index, KeyTransform(key, "changes")), _text(""), output_field=TextField())


def _text(value: str) -> Value:
    return Value(str(value), output_field=TextField())
