"""The admin of users and their assignments."""

from smtplib import SMTPException

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from accounts.access_trail import LOGIN_HISTORY_MODELS
from accounts.admin.assign_sites import AssignmentViewsMixin
from accounts.admin.assignment import AdministratorsOnly
from accounts.admin.password import PasswordChangeAdminMixin
from accounts.admin.second_factors import remove_factors
from accounts.invitations import DAYS, send_invitation
from accounts.models import Assignment, FactorRemoval, User
from accounts.permissions import LOGIN
from common.admin import PermissionTabularInline
from history.actor_names import actor_names
from history.forms import ReasonRequiredForm
from history.related_trail import with_personal_values

#: {field: (label, help text)}.
FIELD_LABELS = {
    "is_active": ("Can sign in", "Clear this when the user leaves: all sessions end with the next request."),
    "is_staff": (
        "Can open Administration",
        "Also needs an assignment, which decides what is shown there.",
    ),
    "is_superuser": ("Administrator", "Reads and changes everything, and assigns roles to other users."),
}
NEW_USER_FIELDS = [
    "username",
    ("first_name", "last_name"),
    "email",
    "invite",
    "usable_password",
    "password1",
    "password2",
]


class PasswordStatusWidget(ReadOnlyPasswordHashWidget):
    """Shows whether a password is set, without its hash."""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        is_set = bool(value) and not value.startswith(UNUSABLE_PASSWORD_PREFIX)
        text = "A password is set." if is_set else "No password is set: the user cannot sign in with a password."
        return context | {"summary": [{"label": text}], "button_label": "Set a new password"}


class UserForm(ReasonRequiredForm, UserChangeForm):
    password = ReadOnlyPasswordHashField(label="Password", widget=PasswordStatusWidget)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in FIELD_LABELS.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text


class NewUserForm(AdminUserCreationForm):
    """A new user with an invitation, or with a password set by the administrator."""

    invite = forms.BooleanField(
        label="Invite by e-mail",
        required=False,
        initial=True,
        help_text=f"Sends a link with which the user sets the password. The link works for {DAYS} days.",
    )
    why = forms.CharField(label="Reason for change", widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self):
        if self.cleaned_data.get("invite"):
            self.cleaned_data["usable_password"] = "false"
            if not self.cleaned_data.get("email") and "email" not in self.errors:
                self.add_error("email", "Enter the e-mail address for the invitation.")
        return super().clean()


class AssignmentInline(PermissionTabularInline):
    model = Assignment
    fields = ["kind", "trial", "trial_site", "starts_on", "ends_on", "granted_by_name"]
    readonly_fields = ["granted_by_name"]
    autocomplete_fields = ["trial", "trial_site"]
    _names: dict[str, str] | None = None  # loaded once for each page, which has its own instance

    def get_queryset(self, request):
        assignments = super().get_queryset(request)
        return assignments.select_related("trial", "trial_site__facility", "trial_site__trial")

    @admin.display(description="granted by")
    def granted_by_name(self, assignment):
        if self._names is None:
            self._names = actor_names(
                Assignment.objects.filter(user=assignment.user_id).values_list("granted_by", flat=True)
            )
        return self._names.get(assignment.granted_by)


@admin.register(User)
class UserAdmin(AssignmentViewsMixin, PasswordChangeAdminMixin, AdministratorsOnly, DjangoUserAdmin):
    permission_table = LOGIN
    form = UserForm
    add_form = NewUserForm
    inlines = [AssignmentInline]
    change_form_template = "admin/user_change_form.html"
    trail_related_models = {Assignment: "user", FactorRemoval: "user"}
    actions = [remove_factors]
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "last_name", "email"]
    filter_horizontal = ()
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": [("first_name", "last_name"), "email"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": NEW_USER_FIELDS}),
    ]

    def visible_related_models(self, request, obj):
        """Adds the login history, which has no entry in the permission table, as only administrators open the page."""
        return super().visible_related_models(request, obj) | LOGIN_HISTORY_MODELS

    def history_of(self, request, obj):
        return with_personal_values(super().history_of(request, obj), obj)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change):
        """A new user is staff, and so can open the admin once an assignment exists."""
        obj.is_staff = obj.is_staff or not change
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("invite"):
            transaction.on_commit(lambda: self._invite(request, obj))

    def _invite(self, request, user) -> None:
        try:
            send_invitation(user)
        except (OSError, SMTPException):
            messages.error(
                request, f"{user} was added, but the invitation could not be sent. Ask {user} to reset the password."
            )
        else:
            messages.success(request, f"Invitation sent to {user.email}.")

    def save_formset(self, request, form, formset, change):
        for assignment in formset.save(commit=False):
            assignment.granted_by = assignment.granted_by or request.user.actor
            assignment.save()
        for assignment in formset.deleted_objects:
            assignment.delete()
