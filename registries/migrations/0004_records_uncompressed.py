from django.db import migrations


class Migration(migrations.Migration):
    """Records lie outside the row as they are: compressing them costs an import more than writing them."""

    dependencies = [("registries", "0003_import_reports")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE registries_studyversion ALTER COLUMN received SET STORAGE EXTERNAL",
            "ALTER TABLE registries_studyversion ALTER COLUMN received SET STORAGE EXTENDED",
        )
    ]
