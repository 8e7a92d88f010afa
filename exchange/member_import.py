"""Staged party organisations and members against the database: what is wrong with them, and writing them."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from exchange import sql
from exchange.cells import BadCell
from exchange.columns import Sheet
from exchange.importing import Importer, Written
from exchange.intake import Lookup
from exchange.member_sheets import MEMBERS, NOT_EXEMPT, PARTY_ORGS
from exchange.places import Places
from grids.models import Grid
from grids.scope import Scope
from members.models import PartyOrg

LEAST, MOST = 5, 12

ORG_FAULTS = """
    SELECT s.row, '党组织“' || s.name || '”在您的管理范围以外，不能改'
    FROM import_org s JOIN members_partyorg o ON o.county_id = %(county)s AND o.name = s.name
    WHERE o.grid_id NOT IN (SELECT unnest(%(covered)s::bigint[]))
"""

MEMBER_FAULTS = f"""
    SELECT s.row, CASE
        WHEN t.grid_id NOT IN (SELECT unnest(%(covered)s::bigint[]))
            THEN '党员编号“' || s.number || '”已由您管理范围以外的党员使用，请核对'
        WHEN t.left_on IS NOT NULL
            THEN '党员编号“' || s.number || '”的党员已于' || to_char(t.left_on, 'YYYY-MM-DD') || '转出，不能再导入'
        ELSE '联户下限大于联户上限（系统里现为' || t.capacity_min || '至' || t.capacity_max || '户）'
    END
    FROM import_member s JOIN members_member t ON t.county_id = %(county)s AND t.number = s.number
    WHERE t.left_on IS NOT NULL OR t.grid_id NOT IN (SELECT unnest(%(covered)s::bigint[]))
       OR coalesce(s.capacity_min, t.capacity_min) > coalesce(s.capacity_max, t.capacity_max)
    UNION ALL
    SELECT s.row, '只填了联户下限或上限时，另一项按{LEAST}或{MOST}计：下限大于上限了'
    FROM import_member s
    WHERE (s.capacity_min IS NULL) <> (s.capacity_max IS NULL)
      AND coalesce(s.capacity_min, {LEAST}) > coalesce(s.capacity_max, {MOST})
      AND NOT EXISTS (SELECT FROM members_member t WHERE t.county_id = %(county)s AND t.number = s.number)
"""

_ORG = sql.kept(("kind",)) | {name: f"place.{name}" for name in sql.SCOPE}

UPDATE_ORGS = f"""
    {sql.PLACES.format(table="import_org")}
    UPDATE members_partyorg t SET {sql.assignments(_ORG)} FROM import_org s JOIN place USING (grid_id)
    WHERE t.county_id = %(county)s AND t.name = s.name AND {sql.differs(_ORG, ("kind", "grid_id"))}
    RETURNING t.id
"""

INSERT_ORGS = f"""
    {sql.PLACES.format(table="import_org")}
    INSERT INTO members_partyorg (name, kind, {", ".join(sql.SCOPE)})
    SELECT s.name, s.kind, place.* FROM import_org s JOIN place USING (grid_id)
    WHERE NOT EXISTS (SELECT FROM members_partyorg o WHERE o.county_id = %(county)s AND o.name = s.name)
    ORDER BY s.row
    RETURNING id
"""

HANG_ORGS = """
    UPDATE members_partyorg t SET parent_id = above.id
    FROM import_org s JOIN members_partyorg above ON above.county_id = %(county)s AND above.name = s.parent
    WHERE t.county_id = %(county)s AND t.name = s.name AND t.parent_id IS DISTINCT FROM above.id
    RETURNING t.id
"""

_KEPT = (
    *("name", "initials", "sex", "birth_year", "phone", "phone_index", "phone_tail", "cadre", "abilities"),
    *("capacity_min", "capacity_max", "joined_on"),
)
_REASON = f"CASE s.exempt_reason WHEN '{NOT_EXEMPT}' THEN '' ELSE coalesce(s.exempt_reason, t.exempt_reason) END"
_MEMBER = (
    sql.kept(_KEPT)
    | {name: f"place.{name}" for name in sql.SCOPE}
    | {
        "branch_id": "branch.id",
        "exempt_reason": _REASON,
        "exempt_since": f"CASE WHEN {_REASON} = '' THEN NULL WHEN {_REASON} <> t.exempt_reason THEN %(on)s::date "
        "ELSE t.exempt_since END",
        "exempt_until": f"CASE WHEN {_REASON} = '' THEN NULL WHEN {_REASON} <> t.exempt_reason THEN s.exempt_until "
        "ELSE coalesce(s.exempt_until, t.exempt_until) END",
    }
)
_COMPARED = (
    *("name", "sex", "birth_year", "phone_index", "cadre", "abilities", "capacity_min", "capacity_max", "joined_on"),
    *("grid_id", "branch_id", "exempt_reason", "exempt_since", "exempt_until"),
)
_BRANCH = "JOIN members_partyorg branch ON branch.county_id = %(county)s AND branch.name = s.branch"

UPDATE_MEMBERS = f"""
    {sql.PLACES.format(table="import_member")}
    UPDATE members_member t SET {sql.assignments(_MEMBER)}
    FROM import_member s JOIN place USING (grid_id) {_BRANCH}
    WHERE t.county_id = %(county)s AND t.number = s.number AND {sql.differs(_MEMBER, _COMPARED)}
"""

INSERT_MEMBERS = f"""
    {sql.PLACES.format(table="import_member")}
    INSERT INTO members_member (
        number, name, initials, sex, birth_year, phone, phone_index, phone_tail, branch_id, cadre, abilities,
        capacity_min, capacity_max, exempt_reason, exempt_since, exempt_until, joined_on, demo, {", ".join(sql.SCOPE)}
    )
    SELECT s.number, s.name, s.initials, coalesce(s.sex, '0'), s.birth_year, coalesce(s.phone, ''),
        coalesce(s.phone_index, ''), coalesce(s.phone_tail, ''), branch.id, coalesce(s.cadre, 'village_member'),
        coalesce(s.abilities, '{{}}'), coalesce(s.capacity_min, {LEAST}), coalesce(s.capacity_max, {MOST}),
        coalesce(nullif(s.exempt_reason, '{NOT_EXEMPT}'), ''),
        CASE WHEN s.exempt_reason <> '{NOT_EXEMPT}' THEN %(on)s::date END, s.exempt_until, s.joined_on, false, place.*
    FROM import_member s JOIN place USING (grid_id) {_BRANCH}
    WHERE NOT EXISTS (SELECT FROM members_member m WHERE m.county_id = %(county)s AND m.number = s.number)
    ORDER BY s.row
"""


class MemberImport(Importer):
    """党组织 and 党员. A branch is either known already or written in the 党组织 sheet: a typing error makes none."""

    sheets = (PARTY_ORGS, MEMBERS)
    main = MEMBERS

    def __init__(self, county: Grid, scope: Scope, at: datetime) -> None:
        super().__init__(county, scope, at)
        self._places = Places(county, scope, leaves=False)

    @property
    def lookups(self) -> dict[str, Lookup]:
        return {"grids": self._places.find, "branches": self._find_branch}

    def faults(self) -> Iterator[tuple[Sheet, int, str]]:
        values = {"county": self.county.pk, "covered": list(self._places.covered)}
        yield from ((PARTY_ORGS, row, sentence) for row, sentence in sql.fetch(ORG_FAULTS, values))
        yield from self._parent_faults()
        yield from ((MEMBERS, row, sentence) for row, sentence in sql.fetch(MEMBER_FAULTS, values))

    def write(self) -> list[Written]:
        values = {"county": self.county.pk, "on": self.scope.on}
        updated = {pk for (pk,) in sql.fetch(UPDATE_ORGS, values)}
        created = {pk for (pk,) in sql.fetch(INSERT_ORGS, values)}
        updated |= {pk for (pk,) in sql.fetch(HANG_ORGS, values)} - created
        changed = sql.execute(UPDATE_MEMBERS, values)
        return [
            Written("党组织", "个", len(created), len(updated)),
            Written("党员", "名", sql.execute(INSERT_MEMBERS, values), changed),
        ]

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        """Every organisation of the county by name, with its parent's: as stored, overruled by the staged sheet."""
        stored = dict(PartyOrg.objects.filter(county_id=self.county.pk).values_list("name", "parent__name"))
        staged = sql.fetch("SELECT name, parent FROM import_org WHERE name IS NOT NULL", {})
        return stored | {name: parent or stored.get(name) for name, parent in staged}

    def _find_branch(self, name: str) -> str:
        if name not in self._parents:
            raise BadCell(f"系统里没有党组织“{name}”，请核对名称；确是新的，先写在“党组织”表里")
        return name

    def _parent_faults(self) -> Iterator[tuple[Sheet, int, str]]:
        for row, name, parent in sql.fetch("SELECT row, name, parent FROM import_org WHERE parent IS NOT NULL", {}):
            if parent not in self._parents:
                yield PARTY_ORGS, row, f"上级党组织“{parent}”不存在，请核对名称或写在本表里"
            elif name in self._above(parent):
                yield PARTY_ORGS, row, f"上级党组织“{parent}”又在“{name}”之下，成了循环"

    def _above(self, name: str) -> set[str]:
        """The organisation and all above it."""
        above: set[str] = set()
        step: str | None = name
        while step is not None and step not in above:
            above.add(step)
            step = self._parents.get(step)
        return above
