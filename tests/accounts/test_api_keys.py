"""API partners and their keys: ownership and revocation."""

import pytest

from accounts.services import add_partner, create_key, keys_of, revoke_key
from history.trail import trail_of

AUTHORSHIP = {"author": "user:7", "reason": "It leaked"}
pytestmark = pytest.mark.django_db


def a_partner(name: str = "Partner 1", **values):
    return add_partner(name=name, author="user:7", **values)


def test_a_partner_gets_its_own_user_that_cannot_sign_in():
    partner = a_partner("Étude & Co", reason="Contract of May")
    assert partner.user.username == "partner-etude-co"
    assert not partner.user.has_usable_password()
    assert trail_of(partner)[0].reason == "Contract of May"


def test_partners_with_similar_names_get_different_users():
    names = ["Acme", "ACME!", "acme?", "…", "???"]
    users = [a_partner(name).user.username for name in names]
    assert users == ["partner-acme", "partner-acme-1", "partner-acme-2", "partner-unnamed", "partner-unnamed-1"]


def test_revoking_a_key_does_not_revoke_the_others():
    one, other = a_partner("One"), a_partner("Other")
    for partner in (one, one, other):
        create_key(partner, author="user:7", reason="Contract of May")
    revoked, valid = keys_of(one)
    assert revoke_key(one, prefix=revoked.token_key, digest=revoked.digest, **AUTHORSHIP) is True
    assert [list(keys_of(partner).values_list("digest", flat=True)) for partner in (one, other)] == [
        [valid.digest],
        [keys_of(other).get().digest],
    ]


def test_a_key_is_revoked_only_by_its_partner_prefix_and_digest():
    one, other = a_partner("One"), a_partner("Other")
    for partner in (one, other):
        create_key(partner, author="user:7", reason="Contract of May")
    key = keys_of(other).get()
    assert revoke_key(one, prefix=key.token_key, digest=key.digest, **AUTHORSHIP) is False
    assert revoke_key(other, prefix=key.token_key, digest="", **AUTHORSHIP) is False
    assert revoke_key(other, prefix="", digest=key.digest, **AUTHORSHIP) is False
    assert keys_of(other).exists()
