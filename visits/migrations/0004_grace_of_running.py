"""The days of grace of pairings that run already, as visits.due would tell them."""

from django.db import migrations

GRACE = """
    UPDATE households_pairing p SET grace_until = p.next_due_on + ruled.grace FROM (
        SELECT standing.id, (COALESCE(
            (SELECT min(ARRAY[r.interval_days, r.grace_days])
               FROM households_householdtag t JOIN visits_visitrule r ON r.tag = t.tag
              WHERE t.household_id = standing.household_id AND t.until IS NULL
                AND r.programme_id = standing.programme_id),
            (SELECT ARRAY[r.interval_days, r.grace_days] FROM visits_visitrule r
              WHERE r.tag = '' AND r.programme_id = standing.programme_id)))[2] AS grace
          FROM households_pairing standing
         WHERE standing.next_due_on IS NOT NULL AND NOT EXISTS (
            SELECT FROM visits_visittrigger t
             WHERE t.household_id = standing.household_id AND t.answered_by_id IS NULL)
    ) ruled WHERE p.id = ruled.id AND ruled.grace > 0
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_pacing"), ("households", "0006_grace")]
    operations = [migrations.RunSQL(GRACE, migrations.RunSQL.noop)]
