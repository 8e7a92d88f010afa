import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0002_storage'),
        ('tallies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='dailytally',
            name='dailytally_once',
        ),
        migrations.RenameField(
            model_name='dirtyday',
            old_name='village_id',
            new_name='county_id',
        ),
        migrations.AddField(
            model_name='dailytally',
            name='cell_id',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='dailytally',
            name='county_id',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='dailytally',
            name='solved',
            field=models.PositiveIntegerField(default=0, verbose_name='已解决'),
        ),
        migrations.AddField(
            model_name='dailytally',
            name='town_id',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='dailytally',
            name='unconfirmed',
            field=models.PositiveIntegerField(default=0, verbose_name='未经群众确认'),
        ),
        migrations.AddField(
            model_name='dailytally',
            name='village_id',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='dailytally',
            name='grid',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格'),
        ),
        migrations.AddIndex(
            model_name='dailytally',
            index=models.Index(condition=models.Q(('village_id', 0)), fields=['county_id', 'day'], name='tally_of_towns'),
        ),
        migrations.AddIndex(
            model_name='dailytally',
            index=models.Index(condition=models.Q(('cell_id', 0)), fields=['town_id', 'day'], name='tally_of_villages'),
        ),
        migrations.AddIndex(
            model_name='dailytally',
            index=models.Index(fields=['village_id', 'day'], name='tally_of_cells'),
        ),
        migrations.AddConstraint(
            model_name='dailytally',
            constraint=models.UniqueConstraint(fields=('county_id', 'grid', 'day', 'town_id', 'village_id', 'cell_id'), name='dailytally_once'),
        ),
    ]
