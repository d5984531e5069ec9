"""The registry's API: the only module that touches the network."""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from urllib.parse import quote

from django.conf import settings

from registries.ctgov.sources import Raw, SourceError

TIMEOUT = 30  # seconds


def fetch_studies(nct_ids: Iterable[str]) -> Iterator[Raw]:
    """The present records of some studies. SourceError names the study that could not be had, and why."""
    for nct_id in nct_ids:
        url = f"{settings.CTGOV_API_URL}/studies/{quote(nct_id)}"
        request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "Sitelight"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                yield Raw(url, answer.read())
        except urllib.error.HTTPError as error:
            raise SourceError(f"{nct_id}: the registry answers {error.code} {error.reason}.") from error
        except (OSError, HTTPException) as error:  # URLError is an OSError, and so is a line that breaks
            raise SourceError(
                f"{nct_id}: the registry cannot be reached ({getattr(error, 'reason', error)})."
            ) from error
