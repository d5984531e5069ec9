import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import history.migration_operations
from django.conf import settings
from django.db import migrations, models

# The table of the cache (config.settings.CACHES) that counts log-in attempts: as `createcachetable` makes it, but
# unlogged. Nothing in it lives longer than five minutes; after a crash the server empties it.
LOGIN_ATTEMPTS = """
CREATE UNLOGGED TABLE accounts_attempts (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX accounts_attempts_expires ON accounts_attempts (expires)
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('history', '0001_initial'),
    ]

    operations = [
        history.migration_operations.CreateModels([
            migrations.CreateModel(
                name='GroupPermission',
                fields=[
                ],
                options={
                    'verbose_name': 'permission of a group',
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('auth.group_permissions',),
            ),
            migrations.CreateModel(
                name='GroupPermissionTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj_id', models.CharField(db_index=True, max_length=64)),
                    ('id', models.IntegerField()),
                    ('group', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='auth.group')),
                    ('permission', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='auth.permission')),
                ],
                options={
                    'verbose_name': 'trail of permission of a group',
                    'verbose_name_plural': 'trail of permission of a groups',
                    'db_table': 'accounts_grouppermission_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'ordering': ['username'],
                },
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name='FactorRemoval',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factor_removals', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('removed_by', models.CharField(help_text='A key such as user:7.', max_length=80, verbose_name='removed by')),
                    ('removed_at', models.DateTimeField(auto_now_add=True, verbose_name='removed')),
                ],
                options={
                    'verbose_name': 'removal of second factors',
                    'verbose_name_plural': 'removals of second factors',
                    'ordering': ['-removed_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='FactorRemovalTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='accounts.factorremoval')),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('removed_by', models.CharField(help_text='A key such as user:7.', max_length=80, verbose_name='removed by')),
                    ('removed_at', models.DateTimeField(auto_now_add=True, verbose_name='removed')),
                ],
                options={
                    'verbose_name': 'trail of removal of second factors',
                    'verbose_name_plural': 'trail of removals of second factors',
                    'db_table': 'accounts_factorremoval_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='FormDraft',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='form_drafts', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('browser', models.CharField(max_length=32, verbose_name='browser')),
                    ('page', models.TextField(help_text='Path only: the query is encrypted.', verbose_name='page with the form')),
                    ('encrypted_content', models.BinaryField(verbose_name='content')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='sent')),
                ],
                options={
                    'ordering': ['-id'],
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['user', 'browser'], name='draft_of_a_browser')],
                },
            ),
            migrations.CreateModel(
                name='Partner',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='partner', to=settings.AUTH_USER_MODEL, verbose_name='user of the keys')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='PartnerKeyTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj_id', models.CharField(db_index=True, max_length=64)),
                    ('secret_changed', models.BooleanField(default=False, verbose_name='secret changed')),
                    ('token_key', models.CharField(max_length=25)),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created', models.DateTimeField(auto_now_add=True)),
                    ('expiry', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'verbose_name': 'trail of key',
                    'verbose_name_plural': 'trail of keys',
                    'db_table': 'accounts_partnerkey_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='PartnerTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='accounts.partner')),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user of the keys')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'verbose_name': 'trail of partner',
                    'verbose_name_plural': 'trail of partners',
                    'db_table': 'accounts_partner_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='UserGroup',
                fields=[
                ],
                options={
                    'verbose_name': 'group',
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('auth.group',),
                managers=[
                    ('objects', django.contrib.auth.models.GroupManager()),
                ],
            ),
            migrations.CreateModel(
                name='UserGroupTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to='accounts.usergroup')),
                    ('id', models.IntegerField()),
                    ('name', models.CharField(max_length=150, verbose_name='name')),
                ],
                options={
                    'verbose_name': 'trail of group',
                    'verbose_name_plural': 'trail of groups',
                    'db_table': 'accounts_usergroup_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='UserInGroup',
                fields=[
                ],
                options={
                    'verbose_name': 'group',
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('accounts.user_groups',),
            ),
            migrations.CreateModel(
                name='UserInGroupTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj_id', models.CharField(db_index=True, max_length=64)),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('group', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='auth.group')),
                ],
                options={
                    'verbose_name': 'trail of group',
                    'verbose_name_plural': 'trail of groups',
                    'db_table': 'accounts_useringroup_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='UserPermission',
                fields=[
                ],
                options={
                    'verbose_name': 'permission',
                    'proxy': True,
                    'default_permissions': (),
                },
                bases=('accounts.user_user_permissions',),
            ),
            migrations.CreateModel(
                name='UserPermissionTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj_id', models.CharField(db_index=True, max_length=64)),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('permission', models.ForeignKey(db_constraint=False, db_tablespace='', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='auth.permission')),
                ],
                options={
                    'verbose_name': 'trail of permission',
                    'verbose_name_plural': 'trail of permissions',
                    'db_table': 'accounts_userpermission_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='UserTrail',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('secret_changed', models.BooleanField(default=False, verbose_name='secret changed')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='trail', related_query_name='trail', to=settings.AUTH_USER_MODEL)),
                    ('id', models.BigIntegerField()),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ],
                options={
                    'verbose_name': 'trail of user',
                    'verbose_name_plural': 'trail of users',
                    'db_table': 'accounts_user_trail',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
            migrations.CreateModel(
                name='UserValues',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='history.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='values_trail', related_query_name='values_trail', to=settings.AUTH_USER_MODEL)),
                    ('id', models.BigIntegerField()),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ],
                options={
                    'verbose_name': 'values of user',
                    'verbose_name_plural': 'values of users',
                    'db_table': 'accounts_user_values',
                    'abstract': False,
                    'default_permissions': ('view',),
                },
            ),
        ]),
        migrations.RunSQL(LOGIN_ATTEMPTS, "DROP TABLE accounts_attempts"),
    ]
