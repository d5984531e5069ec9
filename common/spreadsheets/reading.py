"""Reading an uploaded file or a pasted text as a table."""

import json
import logging
import signal
import subprocess
import sys
from dataclasses import asdict

from django.conf import settings

from common.spreadsheets.delimited import read_delimited, read_file
from common.spreadsheets.file_types import NO_WORKBOOK, is_workbook
from common.spreadsheets.limits import Limits
from common.spreadsheets.table import Row, Table, TableError

LIMITS_EXCEEDED = (
    "Reading this file takes more time or memory than a table of sites needs. "
    "Copy the table into a new workbook and upload that."
)
#: The process waits for a processor like everybody else, so the clock on the wall gets more than its own time.
_TIMEOUT_FACTOR = 6
_LIMIT_SIGNALS = {-signal.SIGXCPU, -signal.SIGKILL}
_logger = logging.getLogger(__name__)


def spreadsheet_limits() -> Limits:
    """As the settings have them."""
    return Limits(**settings.SPREADSHEET_LIMITS)


def read_upload(content: bytes) -> Table:
    """The table in the bytes of a file. TableError in words for a file that is none, or that is too large."""
    limits = spreadsheet_limits()
    if len(content) > limits.bytes:
        raise TableError(too_large_message(limits))
    return _read_in_process(content, limits) if is_workbook(content) else read_file(content)


def read_pasted(text: str) -> Table:
    """The table in a text that was pasted. TableError likewise."""
    limits = spreadsheet_limits()
    if len(text) > limits.bytes:
        raise TableError(too_large_message(limits))
    return read_delimited(text)


def too_large_message(limits: Limits) -> str:
    return f"The table is larger than {limits.megabytes} MB. Split it into several."


def _read_in_process(content: bytes, limits: Limits) -> Table:
    """In a process of its own, which ends at its limits; `run` waits for it also when it has to be killed."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "common.spreadsheets.worker", json.dumps(asdict(limits))],
            input=content,
            capture_output=True,
            timeout=limits.seconds * _TIMEOUT_FACTOR,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TableError(LIMITS_EXCEEDED) from None
    if done.returncode:
        _raise_for_failure(done)
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise TableError(answer["error"])
    return Table([_row(**row) for row in answer["rows"]], answer["notices"])


def _raise_for_failure(done: subprocess.CompletedProcess) -> None:
    if done.returncode in _LIMIT_SIGNALS or b"MemoryError" in done.stderr:
        raise TableError(LIMITS_EXCEEDED)
    output = done.stderr[-2000:].decode("utf-8", "replace")
    _logger.error("The reader of workbooks ended with %s: %s", done.returncode, output)
    raise TableError(NO_WORKBOOK)


def _row(number: int, cells: list[str], problems: dict[str, str]) -> Row:
    return Row(number, cells, {int(column): words for column, words in problems.items()})
