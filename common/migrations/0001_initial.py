"""The trigram extension, and the function that folds a column as `common.text.search_key` folds a text."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from common.db_lookups import plain_text_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        TrigramExtension(),
        migrations.RunSQL(plain_text_sql(), "DROP FUNCTION plain_text(text)"),
    ]
