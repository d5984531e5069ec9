"""What a draft holds: the fields and files of one form, and where it was sent."""

import base64
import json
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.encryption import fernet_for

PURPOSE = b"sitelight form drafts"
#: Fields that are never kept; the token of a form is its page's own.
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
    """Where the form was sent, its query included."""
    page: str
    """The page with the form, its query included."""
    fields: dict[str, list[str]]
    files: list[DraftFile]

    @classmethod
    def from_request(cls, request, page: str) -> "DraftContent | None":
        """What came with a request; None where nothing was typed or it is too large to keep."""
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
        told = self.__dict__ | {"files": [file.__dict__ for file in self.files]}
        return fernet_for(PURPOSE).encrypt(json.dumps(told).encode())

    @classmethod
    def decrypt(cls, encrypted: bytes) -> "DraftContent":
        told = json.loads(fernet_for(PURPOSE).decrypt(bytes(encrypted)))
        return cls(**told | {"files": [DraftFile(**file) for file in told["files"]]})
