"""The function that folds a column as `common.text.search_key` does, and the index on titles by it."""

import common.db_lookups
from common.db_lookups import plain_text_sql
import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('trials', '0003_linear_triggers'),
    ]

    operations = [
        migrations.RunSQL(plain_text_sql(), "DROP FUNCTION plain_text(text)"),
        migrations.AddIndex(
            model_name='trial',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(common.db_lookups.PlainText('brief_title'), name='gin_trgm_ops'), name='trial_plain_title'),
        ),
    ]
