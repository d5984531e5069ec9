"""Icon, hue and the registry's definition of each recruitment status.

The label (trials.choices) carries the meaning; icon and hue repeat it. Hues are CSS classes named by meaning.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from trials.choices import NOT_KNOWN, OverallStatus

NOT_PUBLISHED = gettext_noop("Not published")


@dataclass(frozen=True, slots=True)
class StatusDisplay:
    """`icon` is the content of a 16 by 16 SVG in the current colour; `hue` is a CSS class."""

    icon: str
    hue: str
    definition: str


_RING = '<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2"/>'
_THIN_RING = '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/>'
_STROKE = 'fill="none" stroke="currentColor"'

# Definitions: ClinicalTrials.gov, glossary, "Recruitment status" and "Expanded access status". WITHHELD has none there.
STATUS_DISPLAYS: dict[str, StatusDisplay] = {
    OverallStatus.NOT_YET_RECRUITING: StatusDisplay(
        _RING, "is-soon", gettext_noop("The study has not started recruiting participants.")
    ),
    OverallStatus.RECRUITING: StatusDisplay(
        '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
        "is-open",
        gettext_noop("The study is currently recruiting participants."),
    ),
    OverallStatus.ENROLLING_BY_INVITATION: StatusDisplay(
        f'<path d="M2 4h12v8H2z M2 4l6 5 6-5" {_STROKE} stroke-width="1.6"/>',
        "is-soon",
        gettext_noop(
            "The study is selecting its participants from a population, or group of people, decided on by the "
            "researchers in advance. These studies are not open to everyone who meets the eligibility criteria but "
            "only to people in that particular population, who are specifically invited to participate."
        ),
    ),
    OverallStatus.ACTIVE_NOT_RECRUITING: StatusDisplay(
        f'{_RING}<path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor"/>',
        "is-ongoing",
        gettext_noop(
            "The study is ongoing, and participants are receiving an intervention or being examined, but potential "
            "participants are not currently being recruited or enrolled."
        ),
    ),
    OverallStatus.SUSPENDED: StatusDisplay(
        '<path d="M4 3h3v10H4zM9 3h3v10H9z" fill="currentColor"/>',
        "is-paused",
        gettext_noop("The study has stopped early but may start again."),
    ),
    OverallStatus.COMPLETED: StatusDisplay(
        f'<path d="M3 8.5l3.2 3.2L13 5" {_STROKE} stroke-width="2.2"/>',
        "is-ended",
        gettext_noop(
            "The study has ended normally, and participants are no longer being examined or treated (that is, the last "
            "participant's last visit has occurred)."
        ),
    ),
    OverallStatus.TERMINATED: StatusDisplay(
        '<rect x="3.5" y="3.5" width="9" height="9" fill="currentColor"/>',
        "is-bad",
        gettext_noop(
            "The study has stopped early and will not start again. Participants are no longer being examined or "
            "treated."
        ),
    ),
    OverallStatus.WITHDRAWN: StatusDisplay(
        f'<path d="M4 4l8 8M12 4l-8 8" {_STROKE} stroke-width="2.2"/>',
        "is-bad",
        gettext_noop("The study stopped early, before enrolling its first participant."),
    ),
    OverallStatus.AVAILABLE: StatusDisplay(
        f'{_THIN_RING}<circle cx="8" cy="8" r="3" fill="currentColor"/>',
        "is-open",
        gettext_noop(
            "Expanded access is currently available for this investigational treatment, and patients who are not "
            "participants in the clinical study may be able to gain access to the drug, biologic, or medical device "
            "being studied."
        ),
    ),
    OverallStatus.NO_LONGER_AVAILABLE: StatusDisplay(
        f'{_THIN_RING}<path d="M3.8 12.2l8.4-8.4" {_STROKE} stroke-width="1.6"/>',
        "is-ended",
        gettext_noop(
            "Expanded access was available for this intervention previously but is not currently available and will "
            "not be available in the future."
        ),
    ),
    OverallStatus.TEMPORARILY_NOT_AVAILABLE: StatusDisplay(
        f'{_THIN_RING}<path d="M6.2 5.4v5.2M9.8 5.4v5.2" {_STROKE} stroke-width="1.6"/>',
        "is-paused",
        gettext_noop(
            "Expanded access is not currently available for this intervention but is expected to be available in the "
            "future."
        ),
    ),
    OverallStatus.APPROVED_FOR_MARKETING: StatusDisplay(
        f'{_THIN_RING}<path d="M5 8.3l2.1 2.1L11 6.2" {_STROKE} stroke-width="1.6"/>',
        "is-ended",
        gettext_noop(
            "The intervention has been approved by the U.S. Food and Drug Administration for use by the public."
        ),
    ),
    OverallStatus.UNKNOWN: StatusDisplay(
        f'<path d="M5.2 5.6a2.9 2.9 0 1 1 4.2 2.6c-1 .5-1.4 1-1.4 2" {_STROKE} stroke-width="1.9"/>'
        '<circle cx="8" cy="13" r="1.25" fill="currentColor"/>',
        "is-ended",
        gettext_noop(
            "A study on ClinicalTrials.gov whose last known status was recruiting; not yet recruiting; or active, not "
            "recruiting but that has passed its completion date, and the status has not been last verified within the "
            "past 2 years."
        ),
    ),
    OverallStatus.WITHHELD: StatusDisplay(
        f'<path d="M3 8h10" {_STROKE} stroke-width="2.2"/>',
        "is-ended",
        gettext_noop("The registry does not show this record's status."),
    ),
}

NOT_PUBLISHED_DISPLAY = StatusDisplay(
    f'<circle cx="8" cy="8" r="5" {_STROKE} stroke-width="1.4" stroke-dasharray="2 2.2"/>',
    "is-unsaid",
    gettext_noop("The registry publishes a site's status only while the study recruits."),
)


NOT_KNOWN_DISPLAY = StatusDisplay(
    NOT_PUBLISHED_DISPLAY.icon, "is-unsaid", gettext_noop("No status of this day is on record here.")
)


def status_display(code: str) -> StatusDisplay:
    """The display of a status; of NOT_PUBLISHED for a blank or unknown code."""
    if code == NOT_KNOWN:
        return NOT_KNOWN_DISPLAY
    return STATUS_DISPLAYS.get(code, NOT_PUBLISHED_DISPLAY)
