"""Contacts and their roles: the app with the personal data."""

from contacts.models.erasures import ErasedKey, Erasure, ErasureSecret
from contacts.models.merges import Merge, NotTheSame
from contacts.models.people import PERSONAL, Person, Role
from contacts.models.replacements import Replacement

__all__ = [
    "PERSONAL", "ErasedKey", "Erasure", "ErasureSecret", "Merge", "NotTheSame", "Person", "Replacement", "Role",
]  # fmt: skip
