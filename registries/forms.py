"""Uploading records."""

from django import forms

LARGEST = 50 * 2**20


class UploadForm(forms.Form):
    """A file of records, in any of the shapes that the importer reads."""

    file = forms.FileField(
        label="File",
        help_text="One study, an API page, a JSON array or lines of JSON; plain or .gz; at most 50 MB. "
        "Larger files: manage.py import_ctgov.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is larger than 50 MB. Use manage.py import_ctgov.")
        return file
