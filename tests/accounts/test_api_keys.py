"""Partners and their keys: whose a key is, and what revoking one leaves alone."""

import pytest

from accounts.api_keys import add_partner, create_key, keys_of, revoke_key
from history.trail import trail_of

AUTHORSHIP = {"author": "user:7", "reason": "It leaked"}
pytestmark = pytest.mark.django_db


def a_partner(name: str = "Partner 1", **said):
    return add_partner(name=name, author="user:7", **said)


def test_a_partner_gets_a_user_of_its_own_that_cannot_log_in_and_tells_why():
    partner = a_partner("Étude & Co", reason="Contract of May")
    assert partner.user.username == "partner-etude-co"
    assert not partner.user.has_usable_password()
    assert trail_of(partner)[0].reason == "Contract of May"


def test_names_that_look_alike_get_users_of_their_own():
    names = ["Acme", "ACME!", "acme?", "…", "???"]
    users = [a_partner(name).user.username for name in names]
    assert users == ["partner-acme", "partner-acme-1", "partner-acme-2", "partner-unnamed", "partner-unnamed-1"]


def test_revoking_one_key_leaves_the_partners_others_and_everybody_elses():
    one, other = a_partner("One"), a_partner("Other")
    for partner in (one, one, other):
        create_key(partner, author="user:7", reason="Contract of May")
    gone, kept = keys_of(one)
    assert revoke_key(one, beginning=gone.token_key, digest=gone.digest, **AUTHORSHIP) is True
    assert [list(keys_of(partner).values_list("digest", flat=True)) for partner in (one, other)] == [
        [kept.digest],
        [keys_of(other).get().digest],
    ]


def test_a_key_of_another_partner_or_half_of_one_is_no_key():
    one, other = a_partner("One"), a_partner("Other")
    for partner in (one, other):
        create_key(partner, author="user:7", reason="Contract of May")
    key = keys_of(other).get()
    assert revoke_key(one, beginning=key.token_key, digest=key.digest, **AUTHORSHIP) is False
    assert revoke_key(other, beginning=key.token_key, digest="", **AUTHORSHIP) is False
    assert revoke_key(other, beginning="", digest=key.digest, **AUTHORSHIP) is False
    assert keys_of(other).exists()
