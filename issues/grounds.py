"""On what ground a person may make a move at all, whatever the status."""

from collections.abc import Callable
from enum import StrEnum

from accounts.roles import Permission
from issues.case import Case


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
    ADDRESSEE = "督办单的责任人"
    READER = "能看到该事项的人"
    HOUSEHOLD = "群众本人"


def _approves(case: Case) -> bool:
    """One level up; at the top of the chain, whoever may rule."""
    if case.at_the_top:
        return case.covers(Permission.ISSUE_RULE)
    return case.standing(Permission.ISSUE_ASSIGN) > case.issue.level


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
    Who.READER: lambda case: case.can_read,
    Who.HOUSEHOLD: lambda case: case.user is None,
}
