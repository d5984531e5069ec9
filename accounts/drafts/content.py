"""What a draft holds: the fields and files of one form, and where it was sent."""

import base64
import json
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.encryption import seal_for

PURPOSE = b"sitelight form drafts"
#: Fields that are never kept; the token of a form is its page's own.
UNKEPT = ("password", "csrfmiddlewaretoken", "_draft")
LARGEST = 12 * 1024 * 1024  # bytes of a request


@dataclass(frozen=True)
class KeptFile:
    field: str
    name: str
    content_type: str
    content: str  # base64

    def uploaded(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.name, base64.b64decode(self.content), self.content_type)


@dataclass(frozen=True)
class Content:
    address: str
    """Where the form was sent, its query included."""
    page: str
    """The page with the form, its query included."""
    fields: dict[str, list[str]]
    files: list[KeptFile]

    @classmethod
    def of(cls, request, page: str) -> "Content | None":
        """What came with a request; None where nothing was typed or it is too large to keep."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return None
        fields = {name: texts for name, texts in request.POST.lists() if not any(word in name for word in UNKEPT)}
        files = [
            KeptFile(name, file.name, file.content_type or "", base64.b64encode(file.read()).decode())
            for name, uploads in request.FILES.lists()
            for file in uploads
        ]
        return cls(request.get_full_path(), page, fields, files) if fields or files else None

    def seal(self) -> bytes:
        told = self.__dict__ | {"files": [file.__dict__ for file in self.files]}
        return seal_for(PURPOSE).encrypt(json.dumps(told).encode())

    @classmethod
    def unseal(cls, sealed: bytes) -> "Content":
        told = json.loads(seal_for(PURPOSE).decrypt(bytes(sealed)))
        return cls(**told | {"files": [KeptFile(**file) for file in told["files"]]})
