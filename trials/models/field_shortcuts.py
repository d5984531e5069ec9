"""Factories of the field types used by the protocol models.

Unpublished text is "", never NULL; an unpublished date, number or boolean is NULL. Lengths are rules
(`trials/rules.py`), not column widths: old registry records exceed them and must still be imported.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


def text(label: str, **options) -> models.TextField:
    return models.TextField(label, blank=True, default="", **options)


def code(label: str, choices, **options) -> models.CharField:
    return models.CharField(label, max_length=40, choices=choices, blank=True, default="", **options)


def texts(label: str, **options) -> ArrayField:
    return ArrayField(models.TextField(), verbose_name=label, blank=True, default=list, **options)


def codes(label: str, choices, **options) -> ArrayField:
    item = models.CharField(max_length=40, choices=choices)
    return ArrayField(item, verbose_name=label, blank=True, default=list, **options)


def yes_no(label: str, **options) -> models.BooleanField:
    return models.BooleanField(label, null=True, blank=True, **options)
