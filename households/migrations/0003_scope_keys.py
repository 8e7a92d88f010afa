from django.db import migrations

from grids.constraints import scope_key


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_storage"), ("households", "0002_initial")]
    operations = [
        scope_key("households_household"),
        scope_key("households_pairing"),
    ]
