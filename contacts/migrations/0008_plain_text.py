"""Names and places are compared by `plain_text`: indexes on it."""

import common.db_lookups
import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('trials', '0004_plain_text'),
        ('contacts', '0007_linear_triggers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(common.db_lookups.PlainText('name'), name='gin_trgm_ops'), name='person_plain_name'),
        ),
    ]
