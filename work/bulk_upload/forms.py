"""The three doors: a table pasted, a file uploaded, or one change for the sites chosen on a board."""

from collections.abc import Callable
from typing import Any

from django import forms

from common.partial_dates.forms import PartialDateFormField
from common.spreadsheets.reading import read_pasted, read_upload, spreadsheet_limits, too_large_message
from common.spreadsheets.table import Table, TableError
from sites.choices import SiteStatus
from sites.forms import REASON_HELP, InterimStatusesForm, ReasonField
from work.bulk_upload.columns import INTERMEDIATE_COLUMNS, Column, SheetRow, parse_rows, unread_columns
from work.models import BulkChange


class TableForm(forms.Form):
    """One of the two: a file or a pasted table, read."""

    file = forms.FileField(
        label="A file",
        required=False,
        help_text="CSV (UTF-8 is best), or Excel (.xlsx), up to 5 MB and 5,000 rows.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    table = forms.CharField(
        label="Or paste a table here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="With its headings, as it is copied from a spreadsheet.",
    )

    def clean_file(self) -> tuple[list[SheetRow], Table] | None:
        file = self.cleaned_data["file"]
        if not file:
            return None
        limits = spreadsheet_limits()
        if file.size > limits.bytes:
            raise forms.ValidationError(too_large_message(limits))
        return _parse_table(read_upload, file.read())

    def clean_table(self) -> tuple[list[SheetRow], Table] | None:
        text = self.cleaned_data["table"]
        return _parse_table(read_pasted, text) if text.strip() else None

    def clean(self):
        cleaned = super().clean()
        given = [name for name in ("file", "table") if cleaned.get(name)]
        if not self.errors and len(given) != 1:
            raise forms.ValidationError(
                "Choose a file, or paste a table; not both." if given else "Choose a file, or paste a table."
            )
        return cleaned

    @property
    def bulk_change(self) -> dict:
        """What begins; for a valid form."""
        (rows, table) = self.cleaned_data["file"] or self.cleaned_data["table"]
        read = {"rows": rows, "notices": [*table.notices, *unread_columns(table)]}
        if self.cleaned_data["file"]:
            return read | {"input_method": BulkChange.InputMethod.UPLOADED, "name": self.files["file"].name}
        return read | {"input_method": BulkChange.InputMethod.PASTED}


class SelectedSitesForm(InterimStatusesForm):
    """The same change for every site chosen, or that all of them are still true."""

    to = forms.ChoiceField(label="New status", required=False, choices=[("", "Stays as it is"), *SiteStatus.choices])
    effective_on = PartialDateFormField(label="Since", required=False)
    why = ReasonField(help_text=REASON_HELP)
    confirm = forms.BooleanField(label="Still true: the statuses they have are confirmed for today", required=False)

    field_order = ("to", "effective_on")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["to"] and not cleaned["confirm"]:
            raise forms.ValidationError("Choose a new status, or say that the present ones are still true.")
        if not self.errors and cleaned["to"] and cleaned["confirm"]:
            self.add_error("confirm", "A new status is confirmed with it. Choose one of the two.")
        if not self.errors and bool(cleaned["to"]) != bool(cleaned["effective_on"]):
            self.add_error("effective_on", "Give a new status together with its date.")
        if not self.errors and cleaned["interim"] and not cleaned["to"]:
            self.add_error("to", "Choose the new status that what lay in between leads to.")
        return cleaned

    @property
    def cells(self) -> dict[Column, str]:
        """As the row of a sheet would say it; for a valid form."""
        said = self.cleaned_data
        pairs = zip(INTERMEDIATE_COLUMNS, said["interim"], strict=False)
        return {
            **{column: text for columns, texts in pairs for column, text in zip(columns, texts, strict=True)},
            Column.NEW_STATUS: said["to"],
            Column.NEW_SINCE: said["effective_on"] or "",
            Column.REASON: said["why"],
            Column.CONFIRM: "yes" if said["confirm"] else "",
        }


def _parse_table(read: Callable[[Any], Table], content) -> tuple[list[SheetRow], Table]:
    """The rows and the table that they were in. A form error for a table that cannot be read."""
    try:
        table = read(content)
        return parse_rows(table), table
    except TableError as error:
        raise forms.ValidationError(str(error)) from None
