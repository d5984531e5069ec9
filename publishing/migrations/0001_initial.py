import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import history.migration_operations
import pgtrigger.compiler
from django.db import migrations, models

# The search vector lies out of line and not compressed, so that the rows stay narrow and terms are read without
# unpacking; its statistics are fine enough to tell rare words from common ones.
STORAGE = """
ALTER TABLE publishing_trialrow SET (toast_tuple_target = 128);
ALTER TABLE publishing_trialrow ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE publishing_trialrow ALTER COLUMN words SET STATISTICS 1000;
"""
# For the planner: the function stands beside each condition on words and says what reading a vector costs
# (`publishing.search.lookups.COST_OF_WORDS`).
COST_OF_WORDS = """
CREATE FUNCTION publishing_cost_of_words(words tsvector) RETURNS smallint
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 400 AS 'BEGIN RETURN 1; END'
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('history', '0001_initial'),
        ('sites', '0001_initial'),
        ('trials', '0001_initial'),
    ]

    operations = [
        history.migration_operations.CreateModels([
            migrations.CreateModel(
                name='OtherName',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('trial', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='trials.trial')),
                    ('name', models.CharField(max_length=100)),
                    ('other', models.CharField(max_length=100)),
                ],
                options={
                    'default_permissions': (),
                    'indexes': [models.Index(django.db.models.functions.text.Replace('other', models.Value(' '), models.Value('')), models.F('name'), name='other_name_meant'), models.Index(django.db.models.functions.text.Replace('name', models.Value(' '), models.Value('')), models.F('name'), name='other_name_named'), models.Index(fields=['name', 'other'], name='other_names_of_name')],
                },
            ),
            migrations.CreateModel(
                name='StaleMark',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('T', 'Trial'), ('F', 'Facility'), ('P', 'Person')], max_length=1)),
                    ('row_id', models.BigIntegerField()),
                ],
                options={
                    'default_permissions': (),
                },
            ),
            migrations.CreateModel(
                name='TrialDocument',
                fields=[
                    ('trial', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='document', serialize=False, to='trials.trial')),
                    ('is_public', models.BooleanField()),
                    ('document', models.TextField()),
                    ('digest', models.CharField(help_text='Of the document: the ETag.', max_length=32)),
                    ('changed_at', models.DateTimeField(help_text='When the document last became another one.')),
                    ('rebuild_on', models.DateField(help_text='The day on which it changes by itself.', null=True)),
                ],
                options={
                    'default_permissions': (),
                    'indexes': [models.Index(condition=models.Q(('rebuild_on__isnull', False)), fields=['rebuild_on'], name='document_due'), models.Index(fields=['changed_at'], name='document_changed')],
                },
            ),
            migrations.CreateModel(
                name='TrialRow',
                fields=[
                    ('trial', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_row', serialize=False, to='trials.trial')),
                    ('is_public', models.BooleanField()),
                    ('updated_on', models.CharField(db_collation='C', max_length=10)),
                    ('status', models.CharField(choices=[('NOT_YET_RECRUITING', 'Not yet recruiting'), ('RECRUITING', 'Recruiting'), ('ENROLLING_BY_INVITATION', 'By invitation only'), ('ACTIVE_NOT_RECRUITING', 'Active, not recruiting'), ('SUSPENDED', 'Suspended'), ('COMPLETED', 'Completed'), ('TERMINATED', 'Terminated'), ('WITHDRAWN', 'Withdrawn'), ('AVAILABLE', 'Available'), ('NO_LONGER_AVAILABLE', 'No longer available'), ('TEMPORARILY_NOT_AVAILABLE', 'Temporarily not available'), ('APPROVED_FOR_MARKETING', 'Approved for marketing'), ('UNKNOWN', 'Unknown status'), ('WITHHELD', 'Withheld')], max_length=40)),
                    ('sites_total', models.IntegerField()),
                    ('sites_recruiting', models.IntegerField()),
                    ('sites_open', models.IntegerField(default=0)),
                    ('sites_ahead', models.IntegerField(default=0)),
                    ('sites_held_back', models.IntegerField(default=0)),
                    ('open_confirmed_on', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, help_text='When the open sites were last confirmed, oldest first.', size=None)),
                    ('youngest', models.FloatField(help_text='Years.')),
                    ('oldest', models.FloatField(help_text='Years.')),
                    ('words', django.contrib.postgres.search.SearchVectorField()),
                ],
                options={
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['-updated_on', '-trial'], name='row_newest'), django.contrib.postgres.indexes.GinIndex(fields=['words'], name='row_words')],
                },
            ),
            migrations.CreateModel(
                name='WatchedArmGroup',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.armgroup',),
            ),
            migrations.CreateModel(
                name='WatchedAvailableIpd',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.availableipd',),
            ),
            migrations.CreateModel(
                name='WatchedCollaborator',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.collaborator',),
            ),
            migrations.CreateModel(
                name='WatchedConfirmation',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('sites.confirmation',),
            ),
            migrations.CreateModel(
                name='WatchedFacility',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('sites.facility',),
            ),
            migrations.CreateModel(
                name='WatchedIntervention',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.intervention',),
            ),
            migrations.CreateModel(
                name='WatchedOutcome',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.outcome',),
            ),
            migrations.CreateModel(
                name='WatchedPerson',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('contacts.person',),
            ),
            migrations.CreateModel(
                name='WatchedReference',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.reference',),
            ),
            migrations.CreateModel(
                name='WatchedRole',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('contacts.role',),
            ),
            migrations.CreateModel(
                name='WatchedSecondaryId',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.secondaryid',),
            ),
            migrations.CreateModel(
                name='WatchedSeeAlsoLink',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.seealsolink',),
            ),
            migrations.CreateModel(
                name='WatchedTrial',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('trials.trial',),
            ),
            migrations.CreateModel(
                name='WatchedTrialSite',
                fields=[
                ],
                options={
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('sites.trialsite',),
            ),
        ]),
        history.migration_operations.AddTriggers(
            triggers=[('watchedtrial', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='bb0c73b68249bdfecec003f9ec9c5c60b1a7a9a1', operation='INSERT', pgid='pgtrigger_publish_insert_2edba', table='trials_trial', when='AFTER'))), ('watchedtrial', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='d6558a333d6e8af75391cb8c59adaa8ef6564761', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_42d94', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_trial', when='AFTER'))), ('watchedtrial', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='f3f362d851da3400de3cd421b3297b92d561f7ca', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_43563', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_trial', when='AFTER'))), ('watchedsecondaryid', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='7e0f48471392c520c71f8bddd04dc67e393a4696', operation='INSERT', pgid='pgtrigger_publish_insert_c5a27', table='trials_secondaryid', when='AFTER'))), ('watchedsecondaryid', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='479ca272c0957d5625f8542ccfe3904732b06081', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_d3c60', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_secondaryid', when='AFTER'))), ('watchedsecondaryid', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='bdf01f1378bd2f99a6c3dba82f6ae0af429d6fdc', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_8d592', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_secondaryid', when='AFTER'))), ('watchedcollaborator', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='f4d8e80a6edbe327a322ae25751ef361fe5c8504', operation='INSERT', pgid='pgtrigger_publish_insert_0f693', table='trials_collaborator', when='AFTER'))), ('watchedcollaborator', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='ddfb39abf3e7b44a9a7385f5db9132ae5ca36257', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_0dd15', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_collaborator', when='AFTER'))), ('watchedcollaborator', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='22406966fedd860b3fe899e1cab6ca5067233367', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_bc11a', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_collaborator', when='AFTER'))), ('watchedarmgroup', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='efbc18afc642262e5a409ebce9fb12bc4bc5a075', operation='INSERT', pgid='pgtrigger_publish_insert_0f533', table='trials_armgroup', when='AFTER'))), ('watchedarmgroup', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='d3cb09be7f2d8f1595ef961e9244847a2a2eced7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_95595', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_armgroup', when='AFTER'))), ('watchedarmgroup', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='7b84334e14a3416e11ef326f162b314a2275de5a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_1ca32', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_armgroup', when='AFTER'))), ('watchedintervention', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='28637a8b060f5bc3bd29f92c3175f1b25fc56a99', operation='INSERT', pgid='pgtrigger_publish_insert_bc6b9', table='trials_intervention', when='AFTER'))), ('watchedintervention', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='5065de3b2e1bcae70ef2bae7e243e6c1b27746e4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_035bb', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_intervention', when='AFTER'))), ('watchedintervention', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='fea097a9f029fde51f7168fccb79a8e73b9d17b4', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_46e2c', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_intervention', when='AFTER'))), ('watchedoutcome', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='58e0bf8576e3b7252bfda7fa3fcde17af0c96734', operation='INSERT', pgid='pgtrigger_publish_insert_43bcb', table='trials_outcome', when='AFTER'))), ('watchedoutcome', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='870b215f5da9cd5ea58ce265c87aef77d0ec1144', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_87b5c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_outcome', when='AFTER'))), ('watchedoutcome', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='ee4a2d02b95a028a02603c7e1247fa033e2f3f49', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_e2068', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_outcome', when='AFTER'))), ('watchedreference', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='f61421413a9362130664c9bd4da39379e5dbda0e', operation='INSERT', pgid='pgtrigger_publish_insert_ba051', table='trials_reference', when='AFTER'))), ('watchedreference', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='4718e1dca066172aa47df22937154cca44bea2df', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_92f1b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_reference', when='AFTER'))), ('watchedreference', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='c65f2fc736aa3ffbf9bf9e9e42dc96073b56d806', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_1aa1e', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_reference', when='AFTER'))), ('watchedseealsolink', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='4bd58460d191d855de7f36ab007665d7ce997692', operation='INSERT', pgid='pgtrigger_publish_insert_e9e2f', table='trials_seealsolink', when='AFTER'))), ('watchedseealsolink', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='96dc3017ee04711d3ab42ff592f565863b33b2b4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_0a8ad', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_seealsolink', when='AFTER'))), ('watchedseealsolink', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='2ba4994f324ef4952e9d5747ad237cb7f39c8383', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_ba534', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_seealsolink', when='AFTER'))), ('watchedavailableipd', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='4ca254b3a62e255b722d7ff535b2ca9c9464a77a', operation='INSERT', pgid='pgtrigger_publish_insert_54955', table='trials_availableipd', when='AFTER'))), ('watchedavailableipd', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='eb46d9d7dd2a46d23189fbaf2b1fbf81f8efbf6b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_e047a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_availableipd', when='AFTER'))), ('watchedavailableipd', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='961b7aba550e5b2d2805a2cb0d50df9eef7881c4', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_ee65b', referencing='REFERENCING OLD TABLE AS old_values ', table='trials_availableipd', when='AFTER'))), ('watchedtrialsite', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='dc693c22356f7353cc6e410f7a2f1e114382e614', operation='INSERT', pgid='pgtrigger_publish_insert_806b7', table='sites_trialsite', when='AFTER'))), ('watchedtrialsite', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='4a1f636eff3cd4a5ab485007ede3609d53ba950e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_d24e0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sites_trialsite', when='AFTER'))), ('watchedtrialsite', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='1af4d673516f3c8536544a40dd23bd95855592d2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_e14af', referencing='REFERENCING OLD TABLE AS old_values ', table='sites_trialsite', when='AFTER'))), ('watchedconfirmation', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id) AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='33ab7f59644cb88ef6d3437c907289ea0b5d7677', operation='INSERT', pgid='pgtrigger_publish_insert_0ecb4', table='sites_confirmation', when='AFTER'))), ('watchedconfirmation', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id) AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id) AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='03a7361b6f4e6951ff7e0fab1c3452a6e59444a9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_a3372', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sites_confirmation', when='AFTER'))), ('watchedconfirmation', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id) AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='c7188f0da27325e0d7395cd45c0887ec8db2ba60', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_ecac7', referencing='REFERENCING OLD TABLE AS old_values ', table='sites_confirmation', when='AFTER'))), ('watchedrole', pgtrigger.compiler.Trigger(name='publish_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='1bd8e1f8cb89fd443db004289823cdbd84b125df', operation='INSERT', pgid='pgtrigger_publish_insert_c920a', table='contacts_role', when='AFTER'))), ('watchedrole', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='d1cd7b8a9fd2283ac6df0cadf9e5bab1a2284db5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_d7ff0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='contacts_role', when='AFTER'))), ('watchedrole', pgtrigger.compiler.Trigger(name='publish_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'T', marked.id FROM (SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='e944d7a611898a6db0d72ac75931caaaf2303a1b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_publish_delete_4997c', referencing='REFERENCING OLD TABLE AS old_values ', table='contacts_role', when='AFTER'))), ('watchedfacility', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'F', marked.id FROM (SELECT changed.id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='df9320438a886f79131c3930ab318a5112429e3f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_a5b9c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sites_facility', when='AFTER'))), ('watchedperson', pgtrigger.compiler.Trigger(name='publish_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO publishing_stalemark (kind, row_id) SELECT DISTINCT 'P', marked.id FROM (SELECT changed.id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;", hash='f4846b5b2268aa20c4ed4db807aabc0e704f3684', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_publish_update_7ff93', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='contacts_person', when='AFTER')))],
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(COST_OF_WORDS, "DROP FUNCTION publishing_cost_of_words(tsvector)"),
    ]
