"""The expected published rows, built from the tables."""

from django.db import connection
from django.utils import timezone

from publishing.derived_values import derive_values
from publishing.documents import build_document
from publishing.models import TrialDocument, TrialRow
from publishing.rebuild import publish
from publishing.trial_data import load_trial_data
from trials.models import Trial

_ROWS = "SELECT * FROM publishing_trialrow ORDER BY trial_id"


def published() -> tuple[dict[int, str], list[tuple]]:
    """The documents by trial, and the search rows with their vectors."""
    return documents(), search_rows()


def documents() -> dict[int, str]:
    return dict(TrialDocument.objects.values_list("pk", "document"))


def search_rows() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        return cursor.fetchall()


def built_documents() -> dict[int, str]:
    """The documents as they should be now, built in memory."""
    today = timezone.localdate()
    trials = load_trial_data(Trial.objects.values_list("pk", flat=True))
    return {
        pk: build_document(trial_data, derive_values(trial_data, on=today)).decode()
        for pk, trial_data in trials.items()
    }


def rebuild_all() -> tuple[dict[int, str], list[tuple]]:
    """Documents and rows from an empty read side."""
    TrialDocument.objects.all().delete()
    TrialRow.objects.all().delete()
    publish(Trial.objects.values_list("pk", flat=True))
    return built_documents(), search_rows()
