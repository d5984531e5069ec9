"""The admin of API partners and their keys."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.admin.user import AdministratorsOnly
from accounts.models import Partner
from accounts.permissions import PARTNER
from accounts.services import add_partner, create_key, keys_of, revoke_key
from accounts.tracked_library_models import PartnerKey
from history.forms import ReasonRequiredForm
from history.related_trail import trail_with_related

HISTORY_LIMIT = 100


@admin.register(Partner)
class PartnerAdmin(AdministratorsOnly):
    permission_table = PARTNER
    form = ReasonRequiredForm
    list_display = ["name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    fieldsets = [(None, {"fields": ["name", "is_active"]})]
    change_form_template = "admin/partner_change_form.html"

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            why = form.cleaned_data.get("why", "")
            added = add_partner(name=obj.name, is_active=obj.is_active, author=request.user.actor, reason=why)
            obj.__dict__.update(added.__dict__)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["keys"] = keys_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        own = [
            path("<int:pk>/key/", self.admin_site.admin_view(self.key_view), name="accounts_partner_key"),
            path("<int:pk>/revoke/", self.admin_site.admin_view(self.revoke_view), name="accounts_partner_revoke"),
        ]
        return [*own, *super().get_urls()]

    def key_view(self, request, pk):
        """Creates a key and shows it once."""
        return never_cache(require_POST(self._show_new_key))(request, pk)

    def revoke_view(self, request, pk):
        return require_POST(self._revoke)(request, pk)

    def _show_new_key(self, request, pk):
        partner = get_object_or_404(self.get_queryset(request), pk=pk)
        why = request.POST.get("why", "").strip()
        if not why:
            return self._require_reason(request, partner)
        context = {
            **self.admin_site.each_context(request),
            "title": "New API key",
            "subtitle": str(partner),
            "partner": partner,
            "key": create_key(partner, author=request.user.actor, reason=why),
        }
        return TemplateResponse(request, "admin/partner_key.html", context)

    def _revoke(self, request, pk):
        partner = get_object_or_404(self.get_queryset(request), pk=pk)
        why = request.POST.get("why", "").strip()
        if not why:
            return self._require_reason(request, partner)
        key = {"prefix": request.POST.get("key", ""), "digest": request.POST.get("digest", "")}
        if not revoke_key(partner, **key, author=request.user.actor, reason=why):
            raise Http404
        messages.success(request, "API key revoked.")
        return redirect("admin:accounts_partner_change", partner.pk)

    def _require_reason(self, request, partner):
        messages.error(request, "Nothing was changed. Enter a reason for change: it is saved in the audit trail.")
        return redirect("admin:accounts_partner_change", partner.pk)

    def history_of(self, request, obj):
        """The history of the partner and of its user's keys."""
        key_entries = (entry for entry in trail_with_related(obj.user, {PartnerKey: "user"}) if entry.related_label)
        entries = [*super().history_of(request, obj), *key_entries]
        return sorted(entries, key=lambda entry: (entry.when, entry.entry.id), reverse=True)[:HISTORY_LIMIT]
