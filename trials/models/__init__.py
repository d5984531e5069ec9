"""Models of trials and of the lists of their protocol."""

from trials.models.protocol_lists import (
    ArmGroup,
    AvailableIpd,
    Collaborator,
    Intervention,
    Outcome,
    Reference,
    SecondaryId,
    SeeAlsoLink,
)
from trials.models.trial import Trial

__all__ = [
    "ArmGroup",
    "AvailableIpd",
    "Collaborator",
    "Intervention",
    "Outcome",
    "Reference",
    "SecondaryId",
    "SeeAlsoLink",
    "Trial",
]
