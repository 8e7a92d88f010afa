"""群机器人: the day's figures for the group of a town or of the county. Figures only, no names, no matters."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from accounts.errors import Refused
from accounts.models import User
from grids.models import SCOPE_COLUMNS, Grid, Kind
from issues.models import OPEN, Issue, Robot, Status
from issues.rules import CountyRules
from issues.telling import quiet_hours
from notices.actions import Message, post_all
from notices.digests import due
from notices.models import Notice
from notices.robots import robot_at
from workdays.arithmetic import ZONE
from workdays.models import calendar_for

FIGURES = (
    ("待梳理", Q(status=Status.COLLECTED)),
    ("待交办", Q(status=Status.REGISTERED)),
    ("待签收", Q(status=Status.ASSIGNED)),
    ("办理中", Q(status=Status.PROCESSING)),
    ("待核查", Q(status=Status.REPORTED)),
    ("待群众确认", Q(status=Status.CONFIRMING)),
)


@transaction.atomic
def add_robot(*, grid: Grid, name: str, address: str, by: User, at: datetime) -> Robot:
    """Refused unless the address is one of WeCom's or DingTalk's."""
    if grid.kind not in (Kind.COUNTY, Kind.TOWN):
        raise Refused("群机器人只登记到乡镇或县。", field="grid")
    robot_at(address)
    return Robot.objects.create(grid=grid, name=name.strip()[:30], address=address.strip(), added_at=at, added_by=by)


@transaction.atomic
def try_robot(*, robot: Robot, by: User, at: datetime) -> None:
    """A word into the group, to see that it arrives."""
    text = f"联户通：{by.name}在试发消息，“{robot.name}”已接通。"
    post_all([_message(robot, f"group-try:{robot.pk}:{at:%Y%m%d%H%M%S}", text, None)], at=at)


@transaction.atomic
def remove_robot(*, robot: Robot) -> None:
    robot.delete()


@transaction.atomic
def post_group_digests(*, at: datetime) -> int:
    """今日待办 into every group that has not had it today, on working days. Returns how many."""
    opens = due(at)
    if opens is None:
        return 0
    told = Notice.objects.filter(key__in=[_key(pk, opens) for pk in Robot.objects.values_list("pk", flat=True)])
    known = set(told.values_list("key", flat=True))
    robots = [one for one in Robot.objects.select_related("grid") if _key(one.pk, opens) not in known]
    messages = [message for robot in robots for message in _digest(robot, opens, at)]
    return len(post_all(messages, at=at))


def _digest(robot: Robot, opens: datetime, at: datetime) -> list[Message]:
    if not calendar_for(robot.grid.county_id).is_workday(opens.date()):
        return []
    text = digest_text(robot.grid, at)
    switches = CountyRules(robot.grid.county_id).switches
    return [_message(robot, _key(robot.pk, opens), text, quiet_hours(switches))]


def digest_text(grid: Grid, at: datetime) -> str:
    """What waits in a place, and how much of it is late."""
    issues = Issue.objects.filter(**{SCOPE_COLUMNS[Kind(grid.kind)]: grid.pk})
    late = Q(status__in=OPEN, due_at__lt=at)
    counts = issues.aggregate(late=Count("pk", filter=late), **_counts())
    said = [f"{label}{counts[f'n{place}']}件" for place, (label, _) in enumerate(FIGURES) if counts[f"n{place}"]]
    day = at.astimezone(ZONE)
    waiting = "、".join(said) or "没有待办事项"
    overdue = f"其中超期{counts['late']}件。" if counts["late"] else "没有超期。"
    return f"联户通{day.month}月{day.day}日待办（{grid.name}）：{waiting}。{overdue}"


def _counts() -> dict[str, Any]:
    return {f"n{place}": Count("pk", filter=which) for place, (_, which) in enumerate(FIGURES)}


def _key(robot_id: int, opens: datetime) -> str:
    return f"group:{robot_id}:{opens:%Y%m%d}"


def _message(robot: Robot, key: str, text: str, quiet: Any) -> Message:
    return Message(key, "group", text, address=robot.address or "", quiet=quiet)
