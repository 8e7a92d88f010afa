"""Statement triggers on the sources append the days they change; the recount's own indexes on the sources.

Transition tables make a COPY of a year of visits one insert of some hundred dirty days, and an update that the
cascade of a grid's move causes counts like any other.
"""

from django.db import migrations

DAY = "({} AT TIME ZONE 'Asia/Shanghai')::date"
COLUMNS = "county_id, town_id, village_id, cell_id, grid_id, collected_at, registered_at"


def both(statement: str) -> str:
    """The statement for the rows as they were and as they are, whichever the operation has."""
    return f"""
        IF TG_OP <> 'INSERT' THEN {statement.format(rows="former")}; END IF;
        IF TG_OP <> 'DELETE' THEN {statement.format(rows="latter")}; END IF;
    """


VISITS = both(
    "INSERT INTO tallies_dirtyday (county_id, day) "
    f"SELECT DISTINCT county_id, {DAY.format('at')} FROM {{rows}}"
)
OF_ISSUES = both(
    "INSERT INTO tallies_dirtyday (county_id, day) "
    f"SELECT DISTINCT issue.county_id, {DAY.format('changed.at')} FROM {{rows}} changed "
    "JOIN issues_issue issue ON issue.id = changed.issue_id"
)
DAYS_OF_CHANGED = f"""
    INSERT INTO tallies_dirtyday (county_id, day)
    SELECT county_id, {DAY.format("collected_at")} FROM changed
    UNION SELECT county_id, {DAY.format("registered_at")} FROM changed WHERE registered_at IS NOT NULL
    UNION SELECT county_id, {DAY.format("event.at")} FROM changed JOIN issues_issueevent event ON issue_id = changed.id
    UNION SELECT county_id, {DAY.format("verdict.at")} FROM changed JOIN issues_verdict verdict ON issue_id = changed.id
"""
ISSUES = f"""
    IF TG_OP = 'UPDATE' THEN
        WITH changed AS (
            (SELECT id, {COLUMNS} FROM former EXCEPT SELECT id, {COLUMNS} FROM latter)
            UNION ALL (SELECT id, {COLUMNS} FROM latter EXCEPT SELECT id, {COLUMNS} FROM former)
        ) {DAYS_OF_CHANGED};
    ELSIF TG_OP = 'INSERT' THEN
        WITH changed AS (SELECT * FROM latter) {DAYS_OF_CHANGED};
    ELSE
        WITH changed AS (SELECT * FROM former) {DAYS_OF_CHANGED};
    END IF;
"""
TABLES = {
    "visits_visit": ("tallies_dirty_visits", VISITS),
    "issues_issue": ("tallies_dirty_issues", ISSUES),
    "issues_issueevent": ("tallies_dirty_of_issues", OF_ISSUES),
    "issues_verdict": ("tallies_dirty_of_issues", OF_ISSUES),
}
REFERENCING = {
    "INSERT": "NEW TABLE AS latter",
    "UPDATE": "OLD TABLE AS former NEW TABLE AS latter",
    "DELETE": "OLD TABLE AS former",
}


def functions() -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$",
            f"DROP FUNCTION {name}()",
        )
        for name, body in dict(TABLES.values()).items()
    ]


def triggers() -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER tallies_dirty_{operation.lower()} AFTER {operation} ON {table} "
            f"REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER tallies_dirty_{operation.lower()} ON {table}",
        )
        for table, (function, _) in TABLES.items()
        for operation, referencing in REFERENCING.items()
    ]


def index(name: str, on: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"CREATE INDEX {name} ON {on}", f"DROP INDEX {name}")


class Migration(migrations.Migration):
    replaces = [("tallies", "0003_dirty_days")]
    dependencies = [("tallies", "0001_tables"), ("visits", "0001_tables"), ("issues", "0001_tables")]
    operations = [
        *functions(),
        *triggers(),
        index("issue_county_registered", "issues_issue (county_id, registered_at DESC, id DESC)"),
        index("issueevent_at", "issues_issueevent (at)"),
        index("verdict_at", "issues_verdict (at)"),
    ]
