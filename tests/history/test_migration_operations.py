"""Several models created by one migration operation."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from history.migration_operations import CreateModels

HOUSE = migrations.CreateModel("House", [("id", models.BigAutoField(primary_key=True))])
CHAMBER = migrations.CreateModel(
    "Chamber",
    [("id", models.BigAutoField(primary_key=True)), ("house", models.ForeignKey("trials.House", models.CASCADE))],
)


def state_after(*operations, rendered):
    """The project state with each operation applied in turn to one that has a model already."""
    state = ProjectState()
    migrations.CreateModel("Town", [("id", models.BigAutoField(primary_key=True))]).state_forwards("trials", state)
    if rendered:
        assert state.apps.get_model("trials", "Town")
    for operation in operations:
        operation.state_forwards("trials", state)
    return state


@pytest.mark.parametrize("rendered", [True, False])
def test_the_state_is_that_of_the_operations_one_by_one(rendered):
    state = state_after(CreateModels([HOUSE, CHAMBER]), rendered=rendered)

    assert state == state_after(HOUSE, CHAMBER, rendered=rendered)
    house = state.apps.get_model("trials", "House")
    assert state.apps.get_model("trials", "Chamber")._meta.get_field("house").related_model is house
    assert {model._meta.model_name for model in state.apps.get_models()} == {"town", "house", "chamber"}


def test_the_tables_are_created_and_dropped(db):
    operation = CreateModels([HOUSE, CHAMBER])
    before, after = state_after(rendered=True), state_after(operation, rendered=True)

    with connection.schema_editor() as editor:
        operation.database_forwards("trials", editor, before, after)
    assert {"trials_house", "trials_chamber"} <= set(connection.introspection.table_names())

    with connection.schema_editor() as editor:
        operation.database_backwards("trials", editor, after, before)
    assert not {"trials_house", "trials_chamber"} & set(connection.introspection.table_names())
