from django.db import migrations

from grids.constraints import scope_key


class Migration(migrations.Migration):
    """Room in every page for the bounds that tree writes renumber (../shared/scale.md), and the postings' scope key."""

    dependencies = [("grids", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE grids_grid SET (fillfactor = 45)", "ALTER TABLE grids_grid RESET (fillfactor)"
        ),
        scope_key("grids_posting"),
    ]
