"""Dates as all pages write them: the day first, the month in words, hours to twenty-four."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"

# Parameters of addresses and the API take ISO days only; what people write is read by common.date_parsing.
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
