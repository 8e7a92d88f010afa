"""What a grid may be called, coded and hung under (domain.md §2). Pure: no database."""

import re

from accounts.roles import AUDIT_ALONE, Role
from grids.models import Kind

MOST_LEVELS = 10
LONGEST_NAME = 30
BELOW_VILLAGE = (Kind.CELL, Kind.SUB_CELL)
PARENT_KINDS: dict[Kind, tuple[Kind, ...]] = {
    Kind.PREFECTURE: (),
    Kind.COUNTY: (),
    Kind.TOWN: (Kind.COUNTY,),
    Kind.VILLAGE: (Kind.TOWN,),
    Kind.CELL: (Kind.VILLAGE,),
    Kind.SUB_CELL: (Kind.CELL, Kind.SUB_CELL),
}
TOWN_NUMBERS = ((1, 99, "街道"), (100, 199, "镇"), (200, 399, "乡"), (400, 599, "政企合一单位"))
VILLAGE_NUMBERS = ((1, 199, "居委会"), (200, 399, "村委会"), (400, 599, "类似单位"))

_FIELD = (Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL)
_SUPPORT = (Kind.TOWN, *_FIELD)
ROLE_KINDS: dict[Role, tuple[Kind, ...]] = {
    Role.LIAISON_MEMBER: _FIELD,
    Role.GRID_LEADER: BELOW_VILLAGE,
    Role.INFORMANT: _FIELD,
    Role.CHIEF_GRID_LEADER: (Kind.VILLAGE,),
    Role.FIRST_SECRETARY: (Kind.VILLAGE,),
    Role.BRANCH_SECRETARY: (Kind.VILLAGE, Kind.CELL),
    Role.RESIDENT_TEAM: (Kind.TOWN, Kind.VILLAGE),
    Role.TOWN_CLERK: (Kind.TOWN,),
    Role.TOWN_LEADER: (Kind.TOWN,),
    Role.COUNTY_CLERK: (Kind.COUNTY,),
    Role.COUNTY_LEADER: (Kind.COUNTY,),
    Role.UNIT_HANDLER: (Kind.COUNTY,),
    Role.COMMAND_CENTRE: (Kind.COUNTY, Kind.TOWN),
    Role.POLICE: _SUPPORT,
    Role.VOLUNTEER: _SUPPORT,
    Role.PATROL: _SUPPORT,
    Role.PROPERTY_MANAGER: _FIELD,
    Role.AUDITOR: (Kind.COUNTY,),
    Role.SYSTEM_ADMIN: (Kind.COUNTY,),
    Role.SECURITY_ADMIN: (Kind.COUNTY,),
}
"""At which levels a role can be held."""


def role_fault(role: Role, kind: Kind) -> str | None:
    """Why nobody can hold this role at that level, or None."""
    if kind in ROLE_KINDS[role]:
        return None
    return f"{role.label}不能设在{kind.label}一级，应设在{'、'.join(level.label for level in ROLE_KINDS[role])}"


def mixes_audit(roles: set[Role]) -> bool:
    """Would one person with these roles audit their own doings (domain.md §9)?"""
    return bool(roles & AUDIT_ALONE) and bool(roles - AUDIT_ALONE)


def placing_fault(kind: Kind, parent_kind: Kind | None, parent_depth: int = 0) -> str | None:
    """Why a grid of this kind cannot hang under a parent of that kind, or None. Depth 0 is the root."""
    allowed = PARENT_KINDS[kind]
    if parent_kind is None:
        return f"{kind.label}要有上级" if allowed else None
    if parent_kind not in allowed:
        above = "、".join(parent.label for parent in allowed)
        return f"{kind.label}不能放在{parent_kind.label}下面，上级应是{above}" if above else f"{kind.label}没有上级"
    if parent_depth + 2 > MOST_LEVELS:
        return f"层级最多{MOST_LEVELS}级"
    return None


def name_fault(name: str) -> str | None:
    """Why this cannot be a grid's name, or None."""
    if not name.strip():
        return "名称不能为空"
    if not name.isprintable():
        return "名称里有看不见的字符"
    if len(name) > LONGEST_NAME:
        return f"名称最多{LONGEST_NAME}个字，现有{len(name)}个字"
    return None


def code_fault(code: str, kind: Kind, parent_code: str | None = None) -> str | None:
    """Why this cannot be the code of a grid of this kind under that parent, or None."""
    if kind in BELOW_VILLAGE:
        return _cell_code_fault(code, parent_code or "")
    if not re.fullmatch(r"[0-9]{12}", code):
        return "代码应为12位数字"
    if kind == Kind.PREFECTURE:
        return None if code.endswith("00000000") else "地市代码后8位应为0"
    return _official_code_fault(code, kind, parent_code)


def _official_code_fault(code: str, kind: Kind, parent_code: str | None) -> str | None:
    county, town, village = code[:6], int(code[6:9]), int(code[9:])
    if county.endswith("00"):
        return "前6位应为县级代码，不能是省或地市代码"
    if kind == Kind.COUNTY:
        return None if town == village == 0 else "县级代码后6位应为0"
    if _meaning(town, TOWN_NUMBERS) is None:
        return f"第7至9位{town:03d}不在乡级代码范围（{_ranges(TOWN_NUMBERS)}）"
    if kind == Kind.TOWN and village:
        return "乡级代码后3位应为0"
    if kind == Kind.VILLAGE and _meaning(village, VILLAGE_NUMBERS) is None:
        return f"末3位{village:03d}不在村级代码范围（{_ranges(VILLAGE_NUMBERS)}）"
    head = 6 if kind == Kind.TOWN else 9
    if parent_code is not None and parent_code[:head] != code[:head]:
        return f"代码前{head}位与上级{parent_code}不符"
    return None


def _cell_code_fault(code: str, parent_code: str) -> str | None:
    if re.fullmatch(r"[0-9]{15}([0-9]{3})*", code) and code[:-3] == parent_code:
        return None
    return f"代码应是上级代码{parent_code}加3位数字"


def _meaning(number: int, ranges: tuple[tuple[int, int, str], ...]) -> str | None:
    return next((name for first, last, name in ranges if first <= number <= last), None)


def _ranges(ranges: tuple[tuple[int, int, str], ...]) -> str:
    return "，".join(f"{name}{first:03d}–{last:03d}" for first, last, name in ranges)
