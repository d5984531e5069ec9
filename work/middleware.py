"""Judging what somebody has just changed, so that boards count what the rules found in it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common import dates
from work.findings.evaluate import evaluate_pending_batch

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
MAX_TRIALS = 10


class EvaluateFindingsMiddleware:
    """After a request that may have changed something; a few trials at most. What an import changes waits for the
    night or for whoever reads it first. (To a partner's request without a key the user is None.)
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE_METHODS and request.user and request.user.is_authenticated:
            evaluate_pending_batch(on=dates.today(), limit=MAX_TRIALS)
        return response
