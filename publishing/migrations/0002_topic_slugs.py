from django.db import migrations

# Search rows have new terms, the slugs of conditions and sponsors: all trials are rebuilt.
MARK_ALL_STALE = "INSERT INTO publishing_stalemark (kind, row_id) SELECT 'T', id FROM trials_trial"


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [migrations.RunSQL(MARK_ALL_STALE, migrations.RunSQL.noop)]
