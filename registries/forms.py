"""Forms of uploaded files of records, and of new trials."""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from common import dates
from common.partial_dates.forms import PartialDateFormField
from trials.choices import NON_SELECTABLE_STATUSES, DateType, OverallStatus, StudyType

_CHUNK_SIZE = 2**20
_GZIP = b"\x1f\x8b"
_UTF_16_AND_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"{\x00", b"[\x00", b"\x00{", b"\x00[")
ADVICE = "Use manage.py import_ctgov."
EMPTY = "The file is empty."
NOT_UTF_8 = "The file is in UTF-16 or UTF-32. Save it in UTF-8 and upload it again."
MAX_NUMBERS = 10  # each number is a request to the registry while the user waits
_NUMBER = re.compile(r"NCT[ -]?([0-9]{8})", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;]+")


class UploadForm(forms.Form):
    """A file of records, in any format that the importer reads."""

    file = forms.FileField(
        label="File",
        help_text="One study, an API page, a JSON array or lines of JSON; plain or .gz; at most 50 MB. "
        "For larger files use manage.py import_ctgov.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            _check_upload(file, size=file.size)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return file


def _check_upload(file: BinaryIO, *, size: int) -> None:
    """ValueError with a message for the user if the file cannot be imported. Leaves the stream at its start.

    Errors of single records (truncated, malformed JSON) are reported by the import.
    """
    if size > settings.IMPORT_UPLOAD_MAX_MB * 2**20:
        raise ValueError(f"The file is larger than {settings.IMPORT_UPLOAD_MAX_MB} MB. {ADVICE}")
    unpacked, start = 0, b""
    for piece in _iter_unpacked(file):
        unpacked += len(piece)
        start = start or piece.lstrip()[:4]
        if unpacked > settings.IMPORT_UPLOAD_MAX_UNPACKED_MB * 2**20:
            limit = settings.IMPORT_UPLOAD_MAX_UNPACKED_MB
            raise ValueError(f"Unpacked, the file is larger than {limit} MB. {ADVICE}")
    file.seek(0)
    if not start:
        raise ValueError(EMPTY)
    if start.startswith(_UTF_16_AND_32):
        raise ValueError(NOT_UTF_8)


def _iter_unpacked(file: BinaryIO) -> Iterator[bytes]:
    """The bytes in chunks of at most 1 MiB; gzip is decompressed up to the first invalid data."""
    file.seek(0)
    if file.read(2) != _GZIP:
        file.seek(0)
        yield from iter(lambda: file.read(_CHUNK_SIZE), b"")
        return
    file.seek(0)
    unzip = zlib.decompressobj(wbits=31)
    pending = b""
    while packed := pending or file.read(_CHUNK_SIZE):
        if unzip.eof:
            unzip = zlib.decompressobj(wbits=31)
        try:
            yield unzip.decompress(packed, _CHUNK_SIZE)
        except zlib.error:
            return
        pending = unzip.unconsumed_tail or unzip.unused_data.lstrip(b"\0")


class NumbersForm(forms.Form):
    """NCT numbers, separated by spaces, commas, semicolons or line breaks."""

    numbers = forms.CharField(
        label="NCT numbers",
        max_length=500,
        help_text=f"At most {MAX_NUMBERS}, for example NCT01234567.",
        error_messages={"required": "Enter an NCT number."},
    )

    def clean_numbers(self) -> list[str]:
        text = self.cleaned_data["numbers"]
        numbers = list(dict.fromkeys(f"NCT{digits}" for digits in _NUMBER.findall(text)))
        if rest := _SEPARATORS.sub(" ", _NUMBER.sub(" ", text)).strip():
            raise ValidationError(f"“{rest[:40]}” is not an NCT number. Enter NCT and eight digits.")
        if len(numbers) > MAX_NUMBERS:
            raise ValidationError(f"{len(numbers)} numbers entered. Enter at most {MAX_NUMBERS} at once.")
        return numbers


class NewTrialForm(forms.Form):
    """A trial that is not registered yet."""

    org_study_id = forms.CharField(
        label="Study ID",
        max_length=30,
        help_text="Your organization’s own number. It identifies the trial until it has an NCT number.",
    )
    brief_title = forms.CharField(label="Brief title", max_length=300)
    acronym = forms.CharField(label="Acronym", max_length=14, required=False)
    lead_sponsor = forms.CharField(label="Lead sponsor", max_length=160, required=False)
    study_type = forms.ChoiceField(label="Study type", choices=StudyType.choices, initial=StudyType.INTERVENTIONAL)
    overall_status = forms.ChoiceField(label="Overall status", initial=OverallStatus.NOT_YET_RECRUITING)
    start_on = PartialDateFormField(label="Start", required=False)
    is_public = forms.BooleanField(
        label="Visible to the public",
        required=False,
        help_text="Otherwise only its coordinators, managers, inspectors and administrators see it.",
    )
    why = forms.CharField(label="Reason for change", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["overall_status"].choices = [
            (status, label) for status, label in OverallStatus.choices if status not in NON_SELECTABLE_STATUSES
        ]

    @property
    def values(self) -> dict:
        """The columns of the trial, of a valid form. A past start date is actual, a future one estimated."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "why"}
        start = values["start_on"]
        is_past = start is not None and start.last_day < dates.today()
        start_type = (DateType.ACTUAL if is_past else DateType.ESTIMATED) if start else ""
        return values | {"start_type": start_type}

    def refuse(self, error: ValidationError) -> None:
        by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for field, errors in by_field.items():
            self.add_error(field if field in self.fields else None, errors)
