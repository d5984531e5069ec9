"""Forms of the bulk update: an uploaded file, a pasted table, or one change for selected sites."""

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
    """A file or a pasted table, parsed."""

    file = forms.FileField(
        label="File",
        required=False,
        help_text="CSV (UTF-8 is best), or Excel (.xlsx), up to 5 MB and 5,000 rows.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    table = forms.CharField(
        label="Or paste a table",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Copy it from a spreadsheet with its headings.",
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
        provided = [name for name in ("file", "table") if cleaned.get(name)]
        if not self.errors and len(provided) != 1:
            raise forms.ValidationError(
                "Choose a file or paste a table, not both." if provided else "Choose a file, or paste a table."
            )
        return cleaned

    @property
    def bulk_change(self) -> dict:
        """Arguments of `create_from_rows`; for a valid form."""
        (rows, table) = self.cleaned_data["file"] or self.cleaned_data["table"]
        data = {"rows": rows, "notices": [*table.notices, *unread_columns(table)]}
        if self.cleaned_data["file"]:
            return data | {"input_method": BulkChange.InputMethod.UPLOADED, "name": self.files["file"].name}
        return data | {"input_method": BulkChange.InputMethod.PASTED}


class SelectedSitesForm(InterimStatusesForm):
    """The same status change for every selected site, or their confirmation."""

    to = forms.ChoiceField(label="New status", required=False, choices=[("", "No change"), *SiteStatus.choices])
    effective_on = PartialDateFormField(label="Effective date", required=False)
    why = ReasonField(help_text=REASON_HELP)
    confirm = forms.BooleanField(label="Confirm the current statuses as of today", required=False)

    field_order = ("to", "effective_on")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["to"] and not cleaned["confirm"]:
            raise forms.ValidationError("Choose a new status, or confirm the current ones.")
        if not self.errors and cleaned["to"] and cleaned["confirm"]:
            self.add_error("confirm", "A new status is confirmed when it is saved. Choose one of the two.")
        if not self.errors and bool(cleaned["to"]) != bool(cleaned["effective_on"]):
            self.add_error("effective_on", "Enter both the new status and its effective date.")
        if not self.errors and cleaned["interim"] and not cleaned["to"]:
            self.add_error("to", "Choose the new status that follows the earlier statuses.")
        return cleaned

    @property
    def cells(self) -> dict[Column, str]:
        """The cells of an equivalent row; for a valid form."""
        data = self.cleaned_data
        pairs = zip(INTERMEDIATE_COLUMNS, data["interim"], strict=False)
        return {
            **{column: text for columns, texts in pairs for column, text in zip(columns, texts, strict=True)},
            Column.NEW_STATUS: data["to"],
            Column.NEW_SINCE: data["effective_on"] or "",
            Column.REASON: data["why"],
            Column.CONFIRM: "yes" if data["confirm"] else "",
        }


def _parse_table(read: Callable[[Any], Table], content) -> tuple[list[SheetRow], Table]:
    """The rows and their table. A form error for a table that cannot be read."""
    try:
        table = read(content)
        return parse_rows(table), table
    except TableError as error:
        raise forms.ValidationError(str(error)) from None
