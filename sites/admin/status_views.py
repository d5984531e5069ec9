"""Admin pages that change, correct and confirm a site's status."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from common import dates
from common.form_fields import parse_whole_number
from history.authorship import actor_names
from history.optimistic_locking import StaleVersion
from sites.forms import CorrectionForm, StatusForm
from sites.models import StatusEvent
from sites.permissions import authorities_over, authority_over
from sites.services import change_status, confirm, correct_status, current_event


def status_view(request, pk, page):
    """Change the status of a site."""
    site = get_object_or_404(page.editable(request), pk=pk)
    authority = authority_over(request.user, site)

    def save(form):
        interim = form.cleaned_data["interim"]
        change_status(site, interim=interim, author=request.user.actor, authority=authority, **form.service_kwargs)

    if "show" in request.POST:
        form = StatusForm(None, site=site, authority=authority, initial=StatusForm.initial_from_post(request.POST))
        form.show_requirements(on=dates.today())
        return _form_page(request, page, site, form, title="Change status")
    form = StatusForm(request.POST or None, site=site, authority=authority)
    return _page(request, page, site, form, save, title="Change status")


def correct_view(request, pk, page):
    """Correct an entry of the status history."""
    event = get_object_or_404(StatusEvent.objects.select_related("trial_site"), pk=pk)
    site = page.editable(request).filter(pk=event.trial_site_id).first()
    if site is None:
        raise Http404
    authority = authority_over(request.user, site)

    def save(form):
        correct_status(event, author=request.user.actor, authority=authority, **form.service_kwargs)

    initial = {"to": event.status, "effective_on": event.effective_on}
    form = CorrectionForm(request.POST or None, site=site, authority=authority, initial=initial)
    return _page(request, page, site, form, save, title="Correct status history entry", corrected=event)


@require_POST
def confirm_view(request, pk, page):
    """Confirm the current status of a site."""
    site = get_object_or_404(page.editable(request), pk=pk)
    version = request.POST.get("version", "")
    versions = {site.pk: parse_whole_number(version) or 0}
    try:
        confirm(
            [site], author=request.user.actor, versions=versions, authorities=authorities_over(request.user, [site])
        )
        messages.success(request, "Status confirmed.")
    except StaleVersion:
        messages.error(request, "Not confirmed: another user changed the site. Check the current status below.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("admin:sites_trialsite_change", site.pk)


def _page(request, page, site, form, save, *, title, **context):
    stale = request.method == "POST" and form.data.get("version") != str(site.version)
    if request.method == "POST" and not stale and form.is_valid():
        try:
            save(form)
        except StaleVersion:
            stale = True
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Status saved: {site}.")
            return redirect("admin:sites_trialsite_change", site.pk)
    if stale:
        site.refresh_from_db()
        form.reset_to_current(site)
    return _form_page(request, page, site, form, title=title, stale=stale, **context)


def _form_page(request, page, site, form, *, title, stale=False, **context):
    in_force = current_event(site)
    context |= {
        **page.admin_site.each_context(request),
        "title": title,
        "subtitle": str(site),
        "opts": page.opts,
        "site": site,
        "form": form,
        "stale": stale,
        "in_force": in_force,
        "author": actor_names([in_force.author])[in_force.author] if in_force else "",
    }
    return TemplateResponse(request, "admin/status_form.html", context, status=409 if stale else 200)
