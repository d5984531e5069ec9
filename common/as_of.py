"""A past day in query parameters: the day, and what it means.

In force: what held on that day, as known today. Recorded: what had been recorded by the end of that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from common.form_fields import DayField
from common.query_params import QueryState

AS_OF, MEANING = "as_of", "as"
AS_OF_PARAMETERS = (AS_OF, MEANING)


class AsOfMeaning(StrEnum):
    IN_FORCE = "in_force"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class AsOf:
    """A past day and the meaning in which it is asked for."""

    day: date
    meaning: AsOfMeaning

    @property
    def is_recorded(self) -> bool:
        return self.meaning is AsOfMeaning.RECORDED

    @property
    def ends_at(self) -> datetime:
        return end_of_day(self.day)


def end_of_day(day: date) -> datetime:
    """Midnight at the end of the day in the installation's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def parse_as_of(query: Mapping[str, str], *, today: date) -> tuple[AsOf | None, dict[str, str]]:
    """The day and its meaning, by default in force (None without a day), and error messages by parameter."""
    day_text, meaning = query.get(AS_OF) or "", query.get(MEANING) or ""
    errors = {}
    if meaning and meaning not in {*AsOfMeaning}:
        errors[MEANING] = _("Use in_force or recorded.")
    elif meaning and not day_text:
        errors[MEANING] = _("Use this parameter together with as_of.")
    day = None
    try:
        day = parse_past_day(day_text, today=today) if day_text else None
    except ValueError as error:
        errors[AS_OF] = str(error)
    if errors or day is None:
        return None, errors
    return AsOf(day, AsOfMeaning(meaning or AsOfMeaning.IN_FORCE)), {}


def parse_past_day(text: str, *, today: date) -> date:
    """A day such as 2026-03-01, not after today. ValueError with a message for the user."""
    day = DayField().read(text)
    if day > today:
        raise ValueError(_("{day} is in the future. Enter today or an earlier day.").format(day=text))
    return day


def as_of_links(as_of: AsOf, query_state: QueryState) -> dict[str, object]:
    """The context of `_as_of.html`: the day, and the addresses of the other meaning and of today."""
    other = AsOfMeaning.IN_FORCE if as_of.is_recorded else AsOfMeaning.RECORDED
    base = query_state.without("page", "format")
    return {
        "as_of": as_of,
        "other_meaning_url": base.with_params(**{MEANING: other.value}).url,
        "today_url": base.without(*AS_OF_PARAMETERS).url,
    }
