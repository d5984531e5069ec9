"""Users and what they were granted."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.access_trail import PARTS_OF_A_LOGIN
from accounts.admin.base import AdministratorsOnly
from accounts.admin.password import SetsPasswords
from accounts.admin.removing_factors import remove_factors
from accounts.models import Assignment, FactorRemoval, User
from accounts.rights import LOGIN
from history.forms import ReasonedForm
from history.names import names_of
from history.part_reading import with_values
from trials.admin.base import TabularPart


class UserForm(ReasonedForm, UserChangeForm):
    pass


class NewUserForm(AdminUserCreationForm):
    why = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}))


class Assignments(TabularPart):
    model = Assignment
    fields = ["kind", "trial", "trial_site", "starts_on", "ends_on", "granted"]
    readonly_fields = ["granted"]
    autocomplete_fields = ["trial", "trial_site"]
    _names: dict[str, str] | None = None  # asked once for a page, which has an instance of its own

    def get_queryset(self, request):
        sites = super().get_queryset(request)
        return sites.select_related("trial", "trial_site__facility", "trial_site__trial")

    @admin.display(description="granted by")
    def granted(self, grant):
        if self._names is None:
            self._names = names_of(Assignment.objects.filter(user=grant.user_id).values_list("granted_by", flat=True))
        return self._names.get(grant.granted_by)


@admin.register(User)
class UserAdmin(SetsPasswords, AdministratorsOnly, DjangoUserAdmin):
    rights = LOGIN
    form = UserForm
    add_form = NewUserForm
    inlines = [Assignments]
    trail_parts = {Assignment: "user", FactorRemoval: "user"}
    actions = [remove_factors]
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "last_name", "email"]
    filter_horizontal = ()
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": [("first_name", "last_name"), "email"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "email", "usable_password", "password1", "password2"]}),
    ]

    def told_parts(self, request, obj):
        """Administrators alone open the page: what other packages keep about a login has no line of its own."""
        return super().told_parts(request, obj) | PARTS_OF_A_LOGIN

    def history_of(self, request, obj):
        return with_values(super().history_of(request, obj), obj)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change):
        """Whoever is added may open the admin as soon as something is assigned to them."""
        obj.is_staff = obj.is_staff or not change
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for assignment in formset.save(commit=False):
            assignment.granted_by = assignment.granted_by or request.user.actor
            assignment.save()
        for ended in formset.deleted_objects:
            ended.delete()
