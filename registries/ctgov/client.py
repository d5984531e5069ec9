"""Client of the ClinicalTrials.gov API v2: the only module that uses the network.

One request at a time, with a pause between two (`CTGOV_PAUSE_SECONDS`) and a user agent. Transient failures (status
codes below, broken connections, truncated responses) are retried with exponential backoff or after `Retry-After`.
"""

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import quote, urlencode

import orjson
from django.conf import settings
from django.utils import timezone

from registries.ctgov.source_files import RawRecord, SourceError

logger = logging.getLogger(__name__)

UNREACHABLE_MESSAGE = "the registry cannot be reached. Try again later, or enter the trial by hand."
UNAVAILABLE_MESSAGE = "The registry is not available at the moment"
UNKNOWN = "the registry has no study with this number. Check the number."
TIMEOUT = 30  # seconds
USER_AGENT = "Sitelight (recruitment status of trial sites)"
MAX_ATTEMPTS = 5
MAX_WAIT = 120  # seconds; with a longer `Retry-After` the check stops
TRANSIENT_STATUS_CODES = frozenset({408, 425, 429, 500, 502, 503, 504})


def fetch_studies(nct_ids: Iterable[str]) -> Iterator[RawRecord]:
    """The current records of some studies. SourceError names the study that could not be fetched, and why."""
    for nct_id in nct_ids:
        url = f"{settings.CTGOV_API_URL}/studies/{quote(nct_id)}"
        try:
            with _open(url) as response:
                yield RawRecord(url, response.read())
        except urllib.error.HTTPError as error:
            logger.warning("%s: %s %s", url, error.code, error.reason)
            raise SourceError(f"{nct_id}: {UNKNOWN if error.code == 404 else UNREACHABLE_MESSAGE}") from error
        except (OSError, HTTPException) as error:  # URLError and broken connections are OSErrors
            logger.warning("%s: %s", url, getattr(error, "reason", error))
            raise SourceError(f"{nct_id}: {UNREACHABLE_MESSAGE}") from error


def fetch_pages(nct_ids: Sequence[str], *, fields: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    """(URL, body) of each page with these studies; without `fields`, complete records.

    A body is valid JSON. SourceError when the registry stays unavailable after `MAX_ATTEMPTS`, or repeats a page.
    """
    params = {"filter.ids": "|".join(nct_ids), "pageSize": str(len(nct_ids))}
    params |= {"fields": "|".join(fields)} if fields else {}
    token, seen = "", set()
    while True:
        url = f"{settings.CTGOV_API_URL}/studies?{urlencode(params | ({'pageToken': token} if token else {}))}"
        body, page = _get_with_retry(url)
        yield url, body
        token = page.get("nextPageToken", "")
        if not token:
            return
        if token in seen:
            raise SourceError(f"{UNAVAILABLE_MESSAGE}: it repeats a page.")
        seen.add(token)


def _get_with_retry(url: str) -> tuple[bytes, dict]:
    """A page's bytes, and the same decoded."""
    for number in range(MAX_ATTEMPTS):
        time.sleep(settings.CTGOV_PAUSE_SECONDS)
        try:
            with _open(url) as response:
                body = response.read()
            return body, _parse_page(body)
        except urllib.error.HTTPError as error:
            message, wait = f"it answers {error.code} {error.reason}", _retry_after(error)
            if error.code not in TRANSIENT_STATUS_CODES or (wait or 0) > MAX_WAIT:
                break
        except (OSError, HTTPException, ValueError) as error:
            message, wait = str(getattr(error, "reason", error)), None
        if number < MAX_ATTEMPTS - 1:
            time.sleep(settings.CTGOV_PAUSE_SECONDS * 2**number if wait is None else wait)
    raise SourceError(f"{UNAVAILABLE_MESSAGE}: {message}.")


def _open(url: str):
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": USER_AGENT})
    return urllib.request.urlopen(request, timeout=TIMEOUT)


def _parse_page(body: bytes) -> dict:
    """ValueError for a response that is not a page of studies: truncated, or a proxy's error page."""
    page = orjson.loads(body)
    if not isinstance(page, dict) or not isinstance(page.get("studies"), list):
        raise ValueError("its response is not a page of studies")
    return page


def _retry_after(error: urllib.error.HTTPError) -> float | None:
    """Seconds from `Retry-After`, which is a number or a date; None when it is missing or invalid."""
    value = (error.headers.get("Retry-After") or "").strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if timezone.is_naive(moment):  # the zone "-0000" means UTC without information about the local zone
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - timezone.now()).total_seconds())
