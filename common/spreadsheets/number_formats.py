"""Formats a numeric cell by its number format, as shown to the user. Pure.

Source of the built-in formats: ECMA-376-1, 18.8.30 (numFmt), with those of East Asian locales.
"""

import re
from datetime import date, timedelta
from enum import StrEnum

_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "mm-dd-yy", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 49: "@",
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PREFIXED_ZEROS = re.compile(r'((?:"[^"]*"|\\.)*)(0{2,})')
#: What spreadsheet programs allow.
_LONGEST = 255
_DAYS_1900, _DAYS_1904 = date(1899, 12, 30), date(1904, 1, 1)
#: The program that set the format took 1900 for a leap year: before 1 March 1900 all days are one off.
_FIRST_TRUE_DAY = 61


class DatePrecision(StrEnum):
    """How much of a date its format shows."""

    YEAR = "YEAR"
    MONTH = "MONTH"
    DAY = "DAY"
    TIME = "TIME"


def format_code(number: int, custom_formats: dict[int, str]) -> str:
    """The format with this number: one that the workbook defines, or a built-in one."""
    return custom_formats.get(number, "")[:_LONGEST] or _BUILT_IN.get(number, "General")


def date_precision(code: str) -> DatePrecision | None:
    """How much of a date the format shows; None where it shows a number."""
    elapsed = bool(re.search(r"\[(?:h+|m+|s+)\]", code, re.IGNORECASE))
    plain = _LITERAL.sub("", code.split(";", 1)[0]).lower().replace("am/pm", "").replace("general", "")
    letters = set(re.findall(r"[ymdhseg]", plain)) if not re.search(r"[0#?]e[+-]", plain) else set()
    if "d" in letters:
        return DatePrecision.DAY
    if elapsed or letters & {"h", "s"}:
        return DatePrecision.TIME
    if "m" in letters:
        return DatePrecision.MONTH
    return DatePrecision.YEAR if letters & {"y", "e"} else None


def format_number(text: str, code: str, *, is_1904: bool) -> str:
    """The number as it would be typed: `2026-10` for a cell that shows "Oct-26", `50%`, `40` without its fraction.

    ValueError where the text is no number, or no day of the calendar.
    """
    value = float(text)
    shown = date_precision(code)
    if shown:
        return _date_text(value, shown, is_1904)
    if code.split(";", 1)[0].rstrip().endswith("%"):
        return f"{_plain_number(round(value * 100, 6))}%"
    zeros = _PREFIXED_ZEROS.fullmatch(code)
    if zeros and value.is_integer() and value >= 0:
        prefix = re.sub(r'["\\]', "", zeros[1])
        return f"{prefix}{int(value):0{len(zeros[2])}}"
    return text if re.fullmatch(r"-?[1-9]\d*", text) else _plain_number(value)


def _date_text(value: float, precision: DatePrecision, is_1904: bool) -> str:
    if precision is DatePrecision.TIME:
        seconds = round(value * 86_400)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    days = int(value)
    first = _DAYS_1904 if is_1904 else _DAYS_1900
    if not is_1904 and days < _FIRST_TRUE_DAY:
        days += 1
    try:
        day = first + timedelta(days)
    except OverflowError:
        raise ValueError(f"{value} is no day") from None
    if value < 0:
        raise ValueError(f"{value} is no day")
    return f"{day:%Y-%m-%d}"[: {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7, DatePrecision.DAY: 10}[precision]]


def _plain_number(value: float) -> str:
    """Without a needless fraction or exponent."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("no number")
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
