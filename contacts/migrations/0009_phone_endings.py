from django.db import migrations, models

import common.db_lookups


class Migration(migrations.Migration):
    dependencies = [("contacts", "0008_plain_text")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(common.db_lookups.PhoneEnding("phone"), name="person_by_phone_ending"),
        ),
    ]
