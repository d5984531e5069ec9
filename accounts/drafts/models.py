"""Form drafts: forms that were sent but not processed, because the user had to sign in first, and their content."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from accounts.encryption import fernet_for

PURPOSE = b"sitelight form drafts"
#: Fields that are never stored.
EXCLUDED_FIELDS = ("password", "csrfmiddlewaretoken", "_draft")
MAX_REQUEST_BYTES = 12 * 1024 * 1024  # bytes of a request


@dataclass(frozen=True)
class DraftFile:
    field: str
    name: str
    content_type: str
    content: str  # base64

    def uploaded(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.name, base64.b64decode(self.content), self.content_type)


@dataclass(frozen=True)
class DraftContent:
    address: str
    """The URL that the form was sent to, with its query."""
    page: str
    """The URL of the page with the form, with its query."""
    fields: dict[str, list[str]]
    files: list[DraftFile]

    @classmethod
    def from_request(cls, request, page: str) -> "DraftContent | None":
        """The content of a POST request; None when it is empty or larger than MAX_REQUEST_BYTES."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_REQUEST_BYTES:
            return None
        fields = {
            name: texts for name, texts in request.POST.lists() if not any(word in name for word in EXCLUDED_FIELDS)
        }
        files = [
            DraftFile(name, file.name, file.content_type or "", base64.b64encode(file.read()).decode())
            for name, uploads in request.FILES.lists()
            for file in uploads
        ]
        return cls(request.get_full_path(), page, fields, files) if fields or files else None

    def encrypt(self) -> bytes:
        values = self.__dict__ | {"files": [file.__dict__ for file in self.files]}
        return fernet_for(PURPOSE).encrypt(json.dumps(values).encode())

    @classmethod
    def decrypt(cls, encrypted: bytes) -> "DraftContent":
        values = json.loads(fernet_for(PURPOSE).decrypt(bytes(encrypted)))
        return cls(**values | {"files": [DraftFile(**file) for file in values["files"]]})


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
