"""The status module: overall status and dates."""
# mypy: disable-error-code="valid-type"

from msgspec import field

from registries.ctgov.schema.types import NctId, Part, PartialDate, code
from trials import choices


class ExpandedAccessInfo(Part):
    has_expanded_access: bool | None = None
    nct_id: NctId = ""
    status_for_nct_id: code(choices.ExpandedAccessStatus) = ""


class DateStruct(Part):
    """A date, and whether it is actual or estimated; older records have no type."""

    date: PartialDate = ""
    type: code(choices.DateType) = ""


class StatusModule(Part):
    status_verified_date: PartialDate = ""
    overall_status: code(choices.OverallStatus) = ""
    last_known_status: code(choices.OverallStatus) = ""
    delayed_posting: bool | None = None
    why_stopped: str = ""
    expanded_access_info: ExpandedAccessInfo = field(default_factory=ExpandedAccessInfo)
    start_date_struct: DateStruct = field(default_factory=DateStruct)
    primary_completion_date_struct: DateStruct = field(default_factory=DateStruct)
    completion_date_struct: DateStruct = field(default_factory=DateStruct)
    study_first_submit_date: PartialDate = ""
    study_first_submit_qc_date: PartialDate = ""
    study_first_post_date_struct: DateStruct = field(default_factory=DateStruct)
    results_waived: bool | None = None
    results_first_submit_date: PartialDate = ""
    results_first_submit_qc_date: PartialDate = ""
    results_first_post_date_struct: DateStruct = field(default_factory=DateStruct)
    disp_first_submit_date: PartialDate = ""
    disp_first_submit_qc_date: PartialDate = ""
    disp_first_post_date_struct: DateStruct = field(default_factory=DateStruct)
    last_update_submit_date: PartialDate = ""
    last_update_post_date_struct: DateStruct = field(default_factory=DateStruct)
