"""Pages about facilities that may be one: the list, comparison and merge, past merges with undo, and other names."""

from collections.abc import Iterable
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.form_fields import parse_whole_number
from common.permissions import reads_everything
from common.query_params import QueryState, StrictFilterSet, bad_params_response, get_page, page_links
from history.authorship import actor_names
from history.optimistic_locking import StaleVersion
from sites.facilities.possible_duplicates import possible_duplicates
from sites.models import Facility, FacilityAlias, FacilityMerge, TrialSite
from sites.ror import normalize_ror_id
from sites.services import (
    mark_as_different_facilities,
    merge_facilities,
    set_facility_names,
    undo_facility_merge,
)

ROWS_ON_A_PAGE = 20


def _for_coordinators(*methods: str):
    """Decorator: requires sign-in, one of these methods, and a user who changes facilities or reads everything."""

    def decorate(view):
        @wraps(view)
        def checked(request: HttpRequest, *args, **kwargs):
            if not (reads_everything(request.user) or request.user.coordinates_trials):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(never_cache(require_http_methods(methods)(checked)))

    return decorate


@_for_coordinators("GET", "HEAD")
def duplicates(request: HttpRequest) -> HttpResponse:
    """The undecided pairs, most likely first, each side by side."""
    query_state = QueryState.from_request(request)
    filterset = StrictFilterSet(query_state.query, possible_duplicates(request.user), without=("page",))
    page = get_page(filterset, query_state, size=ROWS_ON_A_PAGE)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    facilities = [facility for pair in page for facility in (pair.first, pair.second)]
    counts, editable = _counts(facilities), _editable_ids(request.user, facilities)
    rows = [
        (
            pair,
            [(one, other, counts.get(one.pk)) for one, other in ((pair.first, pair.second), (pair.second, pair.first))],
            {pair.first_id, pair.second_id} <= editable,
        )
        for pair in page
    ]
    return render(
        request,
        "sites/facility_duplicates.html",
        page_links(query_state, page) | {"rows": rows, "paginator": page.paginator},
    )


def _counts(facilities: Iterable[Facility]) -> dict[int, dict[str, int]]:
    """The numbers of sites and trials by facility id."""
    at = TrialSite.objects.filter(facility__in=[facility.pk for facility in facilities]).order_by()
    rows = at.values("facility").annotate(sites=Count("pk"), trials=Count("trial", distinct=True))
    return {row["facility"]: row for row in rows}


def _editable_ids(user, facilities: Iterable[Facility]) -> set[int]:
    ids = [facility.pk for facility in facilities]
    return set(Facility.objects.editable_by(user).filter(pk__in=ids).order_by().values_list("pk", flat=True))


def _editable_pair(request: HttpRequest, pk: int, other_facility: int) -> tuple[Facility, Facility]:
    """Two facilities that are not merged; Http404 where the user may not change both."""
    editable = Facility.objects.editable_by(request.user).surviving()
    if pk == other_facility:
        raise Http404
    return get_object_or_404(editable, pk=pk), get_object_or_404(editable, pk=other_facility)


@_for_coordinators("GET", "HEAD", "POST")
def merge(request: HttpRequest, pk: int, other_facility: int) -> HttpResponse:
    """Both facilities side by side; the first one survives the merge."""
    surviving, merged = _editable_pair(request, pk, other_facility)
    errors: list[str] = []
    if request.method == "POST":
        versions = {one.pk: _version(request, one) for one in (surviving, merged)}
        try:
            merge_facilities(
                surviving, merged, author=request.user.actor, reason=request.POST.get("reason", ""), versions=versions
            )
        except StaleVersion:
            errors = ["Not merged: one of the two facilities was changed by someone else. Compare them again."]
            surviving, merged = _editable_pair(request, pk, other_facility)
        except ValidationError as error:
            errors = error.messages
        else:
            messages.success(request, "Facilities merged. You can undo the merge under “Merged facilities”.")
            return redirect(surviving)
    counts = _counts([surviving, merged])
    context = {
        "surviving": surviving,
        "merged": merged,
        "counts": [counts.get(surviving.pk), counts.get(merged.pk)],
        "reason": request.POST.get("reason", ""),
        "errors": errors,
    }
    return render(request, "sites/facility_merge.html", context, status=422 if errors else 200)


def _version(request: HttpRequest, facility: Facility) -> int:
    version = parse_whole_number(request.POST.get(f"version-{facility.pk}", ""))
    if version is None:
        raise BadRequest("Not a number.")
    return version


@_for_coordinators("POST")
def mark_different(request: HttpRequest, pk: int, other_facility: int) -> HttpResponse:
    """Marks two facilities as different, so that they are no longer proposed."""
    one, other = _editable_pair(request, pk, other_facility)
    mark_as_different_facilities(one, other, author=request.user.actor)
    messages.success(request, f"{one.title} and {other.title} are marked as different facilities.")
    return redirect("facility_duplicates")


@_for_coordinators("GET", "HEAD")
def merges(request: HttpRequest) -> HttpResponse:
    """Past merges: who decided, when and why, and whether it was undone."""
    query_state = QueryState.from_request(request)
    visible = FacilityMerge.objects.select_related("surviving", "merged")
    if not reads_everything(request.user):
        visible = visible.filter(surviving__in=Facility.objects.editable_by(request.user))
    filterset = StrictFilterSet(query_state.query, visible, without=("page",))
    page = get_page(filterset, query_state, size=ROWS_ON_A_PAGE)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    names = actor_names({actor for row in page for actor in (row.author, row.undone_by) if actor})
    editable = _editable_ids(request.user, [facility for row in page for facility in (row.surviving, row.merged)])
    rows = [
        (
            row,
            names[row.author],
            names.get(row.undone_by, ""),
            not row.undone_at and {row.surviving_id, row.merged_id} <= editable,
        )
        for row in page
    ]
    return render(request, "sites/facility_merges.html", page_links(query_state, page) | {"rows": rows})


@_for_coordinators("POST")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes a merge."""
    decision = get_object_or_404(FacilityMerge.objects.select_related("surviving", "merged"), pk=pk)
    if len(_editable_ids(request.user, [decision.surviving, decision.merged])) < 2:
        raise Http404
    try:
        undo_facility_merge(decision, author=request.user.actor, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Merge undone: {decision.merged.title} is a facility of its own again.")
    return redirect("facility_merges")


class FacilityNamesForm(forms.Form):
    """Other names, one a line, each with a language code after a vertical bar; and the ROR identifier."""

    aliases = forms.CharField(
        label="Other names",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One a line, in any language. Add a language code after a vertical bar: 北京协和医院 | zh-Hans.",
    )
    ror_id = forms.CharField(
        label="ROR identifier",
        required=False,
        max_length=60,
        help_text="Of the Research Organization Registry: nine characters such as 02mhbdp94, or the address.",
    )
    reason = forms.CharField(label="Reason for the change", required=False, max_length=500)

    def clean_aliases(self) -> dict[str, str]:
        """Language by name."""
        return _parse_aliases(self.cleaned_data["aliases"])

    def clean_ror_id(self) -> str:
        return normalize_ror_id(self.cleaned_data["ror_id"])


def _parse_aliases(text: str) -> dict[str, str]:
    """Language by name."""
    lines = (line.partition("|") for line in text.splitlines() if line.strip(" |"))
    return {" ".join(name.split()): language.strip() for name, _, language in lines}


@_for_coordinators("GET", "HEAD", "POST")
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """The other names and the ROR identifier of a facility."""
    facility = get_object_or_404(Facility.objects.editable_by(request.user).surviving(), pk=pk)
    aliases = FacilityAlias.objects.filter(facility=facility).order_by("name", "pk")
    lines = [f"{alias.name} | {alias.language}" if alias.language else alias.name for alias in aliases]
    initial = {"aliases": "\n".join(lines), "ror_id": facility.ror_id}
    form = FacilityNamesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_facility_names(
                facility,
                aliases=form.cleaned_data["aliases"],
                ror_id=form.cleaned_data["ror_id"],
                author=request.user.actor,
                reason=form.cleaned_data["reason"],
                version=_version(request, facility),
                expected=_parse_aliases(request.POST.get("seen", "")),
            )
        except StaleVersion:
            form.add_error(None, "Not saved: the facility was changed by someone else. Check the names and save again.")
            facility.refresh_from_db()
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Names saved.")
            return redirect(facility)
    context = {"facility": facility, "form": form, "seen": initial["aliases"]}
    return render(request, "sites/facility_names.html", context, status=422 if form.errors else 200)
