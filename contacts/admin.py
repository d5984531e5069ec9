"""The admin of contacts and their roles."""

from django.contrib import admin

from common import contact_details, dates, rule_types
from common.admin import PermissionStackedInline, ScopedAdmin
from common.form_fields import parse_whole_number
from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from contacts.permissions import PERSON, roles_over_person
from contacts.querysets import editable_role_q
from contacts.rules import CONTACT_RULES
from contacts.services.people import contact_input
from history.forms import AuditedInlineForm, AuditedModelForm
from sites.admin import TrialSiteAdmin  # noqa: F401 (the page that roles choose their site from)
from trials.text_search import contains_words_q


class PersonAdminForm(AuditedModelForm):
    """Rules of a contact's own values are errors of their fields; warnings and notes are shown after the save."""

    class Meta:
        model = Person
        fields = "__all__"

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        person = self.instance
        if "phone" in self.changed_data:
            person.phone, person.phone_ext = contact_details.split_extension(person.phone, person.phone_ext)
        violated = rule_types.violations(CONTACT_RULES, contact_input(person), on=dates.today())
        for rule in violated:
            if rule.level is rule_types.Level.ERROR and rule.fields[0] in self.changed_data:
                self.add_error(rule.fields[0], rule.text)
        self.warnings = [rule for rule in violated if rule.level is not rule_types.Level.ERROR]


class RoleAdminForm(AuditedInlineForm):
    class Meta:
        model = Role
        fields = "__all__"


class RoleInline(PermissionStackedInline):
    model = Role
    form = RoleAdminForm
    fields = [("kind", "role"), "trial", "trial_site", "affiliation", ("starts_on", "ends_before"), "position"]
    autocomplete_fields = ["trial", "trial_site"]

    def get_queryset(self, request):
        """The roles of the person that the user may read."""
        return super().get_queryset(request).visible_to(request.user).select_related("person", "trial", "trial_site")

    def get_formset(self, request, obj=None, **kwargs):
        """A contact added by a coordinator needs a role at one of their places, or it would be out of their scope."""
        min_num = 0 if request.user.is_administrator or obj else 1
        return super().get_formset(request, obj, **{"min_num": min_num, "validate_min": bool(min_num)} | kwargs)

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


@admin.register(Person)
class PersonAdmin(ScopedAdmin):
    permission_table = PERSON
    form = PersonAdminForm
    inlines = [RoleInline]
    trail_related_models = {Role: "person"}
    long_texts = ("notes",)
    list_display = ["title", "phone", "email", "last_verified_on"]
    ordering = ["name", "id"]
    sortable_by = []
    search_fields = ["name"]
    search_help_text = "Search by name, job title or e-mail address."
    fieldsets = [
        ("Public while recruiting", {"fields": ["name", ("phone", "phone_ext"), "email"]}),
        ("Private", {"fields": ["mobile", "private_email", "notes"]}),
        ("Verification", {"fields": ["last_verified_on"]}),
    ]

    def roles_over(self, user, obj):
        return roles_over_person(user, obj)

    def history_filter(self, request):
        """Without the events of roles that the user may not read."""
        if request.user.reads_everything:
            return super().history_filter(request)
        return lambda trail: trail.filter(editable_role_q(request.user))

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()
        if not text:
            return queryset, False
        if "@" in text:
            return queryset.filter(email__iexact=text), False
        return queryset.filter(contains_words_q("name", text)), False

    def has_change_permission(self, request, obj=None):
        """An erased contact stays erased; a merged contact is edited at the contact that it was merged into."""
        return super().has_change_permission(request, obj) and not (obj and (obj.erased_at or obj.merged_into_id))

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """The link "Add a contact" on a site's or trial's page gives the place of the role in its query."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        place = {
            key: request.GET[key] for key in ("trial", "trial_site") if parse_whole_number(request.GET.get(key, ""))
        }
        if not obj.pk and request.method == "GET" and place:
            kind = RoleKind.SITE_CONTACT if "trial_site" in place else RoleKind.CENTRAL_CONTACT
            kwargs["initial"] = [{"kind": kind, "role": ContactRole.CONTACT} | place]
        return kwargs

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        for rule in form.warnings:
            self.message_user(request, rule.text, "WARNING")
