import accounts.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import triggers_of
from grids.constraints import scope_key


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('rosters', '0001_initial'),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        ('grids', '0001_tables'),
        ('members', '0001_tables'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyRota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('after_hours', '乡镇值班'), ('village', '村干部轮值'), ('counsel', '轮值参事'), ('market', '赶场日坐班')], max_length=12, verbose_name='值班类型')),
                ('place', models.CharField(max_length=40, verbose_name='值班地点')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='值班电话')),
                ('days', models.CharField(choices=[('daily', '每天'), ('workday', '工作日'), ('off', '周末和节假日'), ('weekly', '每周固定几天'), ('market', '公历逢几'), ('lunar', '农历逢几')], default='daily', max_length=8, verbose_name='哪些天')),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='星期几或逢几')),
                ('starts', models.TimeField(verbose_name='几点开始')),
                ('ends', models.TimeField(verbose_name='几点结束')),
                ('pace', models.CharField(choices=[('shift', '每班换人'), ('week', '每周换人')], default='shift', max_length=5, verbose_name='多久换人')),
                ('since', models.DateField(verbose_name='从哪天起')),
                ('until', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'indexes': [models.Index(fields=['town_id', 'kind'], name='rota_town'), models.Index(fields=['village_id', 'kind'], name='rota_village')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='rota_dates')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "rosters_dutyrotaevent" ("cell_id", "county_id", "days", "demo", "ends", "grid_id", "id", "kind", "numbers", "pace", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "since", "starts", "town_id", "until", "village_id") VALUES (NEW."cell_id", NEW."county_id", NEW."days", NEW."demo", NEW."ends", NEW."grid_id", NEW."id", NEW."kind", NEW."numbers", NEW."pace", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."place", NEW."since", NEW."starts", NEW."town_id", NEW."until", NEW."village_id"); RETURN NULL;', hash='b9c3d9c7616e87112bc08bbe3c610e558bfa7758', operation='UPDATE', pgid='pgtrigger_update_update_50ec4', table='rosters_dutyrota', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "rosters_dutyrotaevent" ("cell_id", "county_id", "days", "demo", "ends", "grid_id", "id", "kind", "numbers", "pace", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "place", "since", "starts", "town_id", "until", "village_id") VALUES (OLD."cell_id", OLD."county_id", OLD."days", OLD."demo", OLD."ends", OLD."grid_id", OLD."id", OLD."kind", OLD."numbers", OLD."pace", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."place", OLD."since", OLD."starts", OLD."town_id", OLD."until", OLD."village_id"); RETURN NULL;', hash='8616776f10df8d293ed1c3c84e6c8fb75405b282', operation='DELETE', pgid='pgtrigger_delete_delete_79a9f', table='rosters_dutyrota', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Portrait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='值班人')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='值班党员')),
                ('file', models.FileField(upload_to='portraits/%Y/')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('added_at', models.DateTimeField(verbose_name='本人同意公开的时间')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user',), name='portrait_user'), models.UniqueConstraint(fields=('member',), name='portrait_member')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "rosters_portraitevent" ("added_at", "added_by_id", "file", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."added_at", NEW."added_by_id", NEW."file", NEW."id", NEW."member_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='be1e633a61ec472ab31ce4d0ab6a7b63630869d8', operation='UPDATE', pgid='pgtrigger_update_update_f7e8a', table='rosters_portrait', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "rosters_portraitevent" ("added_at", "added_by_id", "file", "id", "member_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."added_at", OLD."added_by_id", OLD."file", OLD."id", OLD."member_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='bdb836953e68763f71ffc7b9b86780deef1e1e4c', operation='DELETE', pgid='pgtrigger_delete_delete_39f24', table='rosters_portrait', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='RosterRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='roster_rules', to='grids.grid')),
                ('mobiles', models.BooleanField(default=False, verbose_name='值班电话可以是手机')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "rosters_rosterrulesevent" ("county_id", "id", "mobiles", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."county_id", NEW."id", NEW."mobiles", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='f06d2d87c1cb2ddbe7d9fada3bf081778bbe33ce', operation='UPDATE', pgid='pgtrigger_update_update_d2976', table='rosters_rosterrules', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "rosters_rosterrulesevent" ("county_id", "id", "mobiles", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."county_id", OLD."id", OLD."mobiles", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='50633c7037de213edc2b0ff70f8fc7ccfdcef60d', operation='DELETE', pgid='pgtrigger_delete_delete_5db76', table='rosters_rosterrules', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='DutyRotaEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='rosters.dutyrota')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('grid', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('after_hours', '乡镇值班'), ('village', '村干部轮值'), ('counsel', '轮值参事'), ('market', '赶场日坐班')], max_length=12, verbose_name='值班类型')),
                ('place', models.CharField(max_length=40, verbose_name='值班地点')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='值班电话')),
                ('days', models.CharField(choices=[('daily', '每天'), ('workday', '工作日'), ('off', '周末和节假日'), ('weekly', '每周固定几天'), ('market', '公历逢几'), ('lunar', '农历逢几')], default='daily', max_length=8, verbose_name='哪些天')),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='星期几或逢几')),
                ('starts', models.TimeField(verbose_name='几点开始')),
                ('ends', models.TimeField(verbose_name='几点结束')),
                ('pace', models.CharField(choices=[('shift', '每班换人'), ('week', '每周换人')], default='shift', max_length=5, verbose_name='多久换人')),
                ('since', models.DateField(verbose_name='从哪天起')),
                ('until', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DutyTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='值班人')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='值班党员')),
                ('rota', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='rosters.dutyrota')),
                ('order', models.PositiveSmallIntegerField(verbose_name='第几个')),
                ('out', models.BooleanField(default=False, verbose_name='不再参加')),
            ],
            options={
                'ordering': ['order', 'id'],
                'constraints': [models.UniqueConstraint(fields=('rota', 'user'), name='dutyturn_user'), models.UniqueConstraint(fields=('rota', 'member'), name='dutyturn_member'), models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('user', None)), models.Q(('member', None), ('user__isnull', False)), _connector='OR'), name='dutyturn_somebody')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "rosters_dutyturnevent" ("id", "member_id", "order", "out", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rota_id", "user_id") VALUES (NEW."id", NEW."member_id", NEW."order", NEW."out", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rota_id", NEW."user_id"); RETURN NULL;', hash='09d112196ad3439eaecb43e30a4f2ff76a4d42f3', operation='UPDATE', pgid='pgtrigger_update_update_ec758', table='rosters_dutyturn', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "rosters_dutyturnevent" ("id", "member_id", "order", "out", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rota_id", "user_id") VALUES (OLD."id", OLD."member_id", OLD."order", OLD."out", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rota_id", OLD."user_id"); RETURN NULL;', hash='023b3a699775b41316a6175b9c86768bb615da4f', operation='DELETE', pgid='pgtrigger_delete_delete_7aac3', table='rosters_dutyturn', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='PortraitEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='rosters.portrait')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='值班人')),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='值班党员')),
                ('file', models.FileField(upload_to='portraits/%Y/')),
                ('added_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('added_at', models.DateTimeField(verbose_name='本人同意公开的时间')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RosterRulesEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='rosters.rosterrules')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('county', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid')),
                ('mobiles', models.BooleanField(default=False, verbose_name='值班电话可以是手机')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DutyShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='值班人')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='值班党员')),
                ('rota', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='rosters.dutyrota')),
                ('kind', models.CharField(choices=[('after_hours', '乡镇值班'), ('village', '村干部轮值'), ('counsel', '轮值参事'), ('market', '赶场日坐班')], max_length=12, verbose_name='值班类型')),
                ('place', models.CharField(max_length=40, verbose_name='值班地点')),
                ('day', models.DateField(verbose_name='哪天')),
                ('starts_at', models.DateTimeField(verbose_name='开始')),
                ('ends_at', models.DateTimeField(verbose_name='结束')),
                ('turn', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='rosters.dutyturn')),
                ('state', models.CharField(choices=[('planned', '已排班'), ('vacant', '空岗'), ('cancelled', '已取消')], max_length=9, verbose_name='状态')),
                ('by_hand', models.BooleanField(default=False, verbose_name='人工调整')),
                ('note', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('told_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'indexes': [models.Index(fields=['county_id', 'ends_at'], name='shift_county'), models.Index(fields=['town_id', 'ends_at'], name='shift_town'), models.Index(fields=['village_id', 'ends_at'], name='shift_village'), models.Index(fields=['user', 'ends_at'], name='shift_user')],
                'constraints': [models.UniqueConstraint(fields=('rota', 'day'), name='shift_once'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='shift_times'), models.CheckConstraint(condition=models.Q(('user', None), ('member', None), _connector='OR'), name='shift_one_person'), models.CheckConstraint(condition=models.Q(('state', 'cancelled'), models.Q(('member', None), ('state', 'vacant'), ('user', None)), models.Q(('state', 'planned'), models.Q(('user__isnull', False), ('member__isnull', False), _connector='OR')), _connector='OR'), name='shift_vacant')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "rosters_dutyshiftevent" ("by_hand", "cell_id", "county_id", "day", "demo", "ends_at", "grid_id", "id", "kind", "member_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "rota_id", "starts_at", "state", "told_at", "town_id", "turn_id", "user_id", "version", "village_id") VALUES (NEW."by_hand", NEW."cell_id", NEW."county_id", NEW."day", NEW."demo", NEW."ends_at", NEW."grid_id", NEW."id", NEW."kind", NEW."member_id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."rota_id", NEW."starts_at", NEW."state", NEW."told_at", NEW."town_id", NEW."turn_id", NEW."user_id", NEW."version", NEW."village_id"); RETURN NULL;', hash='559b4fad9d6c224438b79dfe8d1050aa00601b3e', operation='UPDATE', pgid='pgtrigger_update_update_865f1', table='rosters_dutyshift', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "rosters_dutyshiftevent" ("by_hand", "cell_id", "county_id", "day", "demo", "ends_at", "grid_id", "id", "kind", "member_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "rota_id", "starts_at", "state", "told_at", "town_id", "turn_id", "user_id", "version", "village_id") VALUES (OLD."by_hand", OLD."cell_id", OLD."county_id", OLD."day", OLD."demo", OLD."ends_at", OLD."grid_id", OLD."id", OLD."kind", OLD."member_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."rota_id", OLD."starts_at", OLD."state", OLD."told_at", OLD."town_id", OLD."turn_id", OLD."user_id", OLD."version", OLD."village_id"); RETURN NULL;', hash='6407610a8ee8bb4a558adf2649cf00c2c919b54c', operation='DELETE', pgid='pgtrigger_delete_delete_8e212', table='rosters_dutyshift', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='DutyTurnEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='rosters.dutyturn')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='值班人')),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='值班党员')),
                ('rota', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='rosters.dutyrota')),
                ('order', models.PositiveSmallIntegerField(verbose_name='第几个')),
                ('out', models.BooleanField(default=False, verbose_name='不再参加')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DutyLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='rosters.dutyshift')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
                ('text', accounts.fields.EncryptedField(verbose_name='情况')),
                ('matter', models.BigIntegerField(blank=True, null=True)),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'indexes': [models.Index(fields=['town_id', '-at', '-id'], name='dutylog_town'), models.Index(fields=['village_id', '-at', '-id'], name='dutylog_village'), models.Index(fields=['shift', 'at'], name='dutylog_shift')],
                'triggers': [pgtrigger.compiler.Trigger(name='dutylog_no_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7223a998ae903c8a313a7c1fe91c326578490c38', operation='DELETE', pgid='pgtrigger_dutylog_no_delete_de01d', table='rosters_dutylog', when='BEFORE')), pgtrigger.compiler.Trigger(name='dutylog_no_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.shift_id IS DISTINCT FROM NEW.shift_id OR OLD.at IS DISTINCT FROM NEW.at OR OLD.written_by_id IS DISTINCT FROM NEW.written_by_id OR OLD.text IS DISTINCT FROM NEW.text OR OLD.matter IS DISTINCT FROM NEW.matter OR OLD.demo IS DISTINCT FROM NEW.demo)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4d399832dfa43297585d6e5092d468376638b04c', operation='UPDATE', pgid='pgtrigger_dutylog_no_update_6514f', table='rosters_dutylog', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DutyShiftEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='rosters.dutyshift')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('grid', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='值班人')),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.member', verbose_name='值班党员')),
                ('rota', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='rosters.dutyrota')),
                ('kind', models.CharField(choices=[('after_hours', '乡镇值班'), ('village', '村干部轮值'), ('counsel', '轮值参事'), ('market', '赶场日坐班')], max_length=12, verbose_name='值班类型')),
                ('place', models.CharField(max_length=40, verbose_name='值班地点')),
                ('day', models.DateField(verbose_name='哪天')),
                ('starts_at', models.DateTimeField(verbose_name='开始')),
                ('ends_at', models.DateTimeField(verbose_name='结束')),
                ('turn', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='rosters.dutyturn')),
                ('state', models.CharField(choices=[('planned', '已排班'), ('vacant', '空岗'), ('cancelled', '已取消')], max_length=9, verbose_name='状态')),
                ('by_hand', models.BooleanField(default=False, verbose_name='人工调整')),
                ('note', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('told_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Swap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swaps', to='rosters.dutyshift')),
                ('in_return', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rosters.dutyshift')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='换班原因')),
                ('state', models.CharField(choices=[('asked', '等对方答复'), ('agreed', '已换班'), ('declined', '对方不同意'), ('withdrawn', '已撤回'), ('lapsed', '已失效')], default='asked', max_length=9, verbose_name='状态')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='答复时间')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['asked_of'], name='swap_asked_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('shift',), name='swap_one_open'), models.CheckConstraint(condition=models.Q(('asked_by', models.F('asked_of')), _negated=True), name='swap_other_person')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "rosters_swapevent" ("asked_at", "asked_by_id", "asked_of_id", "ended_at", "id", "in_return_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "shift_id", "state") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."asked_of_id", NEW."ended_at", NEW."id", NEW."in_return_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."shift_id", NEW."state"); RETURN NULL;', hash='7c1bffae1a865458a33de32f59d3a2f233e951e5', operation='UPDATE', pgid='pgtrigger_update_update_d896b', table='rosters_swap', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "rosters_swapevent" ("asked_at", "asked_by_id", "asked_of_id", "ended_at", "id", "in_return_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "shift_id", "state") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."asked_of_id", OLD."ended_at", OLD."id", OLD."in_return_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."shift_id", OLD."state"); RETURN NULL;', hash='34d0cc3fb4e368634015900135b04ecee7874258', operation='DELETE', pgid='pgtrigger_delete_delete_bd695', table='rosters_swap', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SwapEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='rosters.swap')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('shift', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='rosters.dutyshift')),
                ('in_return', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='rosters.dutyshift')),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_of', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='换班原因')),
                ('state', models.CharField(choices=[('asked', '等对方答复'), ('agreed', '已换班'), ('declined', '对方不同意'), ('withdrawn', '已撤回'), ('lapsed', '已失效')], default='asked', max_length=9, verbose_name='状态')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='答复时间')),
            ],
            options={
                'abstract': False,
            },
        ),
        scope_key('rosters_dutyrota'),
        scope_key('rosters_dutyshift'),
        scope_key('rosters_dutylog'),
        triggers_of('rosters'),
    ]
