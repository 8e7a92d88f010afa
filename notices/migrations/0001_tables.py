import accounts.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('notices', '0001_initial'),
        ('notices', '0002_delivery_states'),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('channel', models.CharField(choices=[('inbox', '站内'), ('sms', '短信'), ('robot', '群机器人')], max_length=5)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('phone', accounts.fields.EncryptedField(blank=True)),
                ('address', accounts.fields.EncryptedField(blank=True, db_default='', default='')),
                ('text', models.CharField(max_length=200, verbose_name='内容')),
                ('link', models.CharField(blank=True, max_length=120)),
                ('matter', models.BigIntegerField(null=True)),
                ('urgent', models.BooleanField(db_default=False, default=False)),
                ('template', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('params', models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ('created_at', models.DateTimeField(verbose_name='时间')),
                ('not_before', models.DateTimeField(null=True)),
                ('quiet_from', models.PositiveSmallIntegerField(null=True)),
                ('quiet_until', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', '待发送'), ('sent', '已发送'), ('delivered', '已送达'), ('failed', '发送失败'), ('cancelled', '已取消')], default='waiting', max_length=9)),
                ('turn', models.PositiveSmallIntegerField(db_default=1, default=1)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('gateway_id', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('read_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['id'], name='notice_waiting'), models.Index(fields=['user', '-created_at', '-id'], name='notice_inbox'), models.Index(condition=models.Q(('channel', 'sms')), fields=['-created_at', '-id'], name='notice_sms'), models.Index(condition=models.Q(('matter__isnull', False)), fields=['matter'], name='notice_matter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('user__isnull', False), models.Q(('channel', 'inbox'), _negated=True), _connector='OR'), name='notice_recipient')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('channel', models.CharField(choices=[('sms', '短信'), ('robot', '群机器人')], max_length=5)),
                ('address', accounts.fields.EncryptedField(blank=True)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=64, unique=True)),
                ('phone', accounts.fields.EncryptedField(verbose_name='来自')),
                ('text', accounts.fields.EncryptedField(blank=True, verbose_name='内容')),
                ('signature', models.CharField(blank=True, max_length=20)),
                ('sent_at', models.DateTimeField(verbose_name='发送时间')),
                ('arrived_at', models.DateTimeField(verbose_name='收到时间')),
                ('state', models.CharField(choices=[('new', '待处理'), ('taken', '已采用'), ('settled', '已处理')], default='new', max_length=7, verbose_name='状态')),
                ('matter', models.BigIntegerField(null=True)),
                ('county', models.BigIntegerField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-arrived_at', '-id'], name='reply_newest')],
            },
        ),
        migrations.CreateModel(
            name='Resend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resends', to='notices.notice')),
                ('turn', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('was', models.CharField(choices=[('waiting', '待发送'), ('sent', '已发送'), ('delivered', '已送达'), ('failed', '发送失败'), ('cancelled', '已取消')], max_length=9)),
                ('error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('notice', 'turn'), name='resend_once')],
            },
        ),
    ]
