"""How the database keeps search rows: the vector out of line and not compressed, so that the rows stay narrow and its
terms are read without unpacking; statistics fine enough to tell rare words from common ones."""

from django.db import migrations

STORAGE = """
ALTER TABLE publishing_trialrow SET (toast_tuple_target = 128);
ALTER TABLE publishing_trialrow ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE publishing_trialrow ALTER COLUMN words SET STATISTICS 1000;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [migrations.RunSQL(STORAGE, migrations.RunSQL.noop)]
