"""Migration operations that create many models, or many triggers, at once."""

from collections.abc import Sequence

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from pgtrigger.compiler import Trigger


class CreateModels(Operation):
    """Create several models of one app, and render the historical models once for all of them.

    After each `CreateModel`, Django renders the new model again with every model that it is related to, which took
    five of the eight seconds of migrating an empty database. The order of the operations is kept.
    """

    def __init__(self, operations: Sequence[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label, state):
        rendered = state.__dict__.pop("apps", None)  # the cached property that each operation would render anew
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered is not None:
            state.apps = rendered
            state.reload_models([(app_label, operation.name_lower) for operation in self.operations], delay=False)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.operations)} models"


class AddTriggers(Operation):
    """Add triggers to several models, given as (model name, compiled trigger).

    `pgtrigger.migrations.AddTrigger` rebuilds the historical models for each trigger, which takes most of the time of
    migrating an empty database. The SQL of a compiled trigger names its table, so that no model is needed.
    """

    def __init__(self, triggers: Sequence[tuple[str, Trigger]]) -> None:
        self.triggers = triggers

    def state_forwards(self, app_label, state):
        for model_name, trigger in self.triggers:
            options = state.models[app_label, model_name].options
            options["triggers"] = [*options.get("triggers", []), trigger]

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for _, trigger in self.triggers:
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for _, trigger in reversed(self.triggers):
            schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"
