"""Which version of a trial's public document stood at a moment, and the rows that keep replaced versions.

`publishing.rebuild` keeps a document in the statement that replaces it. A moment before the first version on record is
not known: documents are kept since this table exists.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from publishing.models import DocumentVersion, TrialDocument


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A document as published from one moment to another (None: still), and its digest."""

    document: dict[str, Any]
    digest: str
    is_public: bool
    published_at: datetime
    replaced_at: datetime | None


def version_at(trial_id: int, moment: datetime) -> PublishedVersion | None:
    """The version that stood just before the moment; None when none is on record. At most two queries."""
    version = DocumentVersion.objects.filter(trial_id=trial_id).standing_at(moment).first()
    if version:
        return _published(version, version.published_at, version.replaced_at)
    current = TrialDocument.objects.filter(trial_id=trial_id, changed_at__lt=moment).first()
    return _published(current, current.changed_at, None) if current else None


def version_before(trial_id: int, version: PublishedVersion) -> PublishedVersion | None:
    """The version that this one replaced, if it is on record."""
    return version_at(trial_id, version.published_at)


def without_people(document: dict[str, Any]) -> dict[str, Any]:
    """The document without contacts and officials, who may not be published any more."""
    sites = [site | {"contacts": []} for site in document["sites"]]
    return document | {"central_contacts": [], "officials": [], "sites": sites}


def _published(row: DocumentVersion | TrialDocument, since: datetime, until: datetime | None) -> PublishedVersion:
    return PublishedVersion(orjson.loads(row.document), row.digest, row.is_public, since, until)
