import common.rule_types
import django.db.models.deletion
import django.db.models.functions.datetime
import history.migration_operations
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('contacts', '0001_initial'),
        ('history', '0001_initial'),
        ('sites', '0001_initial'),
        ('trials', '0001_initial'),
    ]

    operations = [
        history.migration_operations.CreateModels([
            migrations.CreateModel(
                name='BulkChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('author', models.CharField(help_text='A key such as user:7, never a name.', max_length=80, verbose_name='author')),
                    ('input_method', models.CharField(choices=[('CHOSEN', 'Selected sites'), ('PASTED', 'Pasted'), ('UPLOADED', 'Uploaded')], max_length=10, verbose_name='source')),
                    ('name', models.CharField(blank=True, default='', max_length=200, verbose_name='file')),
                    ('entries', models.JSONField(default=list, editable=False, verbose_name='rows')),
                    ('notices', models.JSONField(blank=True, default=list, editable=False, verbose_name='notices on reading')),
                    ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='made')),
                    ('applied_at', models.DateTimeField(editable=False, null=True, verbose_name='applied')),
                    ('undone_at', models.DateTimeField(editable=False, null=True, verbose_name='undone')),
                ],
                options={
                    'ordering': ['-id'],
                    'indexes': [models.Index(fields=['author', '-id'], name='bulk_by_author')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), ('applied_at__isnull', False), _connector='OR'), name='bulk_undone_after_applied')],
                },
            ),
            migrations.CreateModel(
                name='BulkChangeRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('bulk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='work.bulkchange')),
                    ('number', models.PositiveIntegerField(verbose_name='row')),
                    ('trial_site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bulk_change_rows', to='sites.trialsite')),
                    ('outcome', models.CharField(choices=[('DONE', 'Done'), ('SKIPPED', 'Not done'), ('NOTHING', 'Nothing to do')], max_length=10, verbose_name='outcome')),
                    ('changes', models.JSONField(default=list, verbose_name='changes')),
                    ('messages', models.JSONField(default=list, verbose_name='messages')),
                    ('before', models.JSONField(default=dict, verbose_name='columns before')),
                    ('after', models.JSONField(default=dict, verbose_name='columns after')),
                    ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.statusevent')),
                    ('confirmation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.confirmation')),
                    ('undo_message', models.TextField(blank=True, default='', verbose_name='result of undo')),
                    ('interim', models.ManyToManyField(related_name='+', to='sites.statusevent', verbose_name='intermediate statuses')),
                ],
                options={
                    'db_table': 'work_bulkdeed',
                    'ordering': ['bulk', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('bulk', 'number'), name='bulk_row_once')],
                },
            ),
            migrations.CreateModel(
                name='Finding',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='trials.trial')),
                    ('trial_site', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='sites.trialsite')),
                    ('role', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='contacts.role')),
                    ('rule', models.CharField(max_length=80)),
                    ('level', models.CharField(choices=[('ERROR', 'Error'), ('WARNING', 'Warning'), ('NOTE', 'Note')], max_length=7)),
                    ('since', models.DateField(help_text='The day on which the violation was first found.')),
                    ('due_on', models.DateField(help_text='Due date of an error; blank for warnings and notes.', null=True)),
                    ('closed_at', models.DateTimeField(help_text='When it was resolved.', null=True)),
                ],
                options={
                    'ordering': ['trial', 'rule', 'id'],
                    'default_permissions': (),
                    'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['trial_site'], name='finding_open_at_site')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('trial', 'rule', 'trial_site', 'role'), name='finding_open_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('level__in', [common.rule_types.Level['ERROR'], common.rule_types.Level['WARNING'], common.rule_types.Level['NOTE']])), name='finding_level_is_a_level')],
                },
            ),
            migrations.CreateModel(
                name='Flag',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='trials.trial', verbose_name='trial')),
                    ('trial_site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='sites.trialsite', verbose_name='site')),
                    ('text', models.CharField(max_length=500, verbose_name='question or issue')),
                    ('raised_by', models.CharField(help_text='A key such as user:7.', max_length=80, verbose_name='raised by')),
                    ('raised_at', models.DateTimeField(auto_now_add=True, verbose_name='raised')),
                    ('answer', models.CharField(blank=True, default='', max_length=500, verbose_name='answer')),
                    ('closed_by', models.CharField(blank=True, default='', max_length=80, verbose_name='closed by')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ],
                options={
                    'ordering': ['raised_at', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='flag_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('closed_at__isnull', True), ('closed_by', '')), models.Q(('closed_at__isnull', False), models.Q(('closed_by', ''), _negated=True)), _connector='OR'), name='flag_is_closed_by_somebody')],
                },
            ),
            migrations.CreateModel(
                name='FlagTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='work.flag')),
                    ('id', models.BigIntegerField()),
                    ('trial', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trials.trial', verbose_name='trial')),
                    ('trial_site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sites.trialsite', verbose_name='site')),
                    ('text', models.CharField(max_length=500, verbose_name='question or issue')),
                    ('raised_by', models.CharField(help_text='A key such as user:7.', max_length=80, verbose_name='raised by')),
                    ('raised_at', models.DateTimeField(auto_now_add=True, verbose_name='raised')),
                    ('answer', models.CharField(blank=True, default='', max_length=500, verbose_name='answer')),
                    ('closed_by', models.CharField(blank=True, default='', max_length=80, verbose_name='closed by')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ],
                options={
                    'verbose_name': 'trail of flag',
                    'verbose_name_plural': 'trail of flags',
                    'db_table': 'work_flag_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='PendingEvaluation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial_id', models.BigIntegerField(db_index=True)),
                ],
                options={
                    'db_table': 'work_judgemark',
                    'default_permissions': (),
                },
            ),
            migrations.CreateModel(
                name='Proposal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial_site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='sites.trialsite', verbose_name='site')),
                    ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='sites.facility', verbose_name='facility')),
                    ('kind', models.CharField(choices=[('STATUS', 'Recruitment status'), ('FACILITY', 'Facility name and address'), ('TARGET', 'Enrollment target'), ('STAGES', 'Milestone dates'), ('SITE', 'New site')], max_length=20, verbose_name='kind')),
                    ('old', models.JSONField(verbose_name='old values')),
                    ('new', models.JSONField(verbose_name='requested values')),
                    ('seen_version', models.PositiveIntegerField(verbose_name='version seen')),
                    ('why', models.TextField(verbose_name='reason for change')),
                    ('proposed_by', models.CharField(help_text='A key such as user:7, never a name.', max_length=80, verbose_name='requested by')),
                    ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='requested')),
                    ('decision', models.CharField(blank=True, choices=[('ACCEPTED', 'Accepted'), ('DECLINED', 'Declined'), ('WITHDRAWN', 'Withdrawn')], default='', max_length=20, verbose_name='decision')),
                    ('decision_note', models.TextField(blank=True, default='', verbose_name='comment to requester')),
                    ('decided_by', models.CharField(blank=True, default='', max_length=80, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='acknowledged by requester')),
                ],
                options={
                    'ordering': ['-proposed_at', '-id'],
                    'indexes': [models.Index(fields=['proposed_by', '-decided_at'], name='proposal_of_its_author')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('decision', ''), ('facility__isnull', True)), fields=('trial_site', 'kind'), name='proposal_open_once_for_a_site'), models.UniqueConstraint(condition=models.Q(('decision', ''), ('facility__isnull', False)), fields=('facility',), name='proposal_open_once_for_a_facility'), models.CheckConstraint(condition=models.Q(models.Q(('facility__isnull', False), ('kind', 'FACILITY')), models.Q(models.Q(('kind', 'FACILITY'), _negated=True), ('facility__isnull', True)), _connector='OR'), name='proposal_kind_fits_its_place'), models.CheckConstraint(condition=models.Q(models.Q(('why', ''), _negated=True), models.Q(('proposed_by', ''), _negated=True)), name='proposal_says_who_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('decision', '')), models.Q(models.Q(('decision', ''), _negated=True), models.Q(('decided_by', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='proposal_decision_says_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'DECLINED'), _negated=True), models.Q(('decision_note', ''), _negated=True), _connector='OR'), name='proposal_declined_in_words')],
                },
            ),
            migrations.CreateModel(
                name='ProposalTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='work.proposal')),
                    ('id', models.BigIntegerField()),
                    ('trial_site', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sites.trialsite', verbose_name='site')),
                    ('facility', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sites.facility', verbose_name='facility')),
                    ('kind', models.CharField(choices=[('STATUS', 'Recruitment status'), ('FACILITY', 'Facility name and address'), ('TARGET', 'Enrollment target'), ('STAGES', 'Milestone dates'), ('SITE', 'New site')], max_length=20, verbose_name='kind')),
                    ('old', models.JSONField(verbose_name='old values')),
                    ('new', models.JSONField(verbose_name='requested values')),
                    ('seen_version', models.PositiveIntegerField(verbose_name='version seen')),
                    ('why', models.TextField(verbose_name='reason for change')),
                    ('proposed_by', models.CharField(help_text='A key such as user:7, never a name.', max_length=80, verbose_name='requested by')),
                    ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='requested')),
                    ('decision', models.CharField(blank=True, choices=[('ACCEPTED', 'Accepted'), ('DECLINED', 'Declined'), ('WITHDRAWN', 'Withdrawn')], default='', max_length=20, verbose_name='decision')),
                    ('decision_note', models.TextField(blank=True, default='', verbose_name='comment to requester')),
                    ('decided_by', models.CharField(blank=True, default='', max_length=80, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='acknowledged by requester')),
                ],
                options={
                    'verbose_name': 'trail of proposal',
                    'verbose_name_plural': 'trail of proposals',
                    'db_table': 'work_proposal_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='PublicReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trial', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_reports', to='trials.trial', verbose_name='trial')),
                    ('trial_site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='public_reports', to='sites.trialsite', verbose_name='site')),
                    ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.role', verbose_name='contact')),
                    ('fault', models.CharField(choices=[('CONTACT', 'A contact is wrong or does not answer'), ('STATUS', 'The status is out of date'), ('PLACE', 'The name or address is wrong'), ('OTHER', 'Something else')], max_length=20, verbose_name='what is wrong')),
                    ('message', models.TextField(blank=True, default='', max_length=1000, verbose_name='message')),
                    ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail for an answer')),
                    ('sender', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='digest of the address')),
                    ('reported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='reported')),
                    ('outcome', models.CharField(blank=True, choices=[('RIGHT', 'Record is correct'), ('RESOLVED', 'Resolved'), ('NOT_OURS', 'Not our responsibility')], default='', max_length=20, verbose_name='outcome')),
                    ('closed_by', models.CharField(blank=True, default='', max_length=80, verbose_name='closed by')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ],
                options={
                    'ordering': ['-reported_at', '-id'],
                    'indexes': [models.Index(fields=['sender', '-reported_at'], name='report_of_a_sender'), models.Index(condition=models.Q(('outcome', '')), fields=['trial'], name='report_open_of_a_trial')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by', ''), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('closed_by', ''), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='report_outcome_says_who_and_when'), models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(('email', ''), ('sender', '')), _connector='OR'), name='report_closed_forgets_its_sender')],
                },
            ),
            migrations.CreateModel(
                name='PublicReportTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='work.publicreport')),
                    ('id', models.BigIntegerField()),
                    ('trial', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trials.trial', verbose_name='trial')),
                    ('trial_site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sites.trialsite', verbose_name='site')),
                    ('contact', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contacts.role', verbose_name='contact')),
                    ('fault', models.CharField(choices=[('CONTACT', 'A contact is wrong or does not answer'), ('STATUS', 'The status is out of date'), ('PLACE', 'The name or address is wrong'), ('OTHER', 'Something else')], max_length=20, verbose_name='what is wrong')),
                    ('reported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='reported')),
                    ('outcome', models.CharField(blank=True, choices=[('RIGHT', 'Record is correct'), ('RESOLVED', 'Resolved'), ('NOT_OURS', 'Not our responsibility')], default='', max_length=20, verbose_name='outcome')),
                    ('closed_by', models.CharField(blank=True, default='', max_length=80, verbose_name='closed by')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ],
                options={
                    'verbose_name': 'trail of public report',
                    'verbose_name_plural': 'trail of public reports',
                    'db_table': 'work_publicreport_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='Reminder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL, verbose_name='sent to')),
                    ('kind', models.CharField(choices=[('TASKS', 'Open tasks'), ('CHANGES', 'What changed')], default='TASKS', max_length=10, verbose_name='kind')),
                    ('for_day', models.DateField(verbose_name='for')),
                    ('state', models.CharField(choices=[('BEGUN', 'Started; delivery unknown'), ('SENT', 'Sent'), ('REFUSED', 'Refused by the mail server')], default='BEGUN', max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=1, verbose_name='attempts')),
                    ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='begun')),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                    ('subject', models.CharField(max_length=200, verbose_name='subject')),
                    ('refusal', models.TextField(blank=True, default='', verbose_name='answer of the mail server')),
                ],
                options={
                    'ordering': ['-for_day', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'for_day'), name='reminder_once_a_day'), models.CheckConstraint(condition=models.Q(('kind__in', ['TASKS', 'CHANGES'])), name='reminder_kind_is_one'), models.CheckConstraint(condition=models.Q(('state__in', ['BEGUN', 'SENT', 'REFUSED'])), name='reminder_state_is_one')],
                },
            ),
            migrations.CreateModel(
                name='RemindedSite',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reminder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminded_sites', to='work.reminder')),
                    ('trial_site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='sites.trialsite', verbose_name='site')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('reminder', 'trial_site'), name='reminded_site_once')],
                },
            ),
            migrations.CreateModel(
                name='ReminderPlan',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='reminder_plan', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('pace', models.CharField(choices=[('DAILY', 'Daily'), ('WEEKLY', 'Weekly'), ('NEVER', 'Never')], default='WEEKLY', max_length=10, verbose_name='how often')),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='on')),
                    ('considered_on', models.DateField(editable=False, null=True, verbose_name='last considered')),
                    ('changes_mail', models.BooleanField(default=False, verbose_name='weekly mail of what changed')),
                    ('changes_considered_on', models.DateField(editable=False, null=True, verbose_name='changes last considered')),
                ],
            ),
            migrations.CreateModel(
                name='ReminderPlanTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='work.reminderplan')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('pace', models.CharField(choices=[('DAILY', 'Daily'), ('WEEKLY', 'Weekly'), ('NEVER', 'Never')], default='WEEKLY', max_length=10, verbose_name='how often')),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='on')),
                    ('changes_mail', models.BooleanField(default=False, verbose_name='weekly mail of what changed')),
                ],
                options={
                    'verbose_name': 'trail of reminder plan',
                    'verbose_name_plural': 'trail of reminder plans',
                    'db_table': 'work_reminderplan_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='RequestedReminder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requested_reminders', to=settings.AUTH_USER_MODEL, verbose_name='sent to')),
                    ('trial_site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requested_reminders', to='sites.trialsite', verbose_name='site')),
                    ('for_day', models.DateField(verbose_name='for')),
                    ('state', models.CharField(choices=[('BEGUN', 'Started; delivery unknown'), ('SENT', 'Sent'), ('REFUSED', 'Refused by the mail server')], default='BEGUN', max_length=10, verbose_name='state')),
                    ('refusal', models.TextField(blank=True, default='', verbose_name='answer of the mail server')),
                    ('requested_by', models.CharField(help_text='A key such as user:7.', max_length=80, verbose_name='requested by')),
                    ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='begun')),
                ],
                options={
                    'ordering': ['-for_day', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'trial_site', 'for_day'), name='requested_reminder_once_a_day'), models.CheckConstraint(condition=models.Q(('state__in', ['BEGUN', 'SENT', 'REFUSED'])), name='requested_reminder_state_is_one')],
                },
            ),
            migrations.CreateModel(
                name='RequestedReminderTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='work.requestedreminder')),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent to')),
                    ('trial_site', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sites.trialsite', verbose_name='site')),
                    ('for_day', models.DateField(verbose_name='for')),
                    ('state', models.CharField(choices=[('BEGUN', 'Started; delivery unknown'), ('SENT', 'Sent'), ('REFUSED', 'Refused by the mail server')], default='BEGUN', max_length=10, verbose_name='state')),
                    ('refusal', models.TextField(blank=True, default='', verbose_name='answer of the mail server')),
                    ('requested_by', models.CharField(help_text='A key such as user:7.', max_length=80, verbose_name='requested by')),
                    ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='begun')),
                ],
                options={
                    'verbose_name': 'trail of requested reminder',
                    'verbose_name_plural': 'trail of requested reminders',
                    'db_table': 'work_requestedreminder_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
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
            triggers=[('flag', pgtrigger.compiler.Trigger(name='author_required', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_require_author()', func='RETURN NULL;', hash='03689ebc5fb467b573a4ea674a64156ee02adf4e', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_author_required_98660', table='work_flag', when='BEFORE'))), ('flag', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='3568dd052ab25670f86972c348f81e14ed33605c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_29fd5', table='work_flag', when='BEFORE'))), ('flag', pgtrigger.compiler.Trigger(name='key_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM NEW."id")', execute='history_refuse_new_key()', func='RETURN NULL;', hash='50162498551ad2c9f8a8191a20f31e20a1094f00', operation='UPDATE OF "id"', pgid='pgtrigger_key_stays_419f0', table='work_flag', when='BEFORE'))), ('flag', pgtrigger.compiler.Trigger(name='keep_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO "work_flag_trail" ("id", "trial_id", "trial_site_id", "text", "raised_by", "raised_at", "answer", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") VALUES (NEW."id", NEW."trial_id", NEW."trial_site_id", NEW."text", NEW."raised_by", NEW."raised_at", NEW."answer", NEW."closed_by", NEW."closed_at", NEW."id", \'insert\', NOW(), history_keep_context()); RETURN NULL;', hash='3ee52a13f98f77c310d35574edaac524f9605c12', operation='INSERT', pgid='pgtrigger_keep_insert_5cf80', table='work_flag', when='AFTER'))), ('flag', pgtrigger.compiler.Trigger(name='keep_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_flag_trail" ("id", "trial_id", "trial_site_id", "text", "raised_by", "raised_at", "answer", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT was."id", was."trial_id", was."trial_site_id", was."text", was."raised_by", was."raised_at", was."answer", was."closed_by", was."closed_at", was."id", \'found\', NOW(), NULL FROM (SELECT old_values."id", old_values."trial_id", old_values."trial_site_id", old_values."text", old_values."raised_by", old_values."raised_at", old_values."answer", old_values."closed_by", old_values."closed_at" FROM old_values EXCEPT SELECT new_values."id", new_values."trial_id", new_values."trial_site_id", new_values."text", new_values."raised_by", new_values."raised_at", new_values."answer", new_values."closed_by", new_values."closed_at" FROM new_values) AS was WHERE NOT EXISTS (SELECT FROM "work_flag_trail" WHERE pgh_obj_id = was."id"); INSERT INTO "work_flag_trail" ("id", "trial_id", "trial_site_id", "text", "raised_by", "raised_at", "answer", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT became."id", became."trial_id", became."trial_site_id", became."text", became."raised_by", became."raised_at", became."answer", became."closed_by", became."closed_at", became."id", \'update\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM (SELECT new_values."id", new_values."trial_id", new_values."trial_site_id", new_values."text", new_values."raised_by", new_values."raised_at", new_values."answer", new_values."closed_by", new_values."closed_at" FROM new_values EXCEPT SELECT old_values."id", old_values."trial_id", old_values."trial_site_id", old_values."text", old_values."raised_by", old_values."raised_at", old_values."answer", old_values."closed_by", old_values."closed_at" FROM old_values) AS became; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='3ac97791c58890c51dcdc95b75572c0136779e86', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_keep_update_d6006', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='work_flag', when='AFTER'))), ('flag', pgtrigger.compiler.Trigger(name='keep_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_flag_trail" ("id", "trial_id", "trial_site_id", "text", "raised_by", "raised_at", "answer", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT old_values."id", old_values."trial_id", old_values."trial_site_id", old_values."text", old_values."raised_by", old_values."raised_at", old_values."answer", old_values."closed_by", old_values."closed_at", old_values."id", \'delete\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM old_values; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='c1751b60e511371c43590760e592a8874a947244', level='STATEMENT', operation='DELETE', pgid='pgtrigger_keep_delete_f24a9', referencing='REFERENCING OLD TABLE AS old_values ', table='work_flag', when='AFTER'))), ('flagtrail', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_change()', func='RETURN NULL;', hash='9e33c2b787959912ae3dc7d5b8ab575bd5c89b8a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_12fb0', table='work_flag_trail', when='BEFORE'))), ('flagtrail', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='938e7d77b015c57ac38843c31efaea59479b8c5d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_bc600', table='work_flag_trail', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='proposal_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='6cd5a37efd65597042016a11930983b33f6b4ac0', operation='DELETE', pgid='pgtrigger_proposal_stays_ee8ad', table='work_proposal', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='proposal_as_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."trial_site_id" IS DISTINCT FROM (NEW."trial_site_id") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."old" IS DISTINCT FROM (NEW."old") OR OLD."new" IS DISTINCT FROM (NEW."new") OR OLD."seen_version" IS DISTINCT FROM (NEW."seen_version") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."proposed_by" IS DISTINCT FROM (NEW."proposed_by") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='70579fc043a2eeaa7e97590fec25c2b476ac70a7', operation='UPDATE', pgid='pgtrigger_proposal_as_proposed_105ad', table='work_proposal', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='proposal_decided_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.decision <> '' AND OLD.decision IS DISTINCT FROM NEW.decision)", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d7b1f879458d480fe867bc980fab4a070c14d05a', operation='UPDATE', pgid='pgtrigger_proposal_decided_once_14e76', table='work_proposal', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='author_required', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_require_author()', func='RETURN NULL;', hash='c722afafd2cc058435048152a2b6b3b077dee595', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_author_required_dc39e', table='work_proposal', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='9aa71929ab0f46d9e20f91aec63a5f94f8a139b7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_37e7a', table='work_proposal', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='key_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM NEW."id")', execute='history_refuse_new_key()', func='RETURN NULL;', hash='17eec9e74402940dd13cfeee581e23a31f29a798', operation='UPDATE OF "id"', pgid='pgtrigger_key_stays_83ddc', table='work_proposal', when='BEFORE'))), ('proposal', pgtrigger.compiler.Trigger(name='keep_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO "work_proposal_trail" ("id", "trial_site_id", "facility_id", "kind", "old", "new", "seen_version", "why", "proposed_by", "proposed_at", "decision", "decision_note", "decided_by", "decided_at", "acknowledged_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") VALUES (NEW."id", NEW."trial_site_id", NEW."facility_id", NEW."kind", NEW."old", NEW."new", NEW."seen_version", NEW."why", NEW."proposed_by", NEW."proposed_at", NEW."decision", NEW."decision_note", NEW."decided_by", NEW."decided_at", NEW."acknowledged_at", NEW."id", \'insert\', NOW(), history_keep_context()); RETURN NULL;', hash='a6a288e2fe0c5c82170fdb6936f2ad31abfcdf8f', operation='INSERT', pgid='pgtrigger_keep_insert_34715', table='work_proposal', when='AFTER'))), ('proposal', pgtrigger.compiler.Trigger(name='keep_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_proposal_trail" ("id", "trial_site_id", "facility_id", "kind", "old", "new", "seen_version", "why", "proposed_by", "proposed_at", "decision", "decision_note", "decided_by", "decided_at", "acknowledged_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT was."id", was."trial_site_id", was."facility_id", was."kind", was."old", was."new", was."seen_version", was."why", was."proposed_by", was."proposed_at", was."decision", was."decision_note", was."decided_by", was."decided_at", was."acknowledged_at", was."id", \'found\', NOW(), NULL FROM (SELECT old_values."id", old_values."trial_site_id", old_values."facility_id", old_values."kind", old_values."old", old_values."new", old_values."seen_version", old_values."why", old_values."proposed_by", old_values."proposed_at", old_values."decision", old_values."decision_note", old_values."decided_by", old_values."decided_at", old_values."acknowledged_at" FROM old_values EXCEPT SELECT new_values."id", new_values."trial_site_id", new_values."facility_id", new_values."kind", new_values."old", new_values."new", new_values."seen_version", new_values."why", new_values."proposed_by", new_values."proposed_at", new_values."decision", new_values."decision_note", new_values."decided_by", new_values."decided_at", new_values."acknowledged_at" FROM new_values) AS was WHERE NOT EXISTS (SELECT FROM "work_proposal_trail" WHERE pgh_obj_id = was."id"); INSERT INTO "work_proposal_trail" ("id", "trial_site_id", "facility_id", "kind", "old", "new", "seen_version", "why", "proposed_by", "proposed_at", "decision", "decision_note", "decided_by", "decided_at", "acknowledged_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT became."id", became."trial_site_id", became."facility_id", became."kind", became."old", became."new", became."seen_version", became."why", became."proposed_by", became."proposed_at", became."decision", became."decision_note", became."decided_by", became."decided_at", became."acknowledged_at", became."id", \'update\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM (SELECT new_values."id", new_values."trial_site_id", new_values."facility_id", new_values."kind", new_values."old", new_values."new", new_values."seen_version", new_values."why", new_values."proposed_by", new_values."proposed_at", new_values."decision", new_values."decision_note", new_values."decided_by", new_values."decided_at", new_values."acknowledged_at" FROM new_values EXCEPT SELECT old_values."id", old_values."trial_site_id", old_values."facility_id", old_values."kind", old_values."old", old_values."new", old_values."seen_version", old_values."why", old_values."proposed_by", old_values."proposed_at", old_values."decision", old_values."decision_note", old_values."decided_by", old_values."decided_at", old_values."acknowledged_at" FROM old_values) AS became; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='b3cba36fd8a3f79662926998cda5d96ae9d49e30', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_keep_update_56937', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='work_proposal', when='AFTER'))), ('proposal', pgtrigger.compiler.Trigger(name='keep_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_proposal_trail" ("id", "trial_site_id", "facility_id", "kind", "old", "new", "seen_version", "why", "proposed_by", "proposed_at", "decision", "decision_note", "decided_by", "decided_at", "acknowledged_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT old_values."id", old_values."trial_site_id", old_values."facility_id", old_values."kind", old_values."old", old_values."new", old_values."seen_version", old_values."why", old_values."proposed_by", old_values."proposed_at", old_values."decision", old_values."decision_note", old_values."decided_by", old_values."decided_at", old_values."acknowledged_at", old_values."id", \'delete\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM old_values; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='28c54b9c2afaa1e5d8330798c8ad3b6e4100f912', level='STATEMENT', operation='DELETE', pgid='pgtrigger_keep_delete_1a0e5', referencing='REFERENCING OLD TABLE AS old_values ', table='work_proposal', when='AFTER'))), ('proposaltrail', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_change()', func='RETURN NULL;', hash='0dd93be05b3266cb8ecb0baf39c3cbd827ce686e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8d66a', table='work_proposal_trail', when='BEFORE'))), ('proposaltrail', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='6e3e336ea544e2830d7eca5990dbbb5d37581a56', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_10077', table='work_proposal_trail', when='BEFORE'))), ('reminderplan', pgtrigger.compiler.Trigger(name='author_required', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_require_author()', func='RETURN NULL;', hash='25475383fdafb75a6ca35380cab1ca58d7538d3f', level='STATEMENT', operation='INSERT OR UPDATE OF "user_id", "pace", "weekday", "changes_mail" OR DELETE', pgid='pgtrigger_author_required_a496c', table='work_reminderplan', when='BEFORE'))), ('reminderplan', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='ec2cf02ca9f03b0a0ac22f8b83ea07f619d5b2b3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2ff33', table='work_reminderplan', when='BEFORE'))), ('reminderplan', pgtrigger.compiler.Trigger(name='key_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."user_id" IS DISTINCT FROM NEW."user_id")', execute='history_refuse_new_key()', func='RETURN NULL;', hash='a732d36184c7690a22c9b4cfa0acba76cb9d1299', operation='UPDATE OF "user_id"', pgid='pgtrigger_key_stays_43e3e', table='work_reminderplan', when='BEFORE'))), ('reminderplan', pgtrigger.compiler.Trigger(name='keep_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO "work_reminderplan_trail" ("user_id", "pace", "weekday", "changes_mail", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") VALUES (NEW."user_id", NEW."pace", NEW."weekday", NEW."changes_mail", NEW."user_id", \'insert\', NOW(), history_keep_context()); RETURN NULL;', hash='29a1bde0c4e3768948922a6b06e01a356a95dc7a', operation='INSERT', pgid='pgtrigger_keep_insert_3505c', table='work_reminderplan', when='AFTER'))), ('reminderplan', pgtrigger.compiler.Trigger(name='keep_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_reminderplan_trail" ("user_id", "pace", "weekday", "changes_mail", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT was."user_id", was."pace", was."weekday", was."changes_mail", was."user_id", \'found\', NOW(), NULL FROM (SELECT old_values."user_id", old_values."pace", old_values."weekday", old_values."changes_mail" FROM old_values EXCEPT SELECT new_values."user_id", new_values."pace", new_values."weekday", new_values."changes_mail" FROM new_values) AS was WHERE NOT EXISTS (SELECT FROM "work_reminderplan_trail" WHERE pgh_obj_id = was."user_id"); INSERT INTO "work_reminderplan_trail" ("user_id", "pace", "weekday", "changes_mail", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT became."user_id", became."pace", became."weekday", became."changes_mail", became."user_id", \'update\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM (SELECT new_values."user_id", new_values."pace", new_values."weekday", new_values."changes_mail" FROM new_values EXCEPT SELECT old_values."user_id", old_values."pace", old_values."weekday", old_values."changes_mail" FROM old_values) AS became; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='d77d919a0c0ce1a999cbc3d5d2f400a4ee18e31c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_keep_update_cf46a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='work_reminderplan', when='AFTER'))), ('reminderplan', pgtrigger.compiler.Trigger(name='keep_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_reminderplan_trail" ("user_id", "pace", "weekday", "changes_mail", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT old_values."user_id", old_values."pace", old_values."weekday", old_values."changes_mail", old_values."user_id", \'delete\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM old_values; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='bba0fd6cc02268459ecaa477c723c61f7f55fae6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_keep_delete_caf9e', referencing='REFERENCING OLD TABLE AS old_values ', table='work_reminderplan', when='AFTER'))), ('reminderplantrail', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_change()', func='RETURN NULL;', hash='93dc4b92eb9f2fbbce78cd5bfe0e5c7588ef8743', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5d10b', table='work_reminderplan_trail', when='BEFORE'))), ('reminderplantrail', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='41cb85ed0e6621ba8e22d00f6d3106ed39274c12', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_5dd8e', table='work_reminderplan_trail', when='BEFORE'))), ('requestedreminder', pgtrigger.compiler.Trigger(name='author_required', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_require_author()', func='RETURN NULL;', hash='66cfb6449684be168152d5dfd2ecd334c35e0468', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_author_required_27e4a', table='work_requestedreminder', when='BEFORE'))), ('requestedreminder', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='1f0067d8ffb1bb332260ba142d48423c136b3df4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_b6747', table='work_requestedreminder', when='BEFORE'))), ('requestedreminder', pgtrigger.compiler.Trigger(name='key_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM NEW."id")', execute='history_refuse_new_key()', func='RETURN NULL;', hash='7f0564ca6a90c8d9eac56e1591900c86e7863ea3', operation='UPDATE OF "id"', pgid='pgtrigger_key_stays_74ee4', table='work_requestedreminder', when='BEFORE'))), ('requestedreminder', pgtrigger.compiler.Trigger(name='keep_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO "work_requestedreminder_trail" ("id", "user_id", "trial_site_id", "for_day", "state", "refusal", "requested_by", "begun_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") VALUES (NEW."id", NEW."user_id", NEW."trial_site_id", NEW."for_day", NEW."state", NEW."refusal", NEW."requested_by", NEW."begun_at", NEW."id", \'insert\', NOW(), history_keep_context()); RETURN NULL;', hash='ac546c818785542abc13ee67f0047c6f6d2f1177', operation='INSERT', pgid='pgtrigger_keep_insert_4e988', table='work_requestedreminder', when='AFTER'))), ('requestedreminder', pgtrigger.compiler.Trigger(name='keep_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_requestedreminder_trail" ("id", "user_id", "trial_site_id", "for_day", "state", "refusal", "requested_by", "begun_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT was."id", was."user_id", was."trial_site_id", was."for_day", was."state", was."refusal", was."requested_by", was."begun_at", was."id", \'found\', NOW(), NULL FROM (SELECT old_values."id", old_values."user_id", old_values."trial_site_id", old_values."for_day", old_values."state", old_values."refusal", old_values."requested_by", old_values."begun_at" FROM old_values EXCEPT SELECT new_values."id", new_values."user_id", new_values."trial_site_id", new_values."for_day", new_values."state", new_values."refusal", new_values."requested_by", new_values."begun_at" FROM new_values) AS was WHERE NOT EXISTS (SELECT FROM "work_requestedreminder_trail" WHERE pgh_obj_id = was."id"); INSERT INTO "work_requestedreminder_trail" ("id", "user_id", "trial_site_id", "for_day", "state", "refusal", "requested_by", "begun_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT became."id", became."user_id", became."trial_site_id", became."for_day", became."state", became."refusal", became."requested_by", became."begun_at", became."id", \'update\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM (SELECT new_values."id", new_values."user_id", new_values."trial_site_id", new_values."for_day", new_values."state", new_values."refusal", new_values."requested_by", new_values."begun_at" FROM new_values EXCEPT SELECT old_values."id", old_values."user_id", old_values."trial_site_id", old_values."for_day", old_values."state", old_values."refusal", old_values."requested_by", old_values."begun_at" FROM old_values) AS became; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='11d489197c807933f6f211df01a05a61a498275a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_keep_update_de8c3', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='work_requestedreminder', when='AFTER'))), ('requestedreminder', pgtrigger.compiler.Trigger(name='keep_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_requestedreminder_trail" ("id", "user_id", "trial_site_id", "for_day", "state", "refusal", "requested_by", "begun_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT old_values."id", old_values."user_id", old_values."trial_site_id", old_values."for_day", old_values."state", old_values."refusal", old_values."requested_by", old_values."begun_at", old_values."id", \'delete\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM old_values; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='190e540c901b7c5e1f8aa6553dcdead0e17e72d5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_keep_delete_9f635', referencing='REFERENCING OLD TABLE AS old_values ', table='work_requestedreminder', when='AFTER'))), ('requestedremindertrail', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_change()', func='RETURN NULL;', hash='05c3965da63d757a8a3321b25810149a8d625bbc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c4cd8', table='work_requestedreminder_trail', when='BEFORE'))), ('requestedremindertrail', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='270af29424a46fc9ef8c3c93beb00bb21c14e776', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_b6aa2', table='work_requestedreminder_trail', when='BEFORE'))), ('publicreport', pgtrigger.compiler.Trigger(name='report_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4d45bc19db03f02a39c98bc9cb9a1f3d81640007', operation='DELETE', pgid='pgtrigger_report_stays_dd1c8', table='work_publicreport', when='BEFORE'))), ('publicreport', pgtrigger.compiler.Trigger(name='author_required', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_require_author()', func='RETURN NULL;', hash='0e940aece103b5c4d53de532fa5e9ed37e6977a0', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_author_required_95a8e', table='work_publicreport', when='BEFORE'))), ('publicreport', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='3a330eae3a3cae718e76d5a1a7f291d7c2c7f00f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e6308', table='work_publicreport', when='BEFORE'))), ('publicreport', pgtrigger.compiler.Trigger(name='key_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM NEW."id")', execute='history_refuse_new_key()', func='RETURN NULL;', hash='47de91ac4d67c642fdcb96b63303b7ebca6d3ed7', operation='UPDATE OF "id"', pgid='pgtrigger_key_stays_ac920', table='work_publicreport', when='BEFORE'))), ('publicreport', pgtrigger.compiler.Trigger(name='keep_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO "work_publicreport_trail" ("id", "trial_id", "trial_site_id", "contact_id", "fault", "reported_at", "outcome", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") VALUES (NEW."id", NEW."trial_id", NEW."trial_site_id", NEW."contact_id", NEW."fault", NEW."reported_at", NEW."outcome", NEW."closed_by", NEW."closed_at", NEW."id", \'insert\', NOW(), history_keep_context()); RETURN NULL;', hash='5eb12f6fe3df9360e0605319be1ca9cbcc6cc1ad', operation='INSERT', pgid='pgtrigger_keep_insert_1aeaa', table='work_publicreport', when='AFTER'))), ('publicreport', pgtrigger.compiler.Trigger(name='keep_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_publicreport_trail" ("id", "trial_id", "trial_site_id", "contact_id", "fault", "reported_at", "outcome", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT was."id", was."trial_id", was."trial_site_id", was."contact_id", was."fault", was."reported_at", was."outcome", was."closed_by", was."closed_at", was."id", \'found\', NOW(), NULL FROM (SELECT old_values."id", old_values."trial_id", old_values."trial_site_id", old_values."contact_id", old_values."fault", old_values."reported_at", old_values."outcome", old_values."closed_by", old_values."closed_at" FROM old_values EXCEPT SELECT new_values."id", new_values."trial_id", new_values."trial_site_id", new_values."contact_id", new_values."fault", new_values."reported_at", new_values."outcome", new_values."closed_by", new_values."closed_at" FROM new_values) AS was WHERE NOT EXISTS (SELECT FROM "work_publicreport_trail" WHERE pgh_obj_id = was."id"); INSERT INTO "work_publicreport_trail" ("id", "trial_id", "trial_site_id", "contact_id", "fault", "reported_at", "outcome", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT became."id", became."trial_id", became."trial_site_id", became."contact_id", became."fault", became."reported_at", became."outcome", became."closed_by", became."closed_at", became."id", \'update\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM (SELECT new_values."id", new_values."trial_id", new_values."trial_site_id", new_values."contact_id", new_values."fault", new_values."reported_at", new_values."outcome", new_values."closed_by", new_values."closed_at" FROM new_values EXCEPT SELECT old_values."id", old_values."trial_id", old_values."trial_site_id", old_values."contact_id", old_values."fault", old_values."reported_at", old_values."outcome", old_values."closed_by", old_values."closed_at" FROM old_values) AS became; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='71f068421ebf5cd2d2da279c71cd01f10ec4a110', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_keep_update_2b02b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='work_publicreport', when='AFTER'))), ('publicreport', pgtrigger.compiler.Trigger(name='keep_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "work_publicreport_trail" ("id", "trial_id", "trial_site_id", "contact_id", "fault", "reported_at", "outcome", "closed_by", "closed_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context_id") SELECT old_values."id", old_values."trial_id", old_values."trial_site_id", old_values."contact_id", old_values."fault", old_values."reported_at", old_values."outcome", old_values."closed_by", old_values."closed_at", old_values."id", \'delete\', NOW(), current_setting(\'pghistory.context_id\')::uuid FROM old_values; IF FOUND THEN PERFORM history_keep_context(); END IF; RETURN NULL;', hash='67af3fdc6605c06da36873fc1d0124d379fbc7c3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_keep_delete_720d9', referencing='REFERENCING OLD TABLE AS old_values ', table='work_publicreport', when='AFTER'))), ('publicreporttrail', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_change()', func='RETURN NULL;', hash='60fd01148e8461079ee9cd00dcd33e05e4c7dd08', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0c737', table='work_publicreport_trail', when='BEFORE'))), ('publicreporttrail', pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='1f5bed70d507cf0c746a58d50af82c4010253f83', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_c0079', table='work_publicreport_trail', when='BEFORE'))), ('watchedtrial', pgtrigger.compiler.Trigger(name='judge_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT changed.id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='f2d2afae84e085da1e79d960e4b576cff8d2b4fa', operation='INSERT', pgid='pgtrigger_judge_insert_fca8a', table='trials_trial', when='AFTER'))), ('watchedtrial', pgtrigger.compiler.Trigger(name='judge_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT changed.id AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT changed.id AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='b3eeb1b9acc120bc64a8d3a4bdb267af44840735', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_judge_update_ef563', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='trials_trial', when='AFTER'))), ('watchedtrialsite', pgtrigger.compiler.Trigger(name='judge_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='77b7b8ecb30fcadbb0336eab7f198578b3afdf98', operation='INSERT', pgid='pgtrigger_judge_insert_72277', table='sites_trialsite', when='AFTER'))), ('watchedtrialsite', pgtrigger.compiler.Trigger(name='judge_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT changed.trial_id AS id FROM (SELECT old_values."id", old_values."trial_id", old_values."facility_id", old_values."status", old_values."status_as_of" FROM old_values EXCEPT SELECT new_values."id", new_values."trial_id", new_values."facility_id", new_values."status", new_values."status_as_of" FROM new_values) AS changed UNION SELECT changed.trial_id AS id FROM (SELECT new_values."id", new_values."trial_id", new_values."facility_id", new_values."status", new_values."status_as_of" FROM new_values EXCEPT SELECT old_values."id", old_values."trial_id", old_values."facility_id", old_values."status", old_values."status_as_of" FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='a5742a4ff7fe55e8a144b67de3a13107190cf740', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_judge_update_e01f4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sites_trialsite', when='AFTER'))), ('watchedtrialsite', pgtrigger.compiler.Trigger(name='judge_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT changed.trial_id AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='df1da441d7553df0e5016013019ae3b346bab624', level='STATEMENT', operation='DELETE', pgid='pgtrigger_judge_delete_109ca', referencing='REFERENCING OLD TABLE AS old_values ', table='sites_trialsite', when='AFTER'))), ('watchedrole', pgtrigger.compiler.Trigger(name='judge_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (current_setting('sitelight.bulk_insert', true) IS DISTINCT FROM 'on')", func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM (SELECT NEW.*) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='1e2ca64db6a31dfe33d95ad0c38794a3a1254c4c', operation='INSERT', pgid='pgtrigger_judge_insert_67168', table='contacts_role', when='AFTER'))), ('watchedrole', pgtrigger.compiler.Trigger(name='judge_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM (SELECT * FROM old_values EXCEPT SELECT * FROM new_values) AS changed UNION SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM (SELECT * FROM new_values EXCEPT SELECT * FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='181c1d2f126b66e9023468a64011d6da8e19a95d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_judge_update_42421', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='contacts_role', when='AFTER'))), ('watchedrole', pgtrigger.compiler.Trigger(name='judge_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT COALESCE(changed.trial_id, (SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id)) AS id FROM old_values AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='b33ac02976efe055e440d46c1433306b6537e55f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_judge_delete_7f5c3', referencing='REFERENCING OLD TABLE AS old_values ', table='contacts_role', when='AFTER'))), ('watchedfacility', pgtrigger.compiler.Trigger(name='judge_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT unnest(ARRAY(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.facility_id = changed.id)) AS id FROM (SELECT old_values."id", old_values."country" FROM old_values EXCEPT SELECT new_values."id", new_values."country" FROM new_values) AS changed UNION SELECT unnest(ARRAY(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.facility_id = changed.id)) AS id FROM (SELECT new_values."id", new_values."country" FROM new_values EXCEPT SELECT old_values."id", old_values."country" FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='caa3009aacefd081898e194185534e485d3c2e83', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_judge_update_65282', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='sites_facility', when='AFTER'))), ('watchedperson', pgtrigger.compiler.Trigger(name='judge_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO work_judgemark (trial_id) SELECT DISTINCT marked.id FROM (SELECT unnest(ARRAY(SELECT COALESCE(role.trial_id, site.trial_id) FROM contacts_role AS role LEFT JOIN sites_trialsite AS site ON site.id = role.trial_site_id WHERE role.person_id = changed.id)) AS id FROM (SELECT old_values."id", old_values."name", old_values."phone", old_values."email", old_values."erased_at" FROM old_values EXCEPT SELECT new_values."id", new_values."name", new_values."phone", new_values."email", new_values."erased_at" FROM new_values) AS changed UNION SELECT unnest(ARRAY(SELECT COALESCE(role.trial_id, site.trial_id) FROM contacts_role AS role LEFT JOIN sites_trialsite AS site ON site.id = role.trial_site_id WHERE role.person_id = changed.id)) AS id FROM (SELECT new_values."id", new_values."name", new_values."phone", new_values."email", new_values."erased_at" FROM new_values EXCEPT SELECT old_values."id", old_values."name", old_values."phone", old_values."email", old_values."erased_at" FROM old_values) AS changed) AS marked WHERE marked.id IS NOT NULL; RETURN NULL;', hash='66271f062290acf29e6efae98d0911215acd0049', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_judge_update_36343', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='contacts_person', when='AFTER')))],
        ),
    ]
