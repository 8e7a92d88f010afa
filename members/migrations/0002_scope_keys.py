from django.db import migrations

from grids.constraints import scope_key


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_storage"), ("members", "0001_initial")]
    operations = [
        scope_key("members_partyorg"),
        scope_key("members_member"),
        scope_key("members_communityreport"),
    ]
