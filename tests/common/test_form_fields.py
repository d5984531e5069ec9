"""RFC 3339 datetimes of the API are converted to UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.form_fields import parse_rfc3339

PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-12T09:58:02Z", datetime(2026, 11, 12, 9, 58, 2, tzinfo=UTC)),
        ("2026-11-12t09:58:02z", datetime(2026, 11, 12, 9, 58, 2, tzinfo=UTC)),
        ("2026-11-12 09:58:02+05:30", datetime(2026, 11, 12, 4, 28, 2, tzinfo=UTC)),
        ("2026-11-12T09:58Z", datetime(2026, 11, 12, 9, 58, tzinfo=UTC)),
        ("2026-11-12T09:58:02.5-15:59", datetime(2026, 11, 13, 1, 57, 2, 500_000, tzinfo=UTC)),
        ("2026-11-12T09:58:02.123456789Z", datetime(2026, 11, 12, 9, 58, 2, 123_456, tzinfo=UTC)),
        ("2026-11-12T09:58:02", datetime(2026, 11, 12, 8, 58, 2, tzinfo=UTC)),
        ("2026-11-12", datetime(2026, 11, 11, 23, tzinfo=UTC)),
    ],
)
def test_a_datetime_is_read_in_utc(text, moment):
    read = parse_rfc3339(text, zone=PARIS)
    assert (read, read.tzinfo) == (moment, UTC)


@given(st.datetimes(timezones=st.integers(-959, 959).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
def test_what_python_writes_is_read_back(moment):
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        with pytest.raises(ValueError, match="calendar"):
            parse_rfc3339(moment.isoformat(), zone=UTC)
        return
    assert parse_rfc3339(moment.isoformat(), zone=UTC) == expected


@given(st.text())
def test_an_invalid_datetime_is_refused_with_a_message(text):
    with pytest.raises(ValueError, match="Write a date and time"):
        parse_rfc3339(text + "!", zone=UTC)
