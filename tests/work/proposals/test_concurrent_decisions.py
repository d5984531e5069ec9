"""Two people decide at once, each over a connection of their own: one wins, the other reads what was decided."""

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


def test_one_wins_and_the_other_reads_what_was_decided():
    site, ana, lead = make_site_and_users()
    second = a_user("second")
    assign(second, trial=site.trial)
    proposing = Client()
    proposing.force_login(ana)
    proposing.post(f"/work/sites/{site.pk}/change/", proposed_status(site))
    proposal, together = Proposal.objects.get(), threading.Barrier(2)
    acts = [(lead, {"act": "accept"}), (second, {"act": "decline", "decision_note": "Not yet"})]

    def decide(user, said):
        client = Client()
        client.force_login(user)
        try:
            together.wait(timeout=30)
            page = client.post(proposal.get_absolute_url(), said | {"version": site.version}, follow=True)
            return "Already " in page.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = [waiting.result(timeout=60) for waiting in [pool.submit(decide, *act) for act in acts]]
    proposal.refresh_from_db()
    winner = [user for user, _ in acts].index(next(u for u, _ in acts if u.actor == proposal.decided_by))
    assert told == [winner == 1, winner == 0]
    assert StatusEvent.objects.filter(status="TERMINATED").count() == (proposal.decision == "ACCEPTED")


def test_the_same_proposal_sent_twice_at_once_is_one():
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
