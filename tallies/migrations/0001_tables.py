import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('tallies', '0001_initial'),
        ('tallies', '0002_levels'),
        ('tallies', '0004_day_index'),
    ]

    dependencies = [
        ('grids', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('county_id', models.BigIntegerField()),
                ('town_id', models.BigIntegerField()),
                ('village_id', models.BigIntegerField()),
                ('cell_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('visits', models.PositiveIntegerField(default=0, verbose_name='走访')),
                ('visits_kept', models.PositiveIntegerField(default=0, verbose_name='有效走访')),
                ('collected', models.PositiveIntegerField(default=0, verbose_name='收集')),
                ('solved_on_spot', models.PositiveIntegerField(default=0, verbose_name='当场办结')),
                ('registered', models.PositiveIntegerField(default=0, verbose_name='挂号')),
                ('escalated', models.PositiveIntegerField(default=0, verbose_name='上报')),
                ('closed', models.PositiveIntegerField(default=0, verbose_name='销号')),
                ('reopened', models.PositiveIntegerField(default=0, verbose_name='复号')),
                ('verdicts', models.PositiveIntegerField(default=0, verbose_name='群众评价')),
                ('satisfied', models.PositiveIntegerField(default=0, verbose_name='满意')),
                ('solved', models.PositiveIntegerField(default=0, verbose_name='已解决')),
                ('unconfirmed', models.PositiveIntegerField(default=0, verbose_name='未经群众确认')),
            ],
            options={
                'indexes': [models.Index(fields=['county_id', 'day'], name='tally_of_day'), models.Index(condition=models.Q(('village_id', 0)), fields=['county_id', 'day'], name='tally_of_towns'), models.Index(condition=models.Q(('cell_id', 0)), fields=['town_id', 'day'], name='tally_of_villages'), models.Index(fields=['village_id', 'day'], name='tally_of_cells')],
                'constraints': [models.UniqueConstraint(fields=('county_id', 'grid', 'day', 'town_id', 'village_id', 'cell_id'), name='dailytally_once')],
            },
        ),
        migrations.CreateModel(
            name='DirtyDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county_id', models.BigIntegerField()),
                ('day', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
