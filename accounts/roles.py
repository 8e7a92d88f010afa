"""Roles and what they may do. A role is held through a posting in a grid (grids.models.Posting)."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Permission(StrEnum):
    GRID_VIEW = "grid.view"
    GRID_EDIT = "grid.edit"
    POSTING_EDIT = "posting.edit"
    MEMBER_VIEW = "member.view"
    MEMBER_EDIT = "member.edit"
    HOUSEHOLD_VIEW = "household.view"
    HOUSEHOLD_EDIT = "household.edit"
    REVEAL = "personal.reveal"
    PAIRING_EDIT = "pairing.edit"
    VISIT_VIEW = "visit.view"
    VISIT_RECORD = "visit.record"
    VISIT_HINT = "visit.hint"
    ROTA_EDIT = "rota.edit"
    ISSUE_VIEW = "issue.view"
    ISSUE_COLLECT = "issue.collect"
    ISSUE_TRIAGE = "issue.triage"
    ISSUE_ASSIGN = "issue.assign"
    ISSUE_HANDLE = "issue.handle"
    ISSUE_VERIFY = "issue.verify"
    ISSUE_RULE = "issue.rule"
    INQUIRE = "issue.inquire"
    DATA_IMPORT = "data.import"
    DATA_EXPORT = "data.export"
    DASHBOARD_VIEW = "dashboard.view"
    CALENDAR_EDIT = "calendar.edit"
    NOTICE_EDIT = "notice.edit"
    AUDIT_VIEW = "audit.view"
    USER_MANAGE = "user.manage"
    SYSTEM = "system.manage"


class Role(models.TextChoices):
    LIAISON_MEMBER = "liaison_member", "联户党员"
    GRID_LEADER = "grid_leader", "网格长"
    INFORMANT = "informant", "信息员"
    CHIEF_GRID_LEADER = "chief_grid_leader", "总网格长"
    FIRST_SECRETARY = "first_secretary", "第一书记"
    BRANCH_SECRETARY = "branch_secretary", "支部书记"
    RESIDENT_TEAM = "resident_team", "住村工作队"
    TOWN_CLERK = "town_clerk", "乡镇经办"
    TOWN_LEADER = "town_leader", "乡镇领导"
    COUNTY_CLERK = "county_clerk", "县委组织部经办"
    COUNTY_LEADER = "county_leader", "县领导"
    UNIT_HANDLER = "unit_handler", "部门承办人"
    COMMAND_CENTRE = "command_centre", "指挥中心"
    POLICE = "police", "民警"
    VOLUNTEER = "volunteer", "志愿者"
    PATROL = "patrol", "治安巡逻"
    PROPERTY_MANAGER = "property_manager", "物业"
    AUDITOR = "auditor", "审计员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"


class Surface(StrEnum):
    CONSOLE = "console"
    FIELD = "field"
    COUNTY = "county"


@dataclass(frozen=True)
class Grant:
    """What a role gives: `area` over everything in the posting's grid, `own` over what is the holder's own
    (paired households, issues on the holder's path or unit), and the surface it lands on after login."""

    surface: Surface
    area: frozenset[Permission] = frozenset()
    own: frozenset[Permission] = frozenset()


P = Permission
_FIELD_OWN = frozenset({P.HOUSEHOLD_VIEW, P.VISIT_VIEW, P.VISIT_RECORD, P.ISSUE_VIEW, P.ISSUE_COLLECT, P.ISSUE_HANDLE})
_LEADER_AREA = frozenset(
    {
        P.GRID_VIEW,
        P.MEMBER_VIEW,
        P.HOUSEHOLD_VIEW,
        P.VISIT_VIEW,
        P.VISIT_RECORD,
        P.ISSUE_VIEW,
        P.ISSUE_COLLECT,
        P.ISSUE_HANDLE,
    }
)
_VILLAGE_AREA = _LEADER_AREA | {
    P.ISSUE_TRIAGE,
    P.ISSUE_ASSIGN,
    P.ISSUE_VERIFY,
    P.PAIRING_EDIT,
    P.ROTA_EDIT,
    P.REVEAL,
    P.DASHBOARD_VIEW,
}
_TOWN_AREA = _VILLAGE_AREA | {
    P.GRID_EDIT,
    P.POSTING_EDIT,
    P.MEMBER_EDIT,
    P.HOUSEHOLD_EDIT,
    P.DATA_IMPORT,
    P.DATA_EXPORT,
}
_COUNTY_AREA = _TOWN_AREA | {P.ISSUE_RULE, P.INQUIRE, P.CALENDAR_EDIT, P.NOTICE_EDIT, P.USER_MANAGE}
_SUPPORT = Grant(Surface.FIELD, frozenset({P.GRID_VIEW, P.ISSUE_COLLECT}), frozenset({P.ISSUE_VIEW, P.ISSUE_HANDLE}))

_HINTS = frozenset({P.VISIT_HINT})
"""Unlikely visits are a word between the village or town and its members; the county's figures know nothing of it."""

GRANTS: dict[Role, Grant] = {
    Role.LIAISON_MEMBER: Grant(Surface.FIELD, frozenset({P.GRID_VIEW}), _FIELD_OWN),
    Role.GRID_LEADER: Grant(Surface.FIELD, _LEADER_AREA, _FIELD_OWN),
    Role.INFORMANT: Grant(Surface.FIELD, frozenset({P.GRID_VIEW, P.ISSUE_COLLECT}), _FIELD_OWN),
    Role.CHIEF_GRID_LEADER: Grant(Surface.FIELD, _VILLAGE_AREA | _HINTS, _FIELD_OWN),
    Role.FIRST_SECRETARY: Grant(Surface.FIELD, _VILLAGE_AREA | _HINTS, _FIELD_OWN),
    Role.BRANCH_SECRETARY: Grant(Surface.FIELD, _VILLAGE_AREA | _HINTS, _FIELD_OWN),
    Role.RESIDENT_TEAM: Grant(Surface.FIELD, _LEADER_AREA, _FIELD_OWN),
    Role.TOWN_CLERK: Grant(Surface.CONSOLE, _TOWN_AREA | _HINTS, _FIELD_OWN),
    Role.TOWN_LEADER: Grant(Surface.CONSOLE, _TOWN_AREA | _HINTS | {P.ISSUE_RULE}, _FIELD_OWN),
    Role.COUNTY_CLERK: Grant(Surface.COUNTY, _COUNTY_AREA, _FIELD_OWN),
    Role.COUNTY_LEADER: Grant(Surface.COUNTY, _COUNTY_AREA, _FIELD_OWN),
    Role.COMMAND_CENTRE: Grant(Surface.CONSOLE, _COUNTY_AREA, _FIELD_OWN),
    Role.UNIT_HANDLER: Grant(Surface.CONSOLE, frozenset(), frozenset({P.ISSUE_VIEW, P.ISSUE_HANDLE})),
    Role.POLICE: _SUPPORT,
    Role.VOLUNTEER: _SUPPORT,
    Role.PATROL: _SUPPORT,
    Role.PROPERTY_MANAGER: _SUPPORT,
    Role.AUDITOR: Grant(Surface.CONSOLE, frozenset({P.GRID_VIEW, P.AUDIT_VIEW})),
    Role.SYSTEM_ADMIN: Grant(Surface.CONSOLE, frozenset({P.GRID_VIEW, P.SYSTEM})),
    Role.SECURITY_ADMIN: Grant(Surface.CONSOLE, frozenset({P.GRID_VIEW, P.USER_MANAGE, P.POSTING_EDIT})),
}

AUDIT_ALONE = frozenset({Role.AUDITOR})
"""Roles that one person cannot combine with any other (domain.md §9)."""


def check_second_step_roles() -> None:
    """LIAISON_SECOND_STEP names roles."""
    unknown = sorted(settings.SECOND_STEP_ROLES - set(Role.values))
    if unknown:
        raise ImproperlyConfigured(
            f"LIAISON_SECOND_STEP names {', '.join(unknown)}; give roles separated by commas: {', '.join(Role.values)}"
        )
