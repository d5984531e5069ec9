"""Saving, renaming and deleting the views of the overview and of the sites of all trials."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from work.models import SavedView, ViewedPage
from work.models.saved_views import MAX_SAVED_VIEWS, normalize_query

NAME_LENGTH = SavedView._meta.get_field("name").max_length
TOO_MANY = f"You have {MAX_SAVED_VIEWS} saved views, which is the most. Delete one first."


class SaveViewForm(forms.ModelForm):
    """A name for the view that `query` describes."""

    class Meta:
        model = SavedView
        fields = ["viewed_page", "name", "query"]

    def clean_query(self) -> str:
        return normalize_query(self.cleaned_data["query"])


class RenameViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name"]


def views_of(user, page: ViewedPage) -> list[SavedView]:
    """The user's own views of a page, by name."""
    return list(SavedView.objects.filter(owner=user, viewed_page=page))


@login_required
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Save the view of a page under a name, and show the page again."""
    if not request.user.oversees_trials:
        raise Http404
    form = SaveViewForm(request.POST, instance=SavedView(owner=request.user))
    if form.is_valid():
        try:
            _add_view(form.instance)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"View “{form.instance}” saved.")
        return redirect(form.instance.get_absolute_url())
    messages.error(request, f"The view was not saved. {_first_error(form)}")
    page = form.data.get("viewed_page")
    return redirect(page if page in ViewedPage else ViewedPage.OVERVIEW.value)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the user's own views: its address, with forms that rename and delete it."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    page = view.viewed_page
    if "delete" in request.POST:
        view.delete()
        messages.success(request, f"View “{view}” deleted.")
        return redirect(page)
    form = RenameViewForm(request.POST or None, instance=view)
    if form.is_valid():
        form.save()
        messages.success(request, f"View renamed to “{view}”.")
        return redirect(view)
    return render(request, "work/overview/saved_view.html", {"view": view, "form": form})


@transaction.atomic
def _add_view(view: SavedView) -> None:
    """Save a new view. ValidationError past MAX_SAVED_VIEWS; the owner's row is locked for the count."""
    User.objects.select_for_update().get(pk=view.owner_id)
    if view.owner.saved_views.count() >= MAX_SAVED_VIEWS:
        raise ValidationError(TOO_MANY)
    view.full_clean()
    view.save()


def _first_error(form: forms.ModelForm) -> str:
    return next(str(errors[0]) for errors in form.errors.values())
