"""The admin of users and the read-only admin of assignments: accounts, a new password, removal of second factors."""

from contextlib import nullcontext
from smtplib import SMTPException

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from accounts.admin.assign_sites import AssignmentViewsMixin
from accounts.mfa import remove_second_factors
from accounts.models import Assignment, FactorRemoval, User
from accounts.permissions import ASSIGNMENT, USER
from accounts.services import INVITATION_DAYS, send_invitation
from accounts.sessions import end_sessions_of, update_session_key
from accounts.tracked_library_models import LOGIN_HISTORY_MODELS
from common.admin import PermissionTabularInline, ScopedAdmin
from history.authorship import actor_names, authored
from history.forms import ReasonRequiredForm
from history.related_trail import with_personal_values


class AdministratorsOnly(ScopedAdmin):
    """A ModelAdmin for administrators only."""

    def scope(self, queryset, user):
        return queryset if user.is_administrator else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and request.user.is_administrator


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    permission_table = ASSIGNMENT
    list_display = ["user_name", "kind", "place", "starts_on", "ends_on"]
    list_display_links = ["user_name"]
    list_filter = ["kind"]
    list_select_related = ["user", "trial", "trial_site__facility", "trial_site__trial"]
    ordering = ["-starts_on", "-id"]
    sortable_by = []
    search_fields = ["user__first_name", "user__last_name"]
    fields = ["user_name", "kind", "trial", "trial_site", ("starts_on", "ends_on"), "granted_by_name"]
    readonly_fields = ["user_name", "granted_by_name"]

    def scope(self, queryset, user):
        return queryset.all() if _may_read(user) else queryset.none()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and _may_read(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    @admin.display(description="user")
    def user_name(self, assignment):
        return str(assignment.user)

    @admin.display(description="site or trial")
    def place(self, assignment):
        return str(assignment.trial_site or (assignment.trial.number if assignment.trial else "All trials"))

    @admin.display(description="granted by")
    def granted_by_name(self, assignment):
        return actor_names([assignment.granted_by])[assignment.granted_by] or assignment.granted_by


def _may_read(user) -> bool:
    return user.is_administrator or user.is_inspector


class AdminSetPasswordForm(AdminPasswordChangeForm):
    why = forms.CharField(
        label="Reason for change",
        help_text="For example, how you verified the user's identity. Saved in the audit trail.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        """Removes Django's option of an unusable password: a user who may not sign in is set inactive."""
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].label = "New password"
        self.fields["password2"].label = "Confirm new password"
        self.fields["password2"].help_text = ""
        for name in ("password1", "password2"):
            self.fields[name].required = True

    @property
    def changed_data(self) -> list[str]:
        """The password only: Django's implementation counts every field of the form."""
        return ["password"] if super().changed_data else []


class PasswordChangeAdminMixin:
    """View of UserAdmin that sets a password with a reason in one transaction and ends the user's sessions."""

    change_password_form = AdminSetPasswordForm
    change_user_password_template = "admin/password_form.html"

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request, id, form_url=""):
        session_key = request.session.session_key
        why = request.POST.get("why", "").strip()
        with transaction.atomic(), authored(reason=why) if why and request.method == "POST" else nullcontext():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:
                update_session_key(request, session_key)
                for user in User.objects.filter(pk=id):
                    end_sessions_of(user, except_key=request.session.session_key)
        return response


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason for change",
        help_text="How you verified the user's identity, for example a call back. Saved in the audit trail.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@admin.action(description="Remove second factors")
def remove_factors(modeladmin, request, queryset):
    """Shows a form for the reason, then removes the factors; users sign in with their password only until then."""
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        context = {
            **modeladmin.admin_site.each_context(request),
            "title": "Remove second factors",
            "users": queryset,
            "form": form,
        }
        return TemplateResponse(request, "admin/remove_second_factors.html", context)
    for user in queryset:
        remove_second_factors(user, author=request.user.actor, reason=form.cleaned_data["reason"])
    messages.success(request, "Second factors removed. The users are signed out and can sign in with their password.")


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
        help_text=f"Sends a link with which the user sets the password. The link works for {INVITATION_DAYS} days.",
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
    permission_table = USER
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
