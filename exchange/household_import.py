"""Staged households and residents against the database: what is wrong with them, and writing them."""

from collections.abc import Iterator
from datetime import datetime

from accounts.crypto import blind_index, decrypt
from exchange import sql
from exchange.columns import Sheet
from exchange.household_sheets import HOUSEHOLDS, RESIDENTS
from exchange.importing import Importer, Written
from exchange.intake import Lookup
from exchange.places import Places
from exchange.staging import settle
from grids.models import Grid
from grids.scope import Scope
from households.models import Pairing
from visits.due import restate_each

KNOW_HOUSEHOLDS = """
    UPDATE import_household s SET id = h.id, is_new = false
    FROM households_household h WHERE h.county_id = %(county)s AND h.number = s.number
"""
"""Every staged row was given an id to be; a number the county knows keeps its own."""

OUTSIDE = "h.grid_id NOT IN (SELECT unnest(%(covered)s::bigint[]))"

HOUSEHOLD_FAULTS = f"""
    SELECT s.row, CASE
        WHEN {OUTSIDE} THEN '户编号“' || s.number || '”已由您管理范围以外的住户使用，请核对'
        ELSE '户编号“' || s.number || '”的住户已于' || to_char(h.closed_on, 'YYYY-MM-DD') || '销户，不能再导入'
    END
    FROM import_household s JOIN households_household h ON h.id = s.id
    WHERE NOT s.is_new AND (h.closed_on IS NOT NULL OR {OUTSIDE})
"""

RESIDENT_FAULTS = f"""
    SELECT s.row, CASE
        WHEN h.id IS NULL THEN '户编号“' || s.number || '”不在“住户”表里，系统里也没有这一户'
        WHEN {OUTSIDE} THEN '户编号“' || s.number || '”的住户不在您的管理范围内'
        ELSE '户编号“' || s.number || '”的住户已于' || to_char(h.closed_on, 'YYYY-MM-DD') || '销户'
    END
    FROM import_resident s LEFT JOIN households_household h ON h.county_id = %(county)s AND h.number = s.number
    WHERE s.number IS NOT NULL
      AND NOT EXISTS (SELECT FROM import_household staged WHERE staged.number = s.number)
      AND (h.id IS NULL OR h.closed_on IS NOT NULL OR {OUTSIDE})
    UNION ALL
    SELECT DISTINCT s.row, '身份证号已登记在您管理范围以外的住户，请联系上级核对'
    FROM import_resident s JOIN households_resident r ON r.id_index = s.id_index AND r.left_on IS NULL
    JOIN households_household h ON h.id = r.household_id
    WHERE h.county_id = %(county)s AND {OUTSIDE}
"""

_KEPT = ("kind", "head_name", "initials", "phone", "phone_index", "phone_tail", "address", "lat", "lng")
_HOUSEHOLD = sql.kept(_KEPT) | {name: f"place.{name}" for name in sql.SCOPE}

UPDATE_HOUSEHOLDS = f"""
    {sql.PLACES.format(table="import_household")}
    UPDATE households_household t SET {sql.assignments(_HOUSEHOLD)}
    FROM import_household s JOIN place USING (grid_id)
    WHERE t.id = s.id AND NOT s.is_new
      AND {sql.differs(_HOUSEHOLD, ("kind", "head_name", "phone_index", "address", "lat", "lng", "grid_id"))}
    RETURNING t.id
"""

INSERT_HOUSEHOLDS = f"""
    {sql.PLACES.format(table="import_household")}
    INSERT INTO households_household (
        id, number, kind, head_name, initials, phone, phone_index, phone_tail, address, lat, lng,
        public_code, created_at, demo, {", ".join(sql.SCOPE)}
    )
    SELECT s.id, s.number, coalesce(s.kind, 'family'), s.head_name, s.initials, coalesce(s.phone, ''),
        coalesce(s.phone_index, ''), coalesce(s.phone_tail, ''), coalesce(s.address, ''), s.lat, s.lng,
        s.public_code, %(at)s, false, place.*
    FROM import_household s JOIN place USING (grid_id) WHERE s.is_new
"""

PAIRINGS_FOLLOW = """
    UPDATE households_pairing p
    SET grid_id = h.grid_id, county_id = h.county_id, town_id = h.town_id, village_id = h.village_id,
        cell_id = h.cell_id
    FROM households_household h
    WHERE p.household_id = h.id AND p.until IS NULL AND p.grid_id <> h.grid_id AND h.id = ANY(%(households)s)
"""

END_TAGS = """
    UPDATE households_householdtag t SET until = greatest(t.since, %(on)s)
    FROM import_household s
    WHERE t.household_id = s.id AND NOT s.is_new AND t.until IS NULL AND NOT t.tag = ANY(s.tags)
    RETURNING t.household_id
"""

BEGIN_TAGS = """
    INSERT INTO households_householdtag (household_id, tag, since)
    SELECT s.id, named.tag, %(on)s FROM import_household s, unnest(s.tags) AS named (tag)
    WHERE NOT s.is_new AND NOT EXISTS (
        SELECT FROM households_householdtag t WHERE t.household_id = s.id AND t.tag = named.tag AND t.until IS NULL
    )
    RETURNING household_id
"""

TAG_NEW_HOUSEHOLDS = """
    INSERT INTO households_householdtag (household_id, tag, since)
    SELECT s.id, named.tag, %(on)s FROM import_household s, unnest(s.tags) AS named (tag) WHERE s.is_new
"""

MATCH_RESIDENTS = (
    """
    UPDATE import_resident s SET household_id = h.id, resident_id = (
        SELECT min(r.id) FROM households_resident r JOIN households_household own ON own.id = r.household_id
        WHERE r.id_index = s.id_index AND r.left_on IS NULL AND own.county_id = %(county)s
    )
    FROM households_household h WHERE h.county_id = %(county)s AND h.number = s.number
    """,
    """
    WITH alike AS (
        SELECT s.row, min(r.id) AS id
        FROM import_resident s JOIN households_resident r ON r.household_id = s.household_id AND r.name = s.name
        WHERE s.resident_id IS NULL AND r.left_on IS NULL AND (r.id_index = '' OR s.id_index IS NULL)
          AND NOT EXISTS (SELECT FROM import_resident other WHERE other.resident_id = r.id)
        GROUP BY s.row
    ), one AS (SELECT DISTINCT ON (id) id, row FROM alike ORDER BY id, row)
    UPDATE import_resident s SET resident_id = one.id FROM one WHERE one.row = s.row
    """,
)
"""A resident is known by the ID number anywhere in the county, else by the name within the household."""

MATCHED_PHONES = """
    SELECT s.row, s.phone_index, r.phone FROM import_resident s JOIN households_resident r ON r.id = s.resident_id
    WHERE s.phone_index IS NOT NULL AND r.phone <> ''
"""
FORGET_PHONES = "UPDATE import_resident SET phone = NULL WHERE row = ANY(%(rows)s)"

_RESIDENT = sql.kept(
    ("household_id", "name", "relation", "id_number", "id_index", "id_tail", "phone", "registered_here")
)
_RESIDENT["sex"] = "coalesce(s.sex, s.id_sex, t.sex)"

UPDATE_RESIDENTS = f"""
    UPDATE households_resident t SET {sql.assignments(_RESIDENT)}
    FROM import_resident s
    WHERE s.resident_id = t.id AND (s.phone IS NOT NULL OR {
    sql.differs(_RESIDENT, ("household_id", "name", "relation", "sex", "id_index", "registered_here"))
})
"""

INSERT_RESIDENTS = """
    INSERT INTO households_resident
        (household_id, name, relation, sex, id_number, id_index, id_tail, phone, registered_here, demo)
    SELECT household_id, name, relation, coalesce(sex, id_sex, '0'), coalesce(id_number, ''), coalesce(id_index, ''),
        coalesce(id_tail, ''), coalesce(phone, ''), coalesce(registered_here, true), false
    FROM import_resident WHERE resident_id IS NULL ORDER BY row
"""


class HouseholdImport(Importer):
    """住户 and 家庭成员. Tags in a filled cell are all the tags in force; pairings follow a household that moves."""

    sheets = (HOUSEHOLDS, RESIDENTS)
    main = HOUSEHOLDS

    def __init__(self, county: Grid, scope: Scope, at: datetime) -> None:
        super().__init__(county, scope, at)
        self._places = Places(county, scope, leaves=True)

    @property
    def lookups(self) -> dict[str, Lookup]:
        return {"leaves": self._places.find}

    def faults(self) -> Iterator[tuple[Sheet, int, str]]:
        values = {"county": self.county.pk, "covered": list(self._places.covered)}
        sql.execute(KNOW_HOUSEHOLDS, values)
        yield from ((HOUSEHOLDS, row, sentence) for row, sentence in sql.fetch(HOUSEHOLD_FAULTS, values))
        yield from ((RESIDENTS, row, sentence) for row, sentence in sql.fetch(RESIDENT_FAULTS, values))

    def write(self) -> list[Written]:
        return [self._write_households(), self._write_residents()]

    def _write_households(self) -> Written:
        values = {"on": self.scope.on, "at": self.at}
        changed = {pk for (pk,) in sql.fetch(UPDATE_HOUSEHOLDS, values)}
        sql.execute(PAIRINGS_FOLLOW, {"households": list(changed)})
        retagged = {pk for statement in (END_TAGS, BEGIN_TAGS) for (pk,) in sql.fetch(statement, values)}
        restate_each(Pairing.objects.filter(until=None, household__in=retagged), self.scope.on)
        created = sql.execute(INSERT_HOUSEHOLDS, values)
        sql.execute(TAG_NEW_HOUSEHOLDS, values)
        return Written("住户", "户", created, len(changed | retagged))

    def _write_residents(self) -> Written:
        values = {"county": self.county.pk}
        if not sql.fetch("SELECT FROM import_resident LIMIT 1", values):
            return Written("家庭成员", "人", 0, 0)
        settle(["households_household"])
        for statement in MATCH_RESIDENTS:
            sql.execute(statement, values)
        same = [row for row, index, sealed in sql.fetch(MATCHED_PHONES, {}) if blind_index(decrypt(sealed)) == index]
        sql.execute(FORGET_PHONES, {"rows": same})
        updated = sql.execute(UPDATE_RESIDENTS, {})
        return Written("家庭成员", "人", sql.execute(INSERT_RESIDENTS, {}), updated)
