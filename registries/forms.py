"""Form for uploading a file of records."""

from django import forms

from registries.uploads import check_upload


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
            check_upload(file, size=file.size)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return file
