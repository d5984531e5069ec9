"""Names and places are compared by `plain_text`: indexes on it."""

import common.lookups
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
            index=models.Index(common.lookups.PlainText('country'), common.lookups.PlainText('city'), name='facility_plain_place'),
        ),
        migrations.AddIndex(
            model_name='facility',
            index=models.Index(common.lookups.PlainText('city'), name='facility_plain_city'),
        ),
        migrations.AddIndex(
            model_name='facility',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(common.lookups.PlainText('name'), name='gin_trgm_ops'), name='facility_plain_name'),
        ),
    ]
