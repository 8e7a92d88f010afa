import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('exchange', '0001_initial'),
        ('exchange', '0002_initial'),
        ('exchange', '0003_job_attempts'),
        ('exchange', '0004_exports'),
        ('exchange', '0005_prints'),
        ('exchange', '0006_wishes'),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        ('grids', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('households_in', '导入住户'), ('members_in', '导入党员'), ('wishes_in', '导入志愿'), ('ledger_out', '导出台账'), ('households_out', '导出住户'), ('members_out', '导出党员'), ('pairings_out', '导出结对'), ('roster_print', '打印结对名册'), ('cards_print', '打印联系服务卡'), ('gaps_print', '打印缺口名单'), ('loads_print', '打印联户数偏少偏多名单'), ('notebook_print', '打印走访本')], max_length=15, verbose_name='类型')),
                ('state', models.CharField(choices=[('waiting', '排队中'), ('running', '处理中'), ('checked', '试运行通过'), ('rejected', '有错误，未导入'), ('done', '已完成'), ('failed', '未能完成')], default='waiting', max_length=8, verbose_name='状态')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid')),
                ('dry_run', models.BooleanField(default=False, verbose_name='仅试运行')),
                ('source', models.FileField(blank=True, upload_to='imports/%Y/%m/', verbose_name='上传文件')),
                ('asked', models.JSONField(default=dict)),
                ('result', models.FileField(blank=True, upload_to='results/%Y/%m/', verbose_name='结果文件')),
                ('created_at', models.DateTimeField(verbose_name='提交时间')),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0, verbose_name='总行数')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已处理')),
                ('created', models.PositiveIntegerField(default=0, verbose_name='新增')),
                ('updated', models.PositiveIntegerField(default=0, verbose_name='更新')),
                ('faults', models.PositiveIntegerField(default=0, verbose_name='错误')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='说明')),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-created_at'], name='job_user')],
            },
        ),
    ]
