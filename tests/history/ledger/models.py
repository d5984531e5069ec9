from django.db import models

from history.optimistic_locking import Versioned
from history.tracking import tracked


@tracked()
class Ward(models.Model):
    name = models.CharField("name of the ward", max_length=50, unique=True)

    class Meta:
        app_label = "ledger"

    def __str__(self):
        return self.name


@tracked(exclude=["phone"])
class Bed(Versioned):
    class Status(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    ward = models.ForeignKey(Ward, models.CASCADE, related_name="beds")
    status = models.CharField("status", max_length=10, choices=Status, default=Status.OPEN)
    note = models.TextField("remark", blank=True)
    weight = models.DecimalField("weight", max_digits=6, decimal_places=2, null=True, blank=True)
    tags = models.JSONField("tags", default=list, blank=True)
    checked_on = models.DateField("checked on", null=True, blank=True)
    phone = models.CharField("phone", max_length=20, blank=True)

    class Meta:
        app_label = "ledger"

    def __str__(self):
        return f"Bed {self.pk}"
