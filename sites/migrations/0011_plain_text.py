"""Names and places are compared by `plain_text`: indexes on it."""

import common.db_lookups
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trials', '0004_plain_text'),
        ('sites', '0010_facilities_have_names'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='facility',
            index=models.Index(common.db_lookups.PlainText('country'), common.db_lookups.PlainText('city'), name='facility_plain_place'),
        ),
        migrations.AddIndex(
            model_name='facility',
            index=models.Index(common.db_lookups.PlainText('city'), name='facility_plain_city'),
        ),
        migrations.AddIndex(
            model_name='facility',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(common.db_lookups.PlainText('name'), name='gin_trgm_ops'), name='facility_plain_name'),
        ),
    ]
