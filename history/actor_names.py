"""Who stands behind a key such as user:7."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

ACTOR_LABELS = {
    "import:ctgov": "Import from ClinicalTrials.gov",
    "demo": "Demo data",
    "public": "Somebody from outside",
    "command:remove_second_factors": "The operator, at the server",
    "command:createsuperuser": "The operator, at the server",
    "command:changepassword": "The operator, at the server",
}


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """{key: name}; a key of nobody we know stays as it is, but for people who are gone. One query."""
    keys = set(actors)
    ids = [int(key.removeprefix("user:")) for key in keys if key.startswith("user:") and key[5:].isdigit()]
    users = {f"user:{pk}": str(user) for pk, user in get_user_model().objects.in_bulk(ids).items()} if ids else {}
    known = ACTOR_LABELS | dict.fromkeys((f"user:{pk}" for pk in ids), "Somebody who is gone") | users
    return {key: known.get(key, key) for key in keys}
