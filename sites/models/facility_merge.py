"""Facilities that are one: other names, merges, pairs of different facilities, and possible duplicates."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from common.db_lookups import PlainText
from common.text import BLANK
from history.tracking import tracked
from sites.models.facility import Facility


@tracked()
class FacilityAlias(models.Model):
    """Another name of a facility, in any language; found by every search for facilities."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="aliases", verbose_name="facility")
    name = models.TextField("name")
    language = models.CharField(
        "language", max_length=16, blank=True, default="", help_text="A code such as zh-Hans; blank when unknown."
    )

    class Meta:
        verbose_name = "other name of a facility"
        verbose_name_plural = "other names of facilities"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "name"],
                name="facility_alias_once",
                violation_error_message="The facility already has this name.",
            ),
            models.CheckConstraint(
                condition=Q(name__regex=f"[^{BLANK}]"),
                name="facility_alias_has_a_name",
                violation_error_message="Enter the name.",
            ),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__regex=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
                name="facility_alias_language_is_a_code",
                violation_error_message="Write a language code such as zh-Hans.",
            ),
        ]
        indexes = [GinIndex(OpClass(PlainText("name"), name="gin_trgm_ops"), name="facility_alias_plain_name")]

    def __str__(self) -> str:
        return self.name


@tracked()
class FacilityMerge(models.Model):
    """The decision that `merged` is the same hospital as `surviving`. Sites and their history stay where they are."""

    surviving = models.ForeignKey(Facility, models.PROTECT, related_name="merges", verbose_name="surviving")
    merged = models.ForeignKey(Facility, models.PROTECT, related_name="merged_by", verbose_name="merged")
    reason = models.TextField("reason")
    author = models.CharField("decided by", max_length=80)
    merged_at = models.DateTimeField("merged", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField("undone by", max_length=80, blank=True, default="")
    undo_reason = models.TextField("why it was undone", blank=True, default="")

    class Meta:
        verbose_name = "merge of facilities"
        verbose_name_plural = "merges of facilities"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="facility_merged_once",
                violation_error_message="This facility is already merged.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="facility_merge_has_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | (~Q(undone_by="") & ~Q(undo_reason="")),
                name="facility_undo_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Facility {self.merged_id} into {self.surviving_id}"


class _FacilityPair(models.Model):
    """Two facilities; `first` has the smaller id."""

    first = models.ForeignKey(Facility, models.CASCADE, related_name="+", verbose_name="first")
    second = models.ForeignKey(Facility, models.CASCADE, related_name="+", verbose_name="second")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="%(class)s_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="%(class)s_in_order"),
        ]

    def __str__(self) -> str:
        return f"Facilities {self.first_id} and {self.second_id}"


@tracked()
class DifferentFacilities(_FacilityPair):
    """A pair that somebody decided is not the same hospital; it is not proposed again."""

    reason = models.TextField("reason", blank=True, default="")
    author = models.CharField("decided by", max_length=80)
    decided_at = models.DateTimeField("decided", auto_now_add=True)

    class Meta(_FacilityPair.Meta):
        verbose_name = "pair of different facilities"
        verbose_name_plural = "pairs of different facilities"


class PossibleDuplicate(_FacilityPair):
    """A pair that `manage.py find_duplicate_facilities` found, with its reasons; computed again each time."""

    likelihood = models.PositiveSmallIntegerField("likelihood", help_text="0 to 100; orders the list.")
    reasons = models.JSONField("reasons", default=list)

    class Meta(_FacilityPair.Meta):
        default_permissions = ()
        indexes = [models.Index(fields=["-likelihood", "id"], name="likely_duplicates_first")]
