"""Middleware that evaluates the rules after a request changed something."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common import dates
from work.findings.evaluate import evaluate_pending_batch

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
MAX_TRIALS = 10


class EvaluateFindingsMiddleware:
    """Evaluates at most `MAX_TRIALS` pending trials after a request that is not safe; the rest waits for the nightly
    run or the next reader. The user of a partner's request without a key is None.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE_METHODS and request.user and request.user.is_authenticated:
            evaluate_pending_batch(on=dates.today(), limit=MAX_TRIALS)
        return response
