"""The matrix at work in the admin: what one may not read is absent, what one may not change is read-only."""

from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key

from history.part_reading import trail_with_parts
from trials.access import HISTORY, Action, Rights, Role, roles_of


class ByRights:
    """Pages of a model that has a table of rights. Names that are no fields of the model are the page's own."""

    rights: Rights

    def roles_over(self, user, obj) -> frozenset[Role]:
        """What the user is over this object; asked once for each object of a request."""
        return roles_of(user)

    def roles_over_new(self, user) -> frozenset[Role]:
        """Whatever the user is anywhere."""
        return roles_of(user)

    def roles(self, request, obj) -> frozenset[Role]:
        """Over the object, or over one that is being added."""
        if obj is None or obj.pk is None:
            return self.roles_over_new(request.user)
        known = request.__dict__.setdefault("roles_over", {})
        key = self.model, obj.pk
        if key not in known:
            known[key] = self.roles_over(request.user, obj)
        return known[key]

    def may(self, request, action: Action, name: str, obj=None) -> bool:
        return self.rights.allows(action, name, self.roles(request, obj))

    def has_change_permission(self, request, obj=None):
        if not self.has_view_permission(request, obj):
            return False
        return self.rights.changes_anything(self.roles(request, obj))

    def get_fieldsets(self, request, obj=None):
        shown = ((title, self._shown(request, obj, options)) for title, options in super().get_fieldsets(request, obj))
        return [(title, options) for title, options in shown if options["fields"]]

    def _shown(self, request, obj, options: dict) -> dict:
        lines = (entry if isinstance(entry, list | tuple) else (entry,) for entry in options["fields"])
        kept = [tuple(name for name in line if self._is_shown(request, obj, name)) for line in lines]
        return options | {"fields": [line if len(line) > 1 else line[0] for line in kept if line]}

    def _is_shown(self, request, obj, name: str) -> bool:
        return name not in self._columns or self.may(request, Action.READ, name, obj)

    def get_readonly_fields(self, request, obj=None):
        always = list(super().get_readonly_fields(request, obj))
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        fixed = (name for name in names if name in self._columns and not self.may(request, Action.CHANGE, name, obj))
        return [*always, *(name for name in fixed if name not in always)]

    def may_read_history(self, request, obj) -> bool:
        return self.may(request, Action.READ, HISTORY, obj)

    def history_of(self, request, obj):
        parts = self.told_parts(request, obj)
        return trail_with_parts(obj, parts, without=self.not_told(request, obj), only=self.told_rows(request))

    def told_rows(self, request):
        """Narrows the trails of the parts."""
        return QuerySet.all

    def not_told(self, request, obj) -> set[str]:
        """The columns of which the history of the object does not tell the user."""
        return {name for name in self._columns if not self.may(request, Action.READ, name, obj)} - {"version"}

    def told_parts(self, request, obj) -> dict:
        """Of `trail_parts`, those that the user may read."""
        return {
            model: key
            for model, key in self.trail_parts.items()
            if self.may(request, Action.READ, relation(self.model, model), obj)
        }

    @property
    def _columns(self) -> set[str]:
        return {field.name for field in self.model._meta.concrete_fields} - {"id"}


class PartByRights:
    """A list on the page of a parent with rights, whose lines name the list by its reverse relation."""

    def may(self, request, action: Action, obj) -> bool:
        parent = self.admin_site._registry[self.parent_model]
        return parent.may(request, action, relation(self.parent_model, self.model), obj)

    def has_view_permission(self, request, obj=None):
        return self.may(request, Action.READ, obj)

    def has_change_permission(self, request, obj=None):
        return self.may(request, Action.CHANGE, obj)

    def has_add_permission(self, request, obj=None):
        return self.may(request, Action.CHANGE, obj)

    def has_delete_permission(self, request, obj=None):
        return self.may(request, Action.CHANGE, obj)


def relation(parent, part) -> str:
    """The name by which a parent calls the list of a part's rows."""
    return _get_foreign_key(parent, part).remote_field.get_accessor_name()
