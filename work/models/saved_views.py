"""Saved views: the filters, groups and order of a page of figures under a name."""

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse

from history.tracking import tracked

#: How many views one user can save, on all pages together.
MAX_SAVED_VIEWS = 50
#: Parameters that belong to one visit, not to a view.
_OF_A_VISIT = ("page", "format")


class ViewedPage(models.TextChoices):
    """The pages whose views can be saved; the values are names of URLs."""

    OVERVIEW = "overview", "Overview of trials"
    BOARDS = "boards", "Sites of all trials"


@tracked()
class SavedView(models.Model):
    """One view of a user. Whoever may open the page sees their own rows at its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name="owner"
    )
    viewed_page = models.CharField("page", max_length=20, choices=ViewedPage)
    name = models.CharField("name", max_length=80)
    query = models.CharField("filters, groups and order", max_length=2_000, blank=True, default="")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "viewed_page", "name"],
                name="saved_view_named_once",
                violation_error_message="You already have a view with this name.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="saved_view_has_a_name",
                violation_error_message="Enter a name.",
            ),
            models.CheckConstraint(
                condition=models.Q(viewed_page__in=ViewedPage.values), name="saved_view_page_is_a_page"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The address of the view, which can be passed on."""
        address = reverse(self.viewed_page)
        return f"{address}?{self.query}" if self.query else address


def normalize_query(text: str) -> str:
    """A query string without the parameters of one visit."""
    query = QueryDict(text, mutable=True)
    for name in _OF_A_VISIT:
        query.pop(name, None)
    return query.urlencode()
