"""Removes erased people from published documents: today's are rebuilt, replaced versions are redacted."""

import re
from hashlib import blake2b
from typing import Any

import orjson

from contacts.erasure.erasers import ErasureRequest, register_eraser
from publishing.models import DocumentVersion
from publishing.rebuild import publish

ERASED = "[erased]"
#: The lists of people in a document.
PEOPLE = frozenset({"central_contacts", "officials", "contacts"})
_PERSONAL = ("phone", "phone_ext", "email", "affiliation")


@register_eraser
def erase_from_documents(erasure: ErasureRequest) -> None:
    """Rebuild the documents, which keeps the former ones as versions, then redact every version of the trials."""
    publish(erasure.trials)
    for version in DocumentVersion.objects.filter(trial__in=erasure.trials).iterator(50):
        redacted = redact_document(version.document, erasure)
        if redacted != version.document:
            digest = blake2b(redacted.encode(), digest_size=16).hexdigest()
            DocumentVersion.objects.filter(pk=version.pk).update(document=redacted, digest=digest)


def redact_document(text: str, erasure: ErasureRequest) -> str:
    """The document without the person: their entries without values, their name and details out of the other texts.

    Entries of other people keep their values, those of a namesake too.
    """
    texts = sorted(filter(None, erasure.texts), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, texts)), re.IGNORECASE) if texts else None

    def redact(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: redact(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [redact_person(part) if name in PEOPLE else redact(part) for part in value]
        return pattern.sub(ERASED, value) if pattern and isinstance(value, str) else value

    def redact_person(person: dict[str, Any]) -> dict[str, Any]:
        details = [person.get(column) or "" for column in ("name", "phone", "email")]
        if not erasure.matches_contact(*details):
            return person
        return person | {"name": ERASED} | {column: "" for column in _PERSONAL if column in person}

    return orjson.dumps(redact(orjson.loads(text))).decode()
