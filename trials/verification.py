"""When a trial's record must be verified again. Pure.

Source: 42 CFR 11.64(a)(2) and the PRS data element "Record Verification Date": at least every 12 months, to the month,
until the study has ended.
"""

from datetime import MAXYEAR, date

from trials.partial_dates import PartialDate
from trials.rules import ENDED


def verification_due_on(status: str, verified: PartialDate | str | None) -> date | None:
    """The last day on which a verification is in time; None where none is due: the trial has ended, or has no date."""
    if status in ENDED or not verified:
        return None
    last = PartialDate.parse(verified).last_day
    return PartialDate(f"{min(last.year + 1, MAXYEAR):04}-{last.month:02}").last_day
