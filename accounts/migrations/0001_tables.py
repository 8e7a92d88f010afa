import accounts.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import triggers_of


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_account_log'),
        ('accounts', '0003_saved_filters'),
        ('accounts', '0004_sign_in'),
        ('accounts', '0005_arrivals'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('name', models.CharField(max_length=30, verbose_name='姓名')),
                ('phone', accounts.fields.EncryptedField(verbose_name='手机')),
                ('phone_index', models.CharField(max_length=32, unique=True)),
                ('phone_tail', models.CharField(db_index=True, max_length=4)),
                ('is_active', models.BooleanField(default=True, verbose_name='可登录')),
                ('must_change', models.BooleanField(default=False, verbose_name='首次登录须改密码')),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
                ('action', models.CharField(choices=[('reveal', '查看完整信息'), ('export', '导出'), ('login', '登录'), ('failure', '登录失败'), ('logout', '退出'), ('session', '结束登录'), ('password', '修改密码'), ('totp', '动态口令'), ('identity', '绑定账号'), ('account', '管理账号')], max_length=10, verbose_name='做了什么')),
                ('target', models.CharField(blank=True, max_length=40, verbose_name='对象')),
                ('target_id', models.BigIntegerField(null=True)),
                ('field', models.CharField(blank=True, max_length=30, verbose_name='字段')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='事由')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='来源地址')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='accesslog_at'), models.Index(fields=['user', '-at'], name='accesslog_user_at')],
                'triggers': [pgtrigger.compiler.Trigger(name='accesslog_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ef83284088d71c7300382902088697f905067aeb', operation='UPDATE OR DELETE', pgid='pgtrigger_accesslog_append_only_705d2', table='accounts_accesslog', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.UUIDField()),
                ('at', models.DateTimeField(db_index=True)),
                ('led_to', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='arrival_once')],
            },
        ),
        migrations.CreateModel(
            name='BackupCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='backup_codes', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=32)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='backupcode_once')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL)),
                ('provider', models.CharField(max_length=10)),
                ('subject_index', models.CharField(max_length=32)),
                ('linked_at', models.DateTimeField(verbose_name='绑定时间')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'subject_index'), name='identity_one_account'), models.UniqueConstraint(fields=('user', 'provider'), name='identity_one_each')],
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL)),
                ('page', models.SlugField(max_length=20)),
                ('name', models.CharField(max_length=20, verbose_name='名称')),
                ('query', models.CharField(max_length=500)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'page', 'name'), name='savedfilter_once')],
            },
        ),
        migrations.CreateModel(
            name='SecondStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_step', to=settings.AUTH_USER_MODEL)),
                ('secret', accounts.fields.EncryptedField()),
                ('begun_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('last_step', models.BigIntegerField(default=0)),
                ('wrong', models.PositiveSmallIntegerField(default=0)),
                ('paused_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
                ('since', models.DateTimeField(null=True, verbose_name='登录时间')),
                ('seen_at', models.DateTimeField(null=True, verbose_name='最近使用')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='来源地址')),
                ('device', models.CharField(blank=True, max_length=30, verbose_name='设备')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        triggers_of('accounts'),
    ]
