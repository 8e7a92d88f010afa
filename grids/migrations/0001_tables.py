import django.core.validators
import django.db.models.deletion
import mptt.fields
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import triggers_of
from grids.constraints import scope_key


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('grids', '0001_initial'),
        ('grids', '0002_storage'),
        ('grids', '0003_no_bounds_index'),
        ('grids', '0004_longer_full_name'),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='谁不在岗')),
                ('substitute', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='代理人')),
                ('since', models.DateField(verbose_name='自')),
                ('until', models.DateField(verbose_name='至(不含)')),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='事由')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'since'], name='absence_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='absence_dates'), models.CheckConstraint(condition=models.Q(('user', models.F('substitute')), _negated=True), name='absence_other_person')],
            },
        ),
        migrations.CreateModel(
            name='Grid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('prefecture', '地市'), ('county', '县(市、区)'), ('town', '乡镇(街道)'), ('village', '村(社区)'), ('cell', '网格'), ('sub_cell', '子格')], max_length=10, verbose_name='层级')),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('full_name', models.CharField(max_length=300, verbose_name='全称')),
                ('code', models.CharField(db_index=True, max_length=33, validators=[django.core.validators.RegexValidator('^\\d{12}(\\d{3})*$', '区划代码为12位数字，村以下每级加3位')], verbose_name='区划代码')),
                ('parent', mptt.fields.TreeForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='grids.grid', verbose_name='上级')),
                ('prefecture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='counties', to='grids.grid')),
                ('county_id', models.BigIntegerField(default=0)),
                ('town_id', models.BigIntegerField(default=0)),
                ('village_id', models.BigIntegerField(default=0)),
                ('cell_id', models.BigIntegerField(default=0)),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='启用日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('lft', models.PositiveIntegerField(editable=False)),
                ('rght', models.PositiveIntegerField(editable=False)),
                ('tree_id', models.PositiveIntegerField(db_index=True, editable=False)),
                ('depth', models.PositiveIntegerField(editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['county_id', 'kind'], name='grid_county_kind'), models.Index(fields=['town_id'], name='grid_town'), models.Index(fields=['village_id'], name='grid_village'), models.Index(fields=['cell_id'], name='grid_cell')],
                'constraints': [models.UniqueConstraint(fields=('id', 'county_id', 'town_id', 'village_id', 'cell_id'), name='grid_scope_key'), models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('code',), name='grid_code_in_force')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."cell_id" IS DISTINCT FROM (NEW."cell_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."county_id" IS DISTINCT FROM (NEW."county_id") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lat" IS DISTINCT FROM (NEW."lat") OR OLD."lng" IS DISTINCT FROM (NEW."lng") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."prefecture_id" IS DISTINCT FROM (NEW."prefecture_id") OR OLD."town_id" IS DISTINCT FROM (NEW."town_id") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to") OR OLD."village_id" IS DISTINCT FROM (NEW."village_id"))', func='INSERT INTO "grids_gridevent" ("cell_id", "code", "county_id", "full_name", "id", "kind", "lat", "lng", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefecture_id", "town_id", "valid_from", "valid_to", "village_id") VALUES (NEW."cell_id", NEW."code", NEW."county_id", NEW."full_name", NEW."id", NEW."kind", NEW."lat", NEW."lng", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefecture_id", NEW."town_id", NEW."valid_from", NEW."valid_to", NEW."village_id"); RETURN NULL;', hash='afd5280a8c447b203019f861195b81f8a5ed3107', operation='UPDATE', pgid='pgtrigger_update_update_c5104', table='grids_grid', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_gridevent" ("cell_id", "code", "county_id", "full_name", "id", "kind", "lat", "lng", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefecture_id", "town_id", "valid_from", "valid_to", "village_id") VALUES (OLD."cell_id", OLD."code", OLD."county_id", OLD."full_name", OLD."id", OLD."kind", OLD."lat", OLD."lng", OLD."name", OLD."parent_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prefecture_id", OLD."town_id", OLD."valid_from", OLD."valid_to", OLD."village_id"); RETURN NULL;', hash='c6b7fd7239b6b055f0403d1b820f9903166d5675', operation='DELETE', pgid='pgtrigger_delete_delete_6eea6', table='grids_grid', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='GridEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='grids.grid')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('prefecture', '地市'), ('county', '县(市、区)'), ('town', '乡镇(街道)'), ('village', '村(社区)'), ('cell', '网格'), ('sub_cell', '子格')], max_length=10, verbose_name='层级')),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('full_name', models.CharField(max_length=300, verbose_name='全称')),
                ('code', models.CharField(max_length=33, validators=[django.core.validators.RegexValidator('^\\d{12}(\\d{3})*$', '区划代码为12位数字，村以下每级加3位')], verbose_name='区划代码')),
                ('parent', mptt.fields.TreeForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid', verbose_name='上级')),
                ('prefecture', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid')),
                ('county_id', models.BigIntegerField(default=0)),
                ('town_id', models.BigIntegerField(default=0)),
                ('village_id', models.BigIntegerField(default=0)),
                ('cell_id', models.BigIntegerField(default=0)),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='启用日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='停用日期')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GridLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='grids.grid')),
                ('kind', models.CharField(choices=[('prefecture', '地市'), ('county', '县(市、区)'), ('town', '乡镇(街道)'), ('village', '村(社区)'), ('cell', '网格'), ('sub_cell', '子格')], max_length=10)),
                ('name', models.CharField(max_length=30)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('county', 'kind'), name='gridlevel_county_kind')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('role', models.CharField(choices=[('liaison_member', '联户党员'), ('grid_leader', '网格长'), ('informant', '信息员'), ('chief_grid_leader', '总网格长'), ('first_secretary', '第一书记'), ('branch_secretary', '支部书记'), ('resident_team', '住村工作队'), ('town_clerk', '乡镇经办'), ('town_leader', '乡镇领导'), ('county_clerk', '县委组织部经办'), ('county_leader', '县领导'), ('unit_handler', '部门承办人'), ('command_centre', '指挥中心'), ('police', '民警'), ('volunteer', '志愿者'), ('patrol', '治安巡逻'), ('property_manager', '物业'), ('auditor', '审计员'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员')], max_length=20, verbose_name='岗位')),
                ('since', models.DateField(verbose_name='任职日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='离任日期')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'role'], name='posting_user_role'), models.Index(fields=['grid', 'role'], name='posting_grid_role'), models.Index(fields=['county_id', 'role'], name='posting_county_role')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('role', 'grid_leader'), ('until', None)), fields=('grid',), name='one_leader_per_grid'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('user', 'grid', 'role'), name='posting_once'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='posting_dates')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "grids_postingevent" ("cell_id", "county_id", "grid_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "since", "town_id", "until", "user_id", "village_id") VALUES (NEW."cell_id", NEW."county_id", NEW."grid_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."since", NEW."town_id", NEW."until", NEW."user_id", NEW."village_id"); RETURN NULL;', hash='8d7cd023695b6d559c4d51855f330376710dffac', operation='UPDATE', pgid='pgtrigger_update_update_584a9', table='grids_posting', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "grids_postingevent" ("cell_id", "county_id", "grid_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "since", "town_id", "until", "user_id", "village_id") VALUES (OLD."cell_id", OLD."county_id", OLD."grid_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."since", OLD."town_id", OLD."until", OLD."user_id", OLD."village_id"); RETURN NULL;', hash='83566babb1415ad2600933fca021de58ba139021', operation='DELETE', pgid='pgtrigger_delete_delete_4a758', table='grids_posting', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='PostingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='grids.posting')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('grid', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('role', models.CharField(choices=[('liaison_member', '联户党员'), ('grid_leader', '网格长'), ('informant', '信息员'), ('chief_grid_leader', '总网格长'), ('first_secretary', '第一书记'), ('branch_secretary', '支部书记'), ('resident_team', '住村工作队'), ('town_clerk', '乡镇经办'), ('town_leader', '乡镇领导'), ('county_clerk', '县委组织部经办'), ('county_leader', '县领导'), ('unit_handler', '部门承办人'), ('command_centre', '指挥中心'), ('police', '民警'), ('volunteer', '志愿者'), ('patrol', '治安巡逻'), ('property_manager', '物业'), ('auditor', '审计员'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员')], max_length=20, verbose_name='岗位')),
                ('since', models.DateField(verbose_name='任职日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='离任日期')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(
            # room in every page for the bounds that tree writes renumber (../shared/scale.md)
            'ALTER TABLE grids_grid SET (fillfactor = 45)',
            'ALTER TABLE grids_grid RESET (fillfactor)',
        ),
        scope_key('grids_posting'),
        triggers_of('grids'),
    ]
