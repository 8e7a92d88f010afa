from django.db import migrations

from grids.constraints import scope_key


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_storage"), ("issues", "0003_initial")]
    operations = [
        scope_key("issues_issue", "live_grid_id"),
    ]
