"""Concurrent decisions on separate connections: one is saved, the other user sees it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from sites.models import StatusEvent
from tests.factories import a_user, assign
from tests.work.proposals.fixtures import make_site_and_users, proposed_status
from work.models import Proposal

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_concurrent_decisions_is_saved():
    site, ana, lead = make_site_and_users()
    second = a_user("second")
    assign(second, trial=site.trial)
    proposing = Client()
    proposing.force_login(ana)
    proposing.post(f"/work/sites/{site.pk}/change/", proposed_status(site))
    proposal, together = Proposal.objects.get(), threading.Barrier(2)
    acts = [(lead, {"act": "accept"}), (second, {"act": "decline", "decision_note": "Not yet"})]

    def decide(user, post_data):
        client = Client()
        client.force_login(user)
        try:
            together.wait(timeout=30)
            page = client.post(proposal.get_absolute_url(), post_data | {"version": site.version}, follow=True)
            return "Already " in page.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [waiting.result(timeout=60) for waiting in [pool.submit(decide, *act) for act in acts]]
    proposal.refresh_from_db()
    winner = [user for user, _ in acts].index(next(u for u, _ in acts if u.actor == proposal.decided_by))
    assert results == [winner == 1, winner == 0]
    assert StatusEvent.objects.filter(status="TERMINATED").count() == (proposal.decision == "ACCEPTED")


def test_a_concurrent_repeated_request_is_saved_once():
    site, ana, _ = make_site_and_users()
    together = threading.Barrier(2)

    def send():
        client = Client()
        client.force_login(ana)
        try:
            together.wait(timeout=30)
            return client.post(f"/work/sites/{site.pk}/change/", proposed_status(site)).headers.get("Location")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        addresses = {waiting.result(timeout=60) for waiting in [pool.submit(send) for _ in range(2)]}
    assert addresses == {Proposal.objects.get().get_absolute_url()}
