"""Reads an uploaded file or pasted text as a table."""

import json
import logging
import re
import signal
import subprocess
import sys
from dataclasses import asdict

from django.conf import settings

from common.spreadsheets.delimited import read_delimited, read_file
from common.spreadsheets.inspection import NO_WORKBOOK, is_workbook
from common.spreadsheets.table import Limits, Row, Table, TableError

LIMITS_EXCEEDED = (
    "Reading this file takes more time or memory than a table of sites needs. "
    "Copy the table into a new workbook and upload that."
)
#: Wall-clock timeout as a multiple of the CPU limit.
_TIMEOUT_FACTOR = 6
_LIMIT_SIGNALS = {-signal.SIGXCPU, -signal.SIGKILL}
_logger = logging.getLogger(__name__)


def spreadsheet_limits() -> Limits:
    """The limits of the settings."""
    return Limits(**settings.SPREADSHEET_LIMITS)


def read_upload(content: bytes) -> Table:
    """The table in the bytes of a file. TableError with a message when it is no table or too large."""
    limits = spreadsheet_limits()
    if len(content) > limits.bytes:
        raise TableError(too_large_message(limits))
    return _read_in_process(content, limits) if is_workbook(content) else read_file(content)


def read_pasted(text: str) -> Table:
    """The table in pasted text. TableError likewise."""
    limits = spreadsheet_limits()
    if len(text) > limits.bytes:
        raise TableError(too_large_message(limits))
    return read_delimited(text)


def too_large_message(limits: Limits) -> str:
    return f"The table is larger than {limits.megabytes} MB. Split it into several."


def _read_in_process(content: bytes, limits: Limits) -> Table:
    """Read a workbook in a separate process with limits; `run` also waits for a killed process."""
    try:
        result = subprocess.run(
            [sys.executable, "-m", "common.spreadsheets.worker", json.dumps(asdict(limits))],
            input=content,
            capture_output=True,
            timeout=limits.seconds * _TIMEOUT_FACTOR,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TableError(LIMITS_EXCEEDED) from None
    if result.returncode:
        _raise_for_failure(result)
    output = json.loads(result.stdout)
    if "error" in output:
        raise TableError(output["error"])
    return Table([_row(**row) for row in output["rows"]], output["notices"])


def _raise_for_failure(result: subprocess.CompletedProcess) -> None:
    if result.returncode in _LIMIT_SIGNALS or b"MemoryError" in result.stderr:
        raise TableError(LIMITS_EXCEEDED)
    _logger.error("The reader of workbooks ended with %s: %s", result.returncode, _code_lines(result.stderr))
    raise TableError(NO_WORKBOOK)


def _code_lines(stderr: bytes) -> str:
    """The files, lines and class of a traceback, without its message, which may quote a cell."""
    output = stderr[-4000:].decode("utf-8", "replace")
    places = re.findall(r'^  (File ".*)$', output, re.MULTILINE)
    return "; ".join([*places[-8:], *re.findall(r"^[\w.]+Error\b", output, re.MULTILINE)[-1:]])


def _row(number: int, cells: list[str], problems: dict[str, str]) -> Row:
    return Row(number, cells, {int(column): message for column, message in problems.items()})
