"""On what ground a person may make a move at all, whatever the status."""

from collections.abc import Callable
from enum import StrEnum

from accounts.roles import GRANTS, Permission, Role
from grids.models import Kind
from issues.case import Case
from issues.chain import is_over


class Who(StrEnum):
    """On what ground a person may make a move. The text says it on the screen."""

    COLLECTOR = "能收集诉求的人"
    REPORTER = "收集人"
    HANDLER = "承办人"
    TRIAGE = "有梳理权限的人"
    ASSIGN = "有交办权限的人"
    VERIFY = "有核查权限的人"
    ABOVE = "上一级"
    RULE = "指挥中心或领导"
    COUNTY = "县里的指挥中心或领导"
    ADDRESSEE = "督办单的责任人"
    READER = "能看到该事项的人"
    HOUSEHOLD = "群众本人"


def _approves(case: Case) -> bool:
    """One level up; at the top of the chain, whoever may rule."""
    if case.at_the_top:
        return case.covers(Permission.ISSUE_RULE)
    return case.standing(Permission.ISSUE_ASSIGN) > case.issue.level


def _rules_at_county(case: Case) -> bool:
    """By a post in the county itself; a town's leader may rule, but not this."""
    return any(
        posting.grid.kind == Kind.COUNTY and Permission.ISSUE_RULE in GRANTS[Role(posting.role)].area
        for posting in case.scope.postings
        if is_over(posting, case.issue)
    )


GROUNDS: dict[Who, Callable[[Case], bool]] = {
    Who.COLLECTOR: lambda case: case.user is None or case.scope.may(Permission.ISSUE_COLLECT),
    Who.REPORTER: lambda case: case.is_reporter,
    Who.HANDLER: lambda case: case.is_handler,
    Who.TRIAGE: lambda case: case.covers(Permission.ISSUE_TRIAGE),
    Who.ASSIGN: lambda case: case.covers(Permission.ISSUE_ASSIGN),
    Who.VERIFY: lambda case: case.covers(Permission.ISSUE_VERIFY),
    Who.ABOVE: _approves,
    Who.RULE: lambda case: case.covers(Permission.ISSUE_RULE),
    Who.ADDRESSEE: lambda case: bool(case.orders_to_answer),
    Who.COUNTY: _rules_at_county,
    Who.READER: lambda case: case.can_read,
    Who.HOUSEHOLD: lambda case: case.user is None,
}
