"""One person took over from another at several places on a day."""

from django.db import models

from contacts.models.people import Person
from history.tracking import tracked


@tracked()
class Replacement(models.Model):
    """What one act ended and began. `key` is the form's own: the same form sent twice is one replacement.

    `steps`: for each role that ended its id, the day on which it would have ended before (or null), its version after
    the act, and the id and version of the role that began in its place (null where the successor held it already).
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
