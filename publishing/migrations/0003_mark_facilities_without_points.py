"""Mark the facilities without coordinates, so that the points of their cities are derived."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_topic_slugs"), ("sites", "0002_facility_points")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO publishing_stalemark (kind, row_id) SELECT 'F', id FROM sites_facility WHERE latitude IS NULL",
            migrations.RunSQL.noop,
        )
    ]
