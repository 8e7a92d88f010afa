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
        ('members', '0001_initial'),
        ('members', '0002_scope_keys'),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        ('grids', '0001_tables'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='PartyOrg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('kind', models.CharField(choices=[('committee', '党委'), ('general_branch', '党总支'), ('branch', '党支部'), ('temp_branch', '临时党支部'), ('group', '党小组')], max_length=15, verbose_name='类型')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='members.partyorg')),
            ],
            options={
                'indexes': [models.Index(fields=['county_id', 'name'], name='partyorg_county_name')],
                'constraints': [models.UniqueConstraint(fields=('county_id', 'name'), name='partyorg_once')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='grids.grid')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('landline', models.CharField(blank=True, max_length=20, verbose_name='办公电话')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('county', 'name'), name='unit_once')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('number', models.CharField(max_length=20, verbose_name='党员编号')),
                ('name', models.CharField(max_length=30, verbose_name='姓名')),
                ('initials', models.CharField(blank=True, max_length=30)),
                ('sex', models.CharField(choices=[('0', '未知'), ('1', '男'), ('2', '女'), ('9', '未说明')], default='0', max_length=1, verbose_name='性别')),
                ('birth_year', models.SmallIntegerField(blank=True, null=True, verbose_name='出生年份')),
                ('phone', accounts.fields.EncryptedField(blank=True, verbose_name='电话')),
                ('phone_index', models.CharField(blank=True, db_index=True, max_length=32)),
                ('phone_tail', models.CharField(blank=True, max_length=4)),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='member', to=settings.AUTH_USER_MODEL)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='members.partyorg', verbose_name='所在党支部')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='members.unit')),
                ('cadre', models.CharField(choices=[('village_member', '农村党员'), ('village_cadre', '村干部'), ('town_cadre', '乡镇干部'), ('department_staff', '部门干部'), ('leader', '县级领导'), ('delegate', '两代表一委员'), ('heart_link', '党群连心户')], default='village_member', max_length=20, verbose_name='类型')),
                ('abilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('policy', '政策'), ('farming', '农技'), ('medical', '医疗'), ('mediation', '调解'), ('employment', '就业'), ('schooling', '助学'), ('errands', '代办')], max_length=12), default=list, size=None, verbose_name='能力')),
                ('capacity_min', models.SmallIntegerField(default=5, verbose_name='联户下限')),
                ('capacity_max', models.SmallIntegerField(default=12, verbose_name='联户上限')),
                ('exempt_reason', models.CharField(blank=True, choices=[('', '不免'), ('age', '年满70周岁'), ('ill', '患病'), ('away', '外出'), ('other', '其他')], max_length=10, verbose_name='免联事由')),
                ('exempt_since', models.DateField(blank=True, null=True)),
                ('exempt_until', models.DateField(blank=True, null=True, verbose_name='免联至')),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lng', models.FloatField(blank=True, null=True)),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='入党日期')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='转出日期')),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'indexes': [models.Index(fields=['county_id', 'name'], name='member_county_name'), models.Index(fields=['town_id', 'id'], name='member_town'), models.Index(fields=['village_id', 'id'], name='member_village')],
                'constraints': [models.UniqueConstraint(fields=('county_id', 'number'), name='member_number'), models.CheckConstraint(condition=models.Q(('capacity_max__gte', models.F('capacity_min')), ('capacity_min__gte', 0)), name='member_capacity')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "members_memberevent" ("abilities", "birth_year", "branch_id", "cadre", "capacity_max", "capacity_min", "cell_id", "county_id", "demo", "exempt_reason", "exempt_since", "exempt_until", "grid_id", "id", "initials", "joined_on", "lat", "left_on", "lng", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "phone_tail", "sex", "town_id", "unit_id", "user_id", "village_id") VALUES (NEW."abilities", NEW."birth_year", NEW."branch_id", NEW."cadre", NEW."capacity_max", NEW."capacity_min", NEW."cell_id", NEW."county_id", NEW."demo", NEW."exempt_reason", NEW."exempt_since", NEW."exempt_until", NEW."grid_id", NEW."id", NEW."initials", NEW."joined_on", NEW."lat", NEW."left_on", NEW."lng", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."phone_index", NEW."phone_tail", NEW."sex", NEW."town_id", NEW."unit_id", NEW."user_id", NEW."village_id"); RETURN NULL;', hash='2261dc90b08b864ef62807b0435a6b0e8c19eff3', operation='UPDATE', pgid='pgtrigger_update_update_b1bc1', table='members_member', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "members_memberevent" ("abilities", "birth_year", "branch_id", "cadre", "capacity_max", "capacity_min", "cell_id", "county_id", "demo", "exempt_reason", "exempt_since", "exempt_until", "grid_id", "id", "initials", "joined_on", "lat", "left_on", "lng", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "phone_tail", "sex", "town_id", "unit_id", "user_id", "village_id") VALUES (OLD."abilities", OLD."birth_year", OLD."branch_id", OLD."cadre", OLD."capacity_max", OLD."capacity_min", OLD."cell_id", OLD."county_id", OLD."demo", OLD."exempt_reason", OLD."exempt_since", OLD."exempt_until", OLD."grid_id", OLD."id", OLD."initials", OLD."joined_on", OLD."lat", OLD."left_on", OLD."lng", OLD."name", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."phone_index", OLD."phone_tail", OLD."sex", OLD."town_id", OLD."unit_id", OLD."user_id", OLD."village_id"); RETURN NULL;', hash='dfb05b6c00038538bf04a047e57a07576710d73a', operation='DELETE', pgid='pgtrigger_delete_delete_925fb', table='members_member', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='UnitStaff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff', to='members.unit')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unit_staff', to=settings.AUTH_USER_MODEL)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('unit', 'user'), name='unitstaff_once')],
            },
        ),
        migrations.CreateModel(
            name='CommunityReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='members.member')),
                ('since', models.DateField(verbose_name='报到日期')),
                ('until', models.DateField(blank=True, null=True)),
                ('home_confirmed', models.DateField(blank=True, null=True, verbose_name='单位确认')),
                ('community_confirmed', models.DateField(blank=True, null=True, verbose_name='社区确认')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('member', 'grid'), name='communityreport_once')],
            },
        ),
        migrations.CreateModel(
            name='MemberEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='members.member')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('grid', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('number', models.CharField(max_length=20, verbose_name='党员编号')),
                ('name', models.CharField(max_length=30, verbose_name='姓名')),
                ('initials', models.CharField(blank=True, max_length=30)),
                ('sex', models.CharField(choices=[('0', '未知'), ('1', '男'), ('2', '女'), ('9', '未说明')], default='0', max_length=1, verbose_name='性别')),
                ('birth_year', models.SmallIntegerField(blank=True, null=True, verbose_name='出生年份')),
                ('phone', accounts.fields.EncryptedField(blank=True, verbose_name='电话')),
                ('phone_index', models.CharField(blank=True, max_length=32)),
                ('phone_tail', models.CharField(blank=True, max_length=4)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('branch', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.partyorg', verbose_name='所在党支部')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='members.unit')),
                ('cadre', models.CharField(choices=[('village_member', '农村党员'), ('village_cadre', '村干部'), ('town_cadre', '乡镇干部'), ('department_staff', '部门干部'), ('leader', '县级领导'), ('delegate', '两代表一委员'), ('heart_link', '党群连心户')], default='village_member', max_length=20, verbose_name='类型')),
                ('abilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('policy', '政策'), ('farming', '农技'), ('medical', '医疗'), ('mediation', '调解'), ('employment', '就业'), ('schooling', '助学'), ('errands', '代办')], max_length=12), default=list, size=None, verbose_name='能力')),
                ('capacity_min', models.SmallIntegerField(default=5, verbose_name='联户下限')),
                ('capacity_max', models.SmallIntegerField(default=12, verbose_name='联户上限')),
                ('exempt_reason', models.CharField(blank=True, choices=[('', '不免'), ('age', '年满70周岁'), ('ill', '患病'), ('away', '外出'), ('other', '其他')], max_length=10, verbose_name='免联事由')),
                ('exempt_since', models.DateField(blank=True, null=True)),
                ('exempt_until', models.DateField(blank=True, null=True, verbose_name='免联至')),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lng', models.FloatField(blank=True, null=True)),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='入党日期')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='转出日期')),
                ('demo', models.BooleanField(default=False, verbose_name='演示')),
            ],
            options={
                'abstract': False,
            },
        ),
        scope_key('members_partyorg'),
        scope_key('members_member'),
        scope_key('members_communityreport'),
        triggers_of('members'),
    ]
