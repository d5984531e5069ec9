"""Date formats of all pages: day first, month as a word, 24-hour time."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
MONTH_DAY_SHORT_FORMAT = "j M"
YEAR_FORMAT = "Y"

# Query parameters and the API accept ISO dates only; user input is parsed by common.date_parsing.
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
