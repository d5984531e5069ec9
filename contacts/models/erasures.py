"""Erasures and the suppression list: keyed digests by which an import recognises erased people."""

from django.db import models

from contacts.models.people import Person
from history.tracking import tracked


@tracked()
class Erasure(models.Model):
    """The removal of a person's values from one contact, or from several that were the same person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="erasures", verbose_name="person")
    reason = models.TextField("reason", help_text="Without naming the person.")
    author = models.CharField("erased by", max_length=80)
    erased_at = models.DateTimeField("erased", auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Erasure of person {self.person_id}"


class ErasedKey(models.Model):
    """A keyed digest of a signature that would identify an erased person in a record (`contacts.person_matching`)."""

    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="keys")
    digest = models.BinaryField("digest", max_length=32, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return bytes(self.digest).hex()[:12]


class ErasureSecret(models.Model):
    """The secret of the digests, in one row: independent of SECRET_KEY, so a new SECRET_KEY leaves them valid."""

    secret = models.BinaryField("secret", max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "The secret of the digests"
