"""Column headings of tables of sites, as used here and in other systems. Pure.

Sources: CDISC SDTM (STUDYID, SITEID, COUNTRY; milestones and dispositions of the DS domain); NIHR CPMS (consented,
recruited, failed screening; its study and site statuses); REDCap (data access group); ClinicalTrials.gov (facility).
A heading that could mean two columns is refused, naming both.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from common.text import comparison_key

_LONGEST = 200  # characters of a heading that are compared


class SiteColumn(StrEnum):
    """Columns that identify the site of a row. SITE holds a number or a name."""

    TRIAL = "Trial"
    NUMBER = "Site number"
    SITE = "Site"
    NAME = "Facility"
    CITY = "City"
    STATE = "State or region"
    COUNTRY = "Country"
    LISTING = "Listing"


_SITE_COLUMNS: dict[SiteColumn, Sequence[str]] = {
    SiteColumn.TRIAL: (
        "trial", "trial id", "trial number", "trial name", "trial acronym", "acronym", "study", "study id", "studyid",
        "study identifier", "study number", "study name", "study acronym", "short title", "protocol", "protocol id",
        "protocol number", "protocol no", "nct", "nct id", "nct number", "nct no", "registration number",
    ),
    SiteColumn.NUMBER: ("site number", "site no", "site id", "number", "no", "id", "#"),
    SiteColumn.SITE: ("site",),
    SiteColumn.NAME: (
        "facility", "facility name", "site name", "name", "name of site", "hospital", "hospital name", "clinic",
        "institution", "institution name", "organisation", "organization", "organisation name", "organization name",
        "centre", "center", "centre name", "center name", "trial site", "study site", "participating site",
        "recruiting site", "redcap data access group", "data access group",
    ),
    SiteColumn.CITY: ("city", "town", "place", "site city", "facility city"),
    SiteColumn.STATE: ("state or region", "state", "region", "province", "county"),
    SiteColumn.COUNTRY: ("country", "country name", "nation"),
    SiteColumn.LISTING: ("listing", "listing number", "entry", "entry of this place", "entry number"),
}  # fmt: skip

#: The cumulative counts of a month.
COUNT_COLUMNS: dict[str, Sequence[str]] = {
    "screened": ("screened", "number screened", "total screened", "subjects screened", "participants screened",
                 "patients screened", "people screened"),
    "consented": ("consented", "number consented", "total consented", "consents", "subjects consented",
                  "participants consented", "patients consented", "informed consent obtained", "informed consents",
                  "consent obtained"),
    "enrolled": ("enrolled", "enrolment", "enrollment", "number enrolled", "total enrolled", "actual enrollment",
                 "actual enrolment", "subjects enrolled", "participants enrolled", "patients enrolled", "randomised",
                 "randomized", "number randomised", "number randomized", "total randomised", "total randomized",
                 "subjects randomised", "subjects randomized", "participants randomised", "participants randomized",
                 "patients randomised", "patients randomized", "randomisations", "randomizations", "recruited",
                 "total recruited", "number recruited", "participants recruited", "patients recruited", "recruits",
                 "recruitment", "recruitment to date", "total recruitment", "accrual", "accrued", "total accrual"),
    "withdrawn": ("withdrawn", "number withdrawn", "total withdrawn", "withdrawals", "withdrawn subjects",
                  "withdrawn participants", "withdrawn patients", "subjects withdrawn", "participants withdrawn",
                  "patients withdrawn", "dropouts", "drop outs", "dropped out", "drop-outs", "discontinued",
                  "discontinuations", "early terminations", "withdrawal by subject"),
    "completed": ("completed", "number completed", "total completed", "completers", "subjects completed",
                  "participants completed", "patients completed", "completed subjects", "completed participants",
                  "completed study", "completed the study"),
}  # fmt: skip

#: Headings of counts that are not supported → what to enter instead.
UNSUPPORTED_COUNTS: dict[str, str] = {
    word: advice
    for words, advice in (
        (("screen failures", "screen failure", "screen failed", "screen fails", "failed screening"),
         "Screen failures are not recorded. Enter everyone who was screened under “Screened”."),
        (("lost to follow-up", "lost to follow up", "ltfu"),
         "People lost to follow-up are not recorded separately. Count them under “Withdrawn”."),
        (("deaths", "died", "death"), "Deaths are not recorded."),
        (("on treatment", "in treatment", "active", "ongoing", "in follow-up", "in follow up"),
         "People still in the study are not recorded: they are enrolled minus withdrawn and completed."),
        (("target", "enrollment target", "enrolment target", "recruitment target", "planned"),
         "Targets cannot be changed on this page."),
    )
    for word in words
}  # fmt: skip


def heading_key(text: str) -> str:
    """The comparison key of a heading: no underscores, and no colon, asterisk or full stop at its end."""
    return comparison_key(text[:_LONGEST].replace("_", " ")).rstrip(" :*.")


def site_columns() -> Iterator[tuple[str, SiteColumn]]:
    """Every heading of a column that identifies the site, with the column."""
    return ((word, column) for column, words in _SITE_COLUMNS.items() for word in words)
