"""A facility has a name unless the name is a mask; those without one, which the registry never named, are masked."""

from django.db import migrations, models

MASK = """
SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
       set_config('pghistory.context_metadata',
                  '{"actor": "system:migrate", "reason": "A facility without a name is masked"}', true);
UPDATE sites_facility SET is_masked = true WHERE NOT is_masked AND name !~ '\\S';
SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sites', '0009_confirmed_as'),
    ]

    operations = [
        migrations.RunSQL(MASK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='facility',
            constraint=models.CheckConstraint(condition=models.Q(('is_masked', True), ('name__regex', '\\S'), _connector='OR'), name='facility_has_a_name', violation_error_message="Enter the facility's name, or say that its name is a mask."),
        ),
    ]
