from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_words_of_search")]

    operations = [
        # Every document has new keys: all are rebuilt as they are read, or by `manage.py publish`.
        migrations.RunSQL(
            "INSERT INTO publishing_stalemark (kind, row_id) SELECT 'T', trial_id FROM publishing_trialdocument",
            migrations.RunSQL.noop,
        ),
    ]
