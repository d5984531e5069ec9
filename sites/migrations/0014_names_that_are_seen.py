"""A facility's name has something that is seen; those whose names have not, such as a zero-width space, are masked."""

from django.db import migrations, models

from common.text import BLANK

MASK = f"""
SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
       set_config('pghistory.context_metadata',
                  '{{"actor": "system:migrate", "reason": "A facility without a name is masked"}}', true);
UPDATE sites_facility SET is_masked = true WHERE NOT is_masked AND name !~ '[^{BLANK}]';
SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sites', '0013_number_at_facility'),
    ]

    operations = [
        migrations.RunSQL(MASK, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='facility',
            name='facility_has_a_name',
        ),
        migrations.AddConstraint(
            model_name='facility',
            constraint=models.CheckConstraint(condition=models.Q(('is_masked', True), ('name__regex', '[^\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2064\\u2066-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb]'), _connector='OR'), name='facility_has_a_name', violation_error_message="Enter the facility's name, or say that its name is a mask."),
        ),
    ]
