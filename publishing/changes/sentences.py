"""Changes as sentences, with their trial, site, day and author. A fixed number of queries for any number of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common import dates
from common.enum_labels import choice_label
from common.partial_dates import PartialDate
from history.authorship import actor_names
from publishing.changes.queries import COLUMNS, KIND_LABELS, ChangeKind
from sites.choices import ConfirmedAs
from sites.models import TrialSite
from trials.models import Trial

_BY = {ConfirmedAs.SITE.value: " by the site", ConfirmedAs.TRIAL_OFFICE.value: " by the trial office"}


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
        return KIND_LABELS[self.kind]

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
    since = f" since {PartialDate(record['since_text']).as_text()}" if record["since_text"] else ""
    match ChangeKind(record["kind"]):
        case ChangeKind.OPENED:
            return f"Opened: {new}{since} (before: {former})"
        case ChangeKind.CLOSED:
            return f"Closed: {new}{since} (before: {former})"
        case ChangeKind.STATUS:
            return f"Status changed to {new}{since} (before: {former})"
        case ChangeKind.CORRECTED:
            return f"Status corrected to {new}{since} (before: {former})"
        case ChangeKind.CONFIRMED:
            return f"Status confirmed{_BY.get(record['capacity'], '')}: {new}"
        case ChangeKind.OVERALL:
            return f"Overall status changed to {new} (before: {former})"
        case ChangeKind.CONTACTS:
            return "Published contacts changed"
        case ChangeKind.ENROLLMENT:
            before, after = record["former"] or "not published", record["new"] or "not published"
            return f"Planned enrollment changed to {after} (before: {before})"


def _status(code: str) -> str:
    return choice_label(code, "OverallStatus") or "Not published"
