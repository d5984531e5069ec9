"""Removals of users' second factors; author and reason are in the history of the user."""

from django.db import models
from django.utils.formats import date_format

from history.tracking import tracked


@tracked()
class FactorRemoval(models.Model):
    """An append-only record that a user's second factors were removed."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="factor_removals", verbose_name="user")
    removed_by = models.CharField("removed by", max_length=80, help_text="A key such as user:7.")
    removed_at = models.DateTimeField("removed", auto_now_add=True)

    class Meta:
        verbose_name = "removal of second factors"
        verbose_name_plural = "removals of second factors"
        ordering = ["-removed_at", "-id"]

    def __str__(self) -> str:
        return date_format(self.removed_at, "j F Y")
