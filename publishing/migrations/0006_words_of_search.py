"""Search rows are written by a new analyzer (`common.search_tokens`): every trial is marked, so that its row is built again.

Readers work the marks off a hundred at a time; `manage.py publish` does it at once. The function is for the planner
(`publishing.search.lookups.COST_OF_WORDS`): it stands beside each question of words and says what reading a vector costs.
"""

from django.db import migrations

COST_OF_WORDS = """
CREATE FUNCTION publishing_cost_of_words(words tsvector) RETURNS smallint
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 400 AS 'BEGIN RETURN 1; END'
"""
NO_COST = "DROP FUNCTION publishing_cost_of_words(tsvector)"
MARK_ALL = "INSERT INTO publishing_stalemark (kind, row_id) SELECT 'T', id FROM trials_trial ORDER BY id"


class Migration(migrations.Migration):
    dependencies = [("publishing", "0005_other_names")]

    operations = [
        migrations.RunSQL(COST_OF_WORDS, NO_COST),
        migrations.RunSQL(MARK_ALL, migrations.RunSQL.noop),
    ]
