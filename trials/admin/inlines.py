"""The lists of a protocol as inline forms of their trial."""

from common.admin import PermissionStackedInline, PermissionTabularInline
from trials import models


class SecondaryIds(PermissionTabularInline):
    model = models.SecondaryId
    fields = ["position", "value", "type", "domain", "link"]
    verbose_name, verbose_name_plural = "other identifier", "other identifiers"


class Collaborators(PermissionTabularInline):
    model = models.Collaborator
    fields = ["position", "name", "agency_class"]


class ArmGroups(PermissionStackedInline):
    model = models.ArmGroup
    long_texts = ("description",)
    fields = [("position", "type"), "label", "description", "intervention_names"]
    verbose_name = "arm"


class Interventions(PermissionStackedInline):
    model = models.Intervention
    long_texts = ("description",)
    fields = [("position", "type"), "name", "description", "other_names", "arm_group_labels"]


class Outcomes(PermissionStackedInline):
    model = models.Outcome
    long_texts = ("description",)
    fields = [("position", "kind"), "measure", "time_frame", "description"]


class References(PermissionStackedInline):
    model = models.Reference
    fields = [("position", "type", "pmid"), "citation", "retractions"]
    readonly_fields = ["retractions"]


class SeeAlsoLinks(PermissionTabularInline):
    model = models.SeeAlsoLink
    fields = ["position", "label", "url"]
    verbose_name, verbose_name_plural = "link", "links"


class AvailableIpds(PermissionTabularInline):
    model = models.AvailableIpd
    fields = ["position", "identifier", "type", "url", "comment"]


INLINES = [
    SecondaryIds,
    Collaborators,
    ArmGroups,
    Interventions,
    Outcomes,
    References,
    SeeAlsoLinks,
    AvailableIpds,
]
