import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import history.migration_operations
from django.db import migrations, models

# Records lie outside the row as they are: compressing them costs an import more than writing them.
RECORDS_UNCOMPRESSED = "ALTER TABLE registries_studyversion ALTER COLUMN received SET STORAGE EXTERNAL"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sites', '0001_initial'),
        ('trials', '0001_initial'),
    ]

    operations = [
        history.migration_operations.CreateModels([
            migrations.CreateModel(
                name='ImportRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('author', models.CharField(max_length=80, verbose_name='author')),
                    ('source', models.TextField(help_text='File name or NCT numbers.', verbose_name='source')),
                    ('is_dry', models.BooleanField(default=False, verbose_name='dry run')),
                    ('state', models.CharField(choices=[('RUNNING', 'Running'), ('DONE', 'Done'), ('FAILED', 'Stopped early')], default='RUNNING', max_length=10, verbose_name='state')),
                    ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='started')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('created', models.PositiveIntegerField(default=0, verbose_name='created')),
                    ('updated', models.PositiveIntegerField(default=0, verbose_name='updated')),
                    ('unchanged', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
                    ('quarantined', models.PositiveIntegerField(default=0, verbose_name='quarantined')),
                    ('report', models.JSONField(blank=True, default=list, editable=False, verbose_name='preview of a dry run')),
                    ('upload', models.BinaryField(null=True, verbose_name='file of a dry run, stored until it is applied')),
                ],
                options={
                    'ordering': ['-id'],
                },
            ),
            migrations.CreateModel(
                name='Conflict',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registry_conflicts', to='trials.trial')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='registries.importrun')),
                    ('path', models.TextField(verbose_name='path in the record')),
                    ('category', models.CharField(choices=[('SITE_STATUS', 'Site status'), ('SITE_CONTACTS', 'Site contacts'), ('SITE_PLACE', 'Site facility'), ('SITE', 'Whole site'), ('STATUS', 'Trial status and dates'), ('CONTACTS', 'Trial contacts'), ('PROTOCOL', 'Protocol')], default='PROTOCOL', max_length=20, verbose_name='field group')),
                    ('trial_site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='registry_conflicts', to='sites.trialsite', verbose_name='site')),
                    ('raised_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='raised')),
                    ('base', models.JSONField(null=True, verbose_name='last import')),
                    ('theirs', models.JSONField(null=True, verbose_name='registry value')),
                    ('ours', models.JSONField(null=True, verbose_name='local value')),
                    ('decision', models.CharField(blank=True, choices=[('', 'Open'), ('OURS', 'Local value kept'), ('THEIRS', 'Registry value used'), ('EDITED', 'Another value entered'), ('SETTLED', 'Resolved by a later record')], default='', max_length=10, verbose_name='decision')),
                    ('decided_by', models.CharField(blank=True, default='', max_length=80, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('reason', models.TextField(blank=True, default='', verbose_name='reason for change')),
                ],
                options={
                    'ordering': ['-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('decision', '')), fields=('trial', 'path'), name='conflict_open_once')],
                },
            ),
            migrations.CreateModel(
                name='QuarantinedRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantined_records', to='registries.importrun')),
                    ('place', models.TextField(verbose_name='place in the source')),
                    ('nct_id', models.CharField(blank=True, default='', max_length=11, verbose_name='NCT number')),
                    ('reason', models.TextField(verbose_name='error')),
                    ('received', models.BinaryField(verbose_name='record as received')),
                    ('digest', models.BinaryField(default=b'', max_length=32, verbose_name='digest of the record as received')),
                    ('losses', models.JSONField(blank=True, default=list, verbose_name='fields that it would empty')),
                    ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first seen')),
                    ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last seen')),
                    ('decision', models.CharField(blank=True, choices=[('', 'Open'), ('APPLIED', 'Applied'), ('DISCARDED', 'Discarded')], default='', max_length=10, verbose_name='decision')),
                    ('decided_by', models.CharField(blank=True, default='', max_length=80, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('decision_reason', models.TextField(blank=True, default='', verbose_name='reason of the decision')),
                ],
                options={
                    'ordering': ['run', 'id'],
                    'indexes': [models.Index(fields=['nct_id'], name='quarantined_record_nct_id')],
                },
            ),
            migrations.CreateModel(
                name='StudyVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='trials.trial')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='registries.importrun')),
                    ('number', models.PositiveIntegerField(verbose_name='version')),
                    ('received', models.TextField(verbose_name='record as received')),
                    ('digest', models.BinaryField(max_length=32, verbose_name='digest of the record')),
                    ('id_allocation', models.JSONField(null=True, verbose_name='ids of the rows inserted')),
                    ('delisted_sites', models.JSONField(default=dict, verbose_name='delisted sites: id → index in the version before')),
                    ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='received')),
                ],
                options={
                    'ordering': ['trial', '-number'],
                    'constraints': [models.UniqueConstraint(fields=('trial', 'number'), name='study_version_number')],
                },
            ),
            migrations.CreateModel(
                name='RegistryLink',
                fields=[
                    ('trial', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='registry_link', serialize=False, to='trials.trial')),
                    ('nct_id', models.CharField(max_length=11, unique=True, verbose_name='NCT number')),
                    ('latest', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='latest_of', to='registries.studyversion')),
                    ('digest', models.BinaryField(max_length=32, verbose_name='digest of the latest version')),
                ],
            ),
            migrations.CreateModel(
                name='SyncRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('requested_nct_ids', models.JSONField(blank=True, default=list, verbose_name='requested NCT numbers')),
                    ('state', models.CharField(choices=[('RUNNING', 'Running'), ('DONE', 'Done'), ('FAILED', 'Interrupted')], default='RUNNING', max_length=10, verbose_name='state')),
                    ('position', models.CharField(blank=True, default='', max_length=11, verbose_name='last completed NCT number')),
                    ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('checked', models.PositiveIntegerField(default=0, verbose_name='checked')),
                    ('created', models.PositiveIntegerField(default=0, verbose_name='created')),
                    ('updated', models.PositiveIntegerField(default=0, verbose_name='updated')),
                    ('unchanged', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
                    ('quarantined', models.PositiveIntegerField(default=0, verbose_name='quarantined')),
                    ('missing', models.PositiveIntegerField(default=0, verbose_name='not at the registry')),
                ],
                options={
                    'verbose_name': 'registry check',
                    'verbose_name_plural': 'registry checks',
                    'ordering': ['-id'],
                },
            ),
        ]),
        migrations.RunSQL(RECORDS_UNCOMPRESSED, migrations.RunSQL.noop),
    ]
