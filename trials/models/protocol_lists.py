"""Lists of a protocol: arms, interventions, outcomes, references …

Each row belongs to one trial; `position` is its index in the record's list, from 0.
"""

from django.db import models

from history.tracking import tracked
from trials import choices as codes
from trials.models.field_shortcuts import code, text, texts


class ProtocolListItem(models.Model):
    """Abstract base of the rows of a trial's lists."""

    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]


@tracked()
class SecondaryId(ProtocolListItem):
    """Another identifier of the trial: a grant, another registry's number."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="secondary_ids")
    value = text("number")
    type = code("type", codes.SecondaryIdType)
    domain = text("issued by")
    link = text("link")

    def __str__(self) -> str:
        return self.value


@tracked()
class Collaborator(ProtocolListItem):
    """An organization that supports the trial in addition to its sponsor."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="collaborators")
    name = text("name")
    agency_class = code("class", codes.AgencyClass)

    def __str__(self) -> str:
        return self.name


@tracked()
class ArmGroup(ProtocolListItem):
    """A group of participants; the record names its interventions as `Type: name`."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="arm_groups")
    label = text("label")
    type = code("type", codes.ArmGroupType)
    description = text("description")
    intervention_names = texts("interventions")

    def __str__(self) -> str:
        return self.label


@tracked()
class Intervention(ProtocolListItem):
    """A drug, device, procedure or other intervention."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="interventions")
    type = code("type", codes.InterventionType)
    name = text("name")
    description = text("description")
    arm_group_labels = texts("arms")
    other_names = texts("other names")

    def __str__(self) -> str:
        return self.name


@tracked()
class Outcome(ProtocolListItem):
    """An outcome measure with its time frame."""

    class Kind(models.TextChoices):
        PRIMARY = "PRIMARY", "Primary"
        SECONDARY = "SECONDARY", "Secondary"
        OTHER = "OTHER", "Other"

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="outcomes")
    kind = models.CharField("kind", max_length=10, choices=Kind, default=Kind.PRIMARY)
    measure = text("measure")
    description = text("description")
    time_frame = text("time frame")

    def __str__(self) -> str:
        return self.measure


@tracked()
class Reference(ProtocolListItem):
    """A publication; `retractions` are the record's own list of `{pmid, source}`."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="references")
    pmid = text("PubMed ID")
    type = code("type", codes.ReferenceType)
    citation = text("citation")
    retractions = models.JSONField("retractions", default=list, blank=True)

    def __str__(self) -> str:
        return self.citation or self.pmid


@tracked()
class SeeAlsoLink(ProtocolListItem):
    """An external page about the trial."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="see_also_links")
    label = text("label")
    url = text("address")

    def __str__(self) -> str:
        return self.label or self.url


@tracked()
class AvailableIpd(ProtocolListItem):
    """A data set or document of the trial that can be requested."""

    trial = models.ForeignKey("trials.Trial", models.CASCADE, related_name="available_ipds")
    identifier = text("identifier")
    type = text("type")
    url = text("address")
    comment = text("comment")

    class Meta(ProtocolListItem.Meta):
        verbose_name = "available data set"

    def __str__(self) -> str:
        return self.identifier or self.type
