"""Display names of actor keys such as user:7."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

ACTOR_LABELS = {
    "import:ctgov": "Import from ClinicalTrials.gov",
    "demo": "Demo data",
    "public": "Public visitor",
    "command:remove_second_factors": "Server operator",
    "command:createsuperuser": "Server operator",
    "command:changepassword": "Server operator",
}


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """{key: name}; an unknown key stays as it is, except for deleted users. One query."""
    keys = set(actors)
    ids = [int(key.removeprefix("user:")) for key in keys if key.startswith("user:") and key[5:].isdigit()]
    users = {f"user:{pk}": str(user) for pk, user in get_user_model().objects.in_bulk(ids).items()} if ids else {}
    names = ACTOR_LABELS | dict.fromkeys((f"user:{pk}" for pk in ids), "Deleted user") | users
    return {key: names.get(key, key) for key in keys}
