"""Form drafts: forms that were sent but not processed, because the user had to sign in first."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

DRAFT_LIFETIME = timedelta(hours=1)


class FormDraftQuerySet(models.QuerySet):
    def current(self):
        return self.filter(created_at__gt=timezone.now() - DRAFT_LIFETIME)

    def expired(self):
        return self.filter(created_at__lte=timezone.now() - DRAFT_LIFETIME)


class FormDraft(models.Model):
    """A stored form with encrypted fields and files; not tracked, as it is no change and is deleted after one hour."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="form_drafts", verbose_name="user")
    browser = models.CharField("browser", max_length=32)
    page = models.TextField("page with the form", help_text="Path only: the query is encrypted.")
    encrypted_content = models.BinaryField("content", editable=False)
    created_at = models.DateTimeField("sent", auto_now_add=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "browser"], name="draft_of_a_browser")]

    def __str__(self) -> str:
        return f"Draft {self.pk}"
