"""Changes as sentences, with their trial, site, day and author. A fixed number of queries for any number of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common import dates
from common.enum_labels import choice_label
from common.localized import format_partial_date
from common.partial_dates import PartialDate
from history.authorship import actor_names
from publishing.changes.queries import COLUMNS, KIND_LABELS, ChangeKind
from sites.choices import ConfirmedAs
from sites.models import TrialSite
from trials.models import Trial

_STATUS_CONFIRMED = gettext_noop("Status confirmed: {new}")
_CONFIRMED = {
    ConfirmedAs.SITE.value: gettext_noop("Status confirmed by the site: {new}"),
    ConfirmedAs.TRIAL_OFFICE.value: gettext_noop("Status confirmed by the trial office: {new}"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. `site` is None for a change of the trial; `user_name` and `reason` are blank where not readable."""

    key: str
    kind: ChangeKind
    at: datetime
    trial: Trial
    site: TrialSite | None
    text: str
    user_name: str
    reason: str

    @property
    def day(self) -> date:
        return dates.local_date(self.at)

    @property
    def label(self) -> str:
        return _(KIND_LABELS[self.kind])

    @property
    def url(self) -> str:
        return (self.site or self.trial).get_absolute_url()

    @property
    def site_name(self) -> str:
        return ", ".join(filter(None, (self.site.facility.title, self.site.facility.city))) if self.site else ""


def change_lines(rows: Iterable[Sequence]) -> list[ChangeLine]:
    """The rows of `changes` as lines. Three queries."""
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    trials = Trial.objects.in_bulk({record["of_trial"] for record in records})
    site_ids = {record["of_site"] for record in records if record["of_site"]}
    sites = TrialSite.objects.select_related("facility", "trial").in_bulk(site_ids)
    names = actor_names(record["by"] for record in records if record["by"])
    return [
        ChangeLine(
            key=f"{_TABLES.get(record['kind'], 'status-event')}-{record['row']}",
            kind=ChangeKind(record["kind"]),
            at=record["at"],
            trial=trials[record["of_trial"]],
            site=sites.get(record["of_site"] or 0),
            text=_sentence(record),
            user_name=names.get(record["by"], ""),
            reason=record["why"],
        )
        for record in records
        if record["of_trial"] in trials
    ]


#: Kind → the table whose row it is, for stable keys.
_TABLES = {
    ChangeKind.CONFIRMED: "confirmation",
    ChangeKind.OVERALL: "overall-status",
    ChangeKind.CONTACTS: "contacts",
    ChangeKind.ENROLLMENT: "planned-enrollment",
}


def _sentence(record: dict) -> str:
    new, former = _status(record["new"]), _status(record["former"])
    if record["since_text"]:
        day = format_partial_date(PartialDate(record["since_text"]))
        new = _("{status} since {date}").format(status=new, date=day)
    match ChangeKind(record["kind"]):
        case ChangeKind.OPENED:
            text = _("Opened: {new} (before: {former})")
        case ChangeKind.CLOSED:
            text = _("Closed: {new} (before: {former})")
        case ChangeKind.STATUS:
            text = _("Status changed to {new} (before: {former})")
        case ChangeKind.CORRECTED:
            text = _("Status corrected to {new} (before: {former})")
        case ChangeKind.CONFIRMED:
            text = _(_CONFIRMED.get(record["capacity"], _STATUS_CONFIRMED))
        case ChangeKind.OVERALL:
            text = _("Overall status changed to {new} (before: {former})")
        case ChangeKind.CONTACTS:
            text = _("Published contacts changed")
        case ChangeKind.ENROLLMENT:
            new, former = record["new"] or _("not published"), record["former"] or _("not published")
            text = _("Planned enrollment changed to {new} (before: {former})")
    return text.format(new=new, former=former)


def _status(code: str) -> str:
    return choice_label(code, "OverallStatus") or _("Not published")
