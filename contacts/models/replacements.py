"""Replacements of one contact by another in several roles from a day."""

from django.db import models

from contacts.models.people import Person
from history.tracking import tracked


@tracked()
class Replacement(models.Model):
    """The roles that a replacement ended and began. `key` is the form's: sending a form twice makes one replacement.

    `steps`: for each ended role its id, its previous end date (or null) and its version afterwards, and the id and
    version of the successor's role (null where the successor already had it).
    """

    key = models.UUIDField("of the form", unique=True)
    leaver = models.ForeignKey(Person, models.PROTECT, related_name="replacements_by_others", verbose_name="replaced")
    successor = models.ForeignKey(Person, models.PROTECT, related_name="replacements_of_others", verbose_name="by")
    on = models.DateField("from")
    steps = models.JSONField("roles that ended and began", default=list)
    author = models.CharField("author", max_length=80)
    made_at = models.DateTimeField("made", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField("undone by", max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.leaver_id} replaced by {self.successor_id}"
