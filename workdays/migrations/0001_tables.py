import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import triggers_of


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('workdays', '0001_initial'),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='日期')),
                ('kind', models.CharField(choices=[('holiday', '放假'), ('makeup', '调休上班')], max_length=10, verbose_name='类型')),
                ('name', models.CharField(max_length=30, verbose_name='节日')),
                ('county_id', models.BigIntegerField(blank=True, help_text='空表示全国统一安排', null=True, verbose_name='县')),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
                ('entered_at', models.DateTimeField(blank=True, null=True, verbose_name='录入时间')),
            ],
            options={
                'verbose_name': '放假与调休',
                'verbose_name_plural': '放假与调休',
                'constraints': [models.UniqueConstraint(condition=models.Q(('county_id', None)), fields=('date',), name='calendarday_national'), models.UniqueConstraint(fields=('county_id', 'date'), name='calendarday_county'), models.CheckConstraint(condition=models.Q(('kind__in', ['holiday', 'makeup'])), name='calendarday_kind')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "workdays_calendardayevent" ("county_id", "date", "entered_at", "entered_by_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."county_id", NEW."date", NEW."entered_at", NEW."entered_by_id", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='5e41a1b2fac6573193c4e938535bc6eaf97f143c', operation='UPDATE', pgid='pgtrigger_update_update_c1d32', table='workdays_calendarday', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "workdays_calendardayevent" ("county_id", "date", "entered_at", "entered_by_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."county_id", OLD."date", OLD."entered_at", OLD."entered_by_id", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='23dd0506cb4b2d3a41d61afc5e95f909ccb4b934', operation='DELETE', pgid='pgtrigger_delete_delete_24323', table='workdays_calendarday', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CalendarDayEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='workdays.calendarday')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('date', models.DateField(verbose_name='日期')),
                ('kind', models.CharField(choices=[('holiday', '放假'), ('makeup', '调休上班')], max_length=10, verbose_name='类型')),
                ('name', models.CharField(max_length=30, verbose_name='节日')),
                ('county_id', models.BigIntegerField(blank=True, help_text='空表示全国统一安排', null=True, verbose_name='县')),
                ('entered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
                ('entered_at', models.DateTimeField(blank=True, null=True, verbose_name='录入时间')),
            ],
            options={
                'abstract': False,
            },
        ),
        triggers_of('workdays'),
    ]
