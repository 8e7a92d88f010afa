"""Who may become responsible for an issue."""

from datetime import date

from django.db.models import QuerySet

from accounts.errors import Refused
from accounts.models import User
from grids.models import Posting
from issues.chain import is_over
from issues.models import Issue
from members.models import Unit, UnitStaff


def chosen(issue: Issue, handler: User | None, unit: Unit | None, on: date) -> tuple[User, Unit | None]:
    """The one responsible person, and the department if it goes to one. Refused when neither fits."""
    if unit is not None:
        return _of_unit(issue, handler, unit, on)
    if handler is None:
        raise Refused("请选择承办人，或选择承办单位。", field="handler")
    if not handler.is_active:
        raise Refused(f"{handler.name}的账号已停用，请换一个人。", field="handler")
    posts = Posting.objects.active(on).filter(user=handler).select_related("grid")
    if any(is_over(posting, issue) for posting in posts):
        return handler, None
    department = _staff(on).filter(user=handler, unit__county=issue.county_id).select_related("unit").first()
    if department is None:
        raise Refused(f"{handler.name}在这里没有岗位，也不是本县部门的承办人，请换一个人。", field="handler")
    return handler, department.unit


def _of_unit(issue: Issue, handler: User | None, unit: Unit, on: date) -> tuple[User, Unit]:
    if unit.county_id != issue.county_id:
        raise Refused("请选择本县的单位。", field="unit")
    staff = _staff(on).filter(unit=unit, user__is_active=True).order_by("since", "id").select_related("user")
    people = [row.user for row in staff]
    if handler is None and people:
        return people[0], unit
    if handler in people:
        assert handler is not None
        return handler, unit
    if handler is None:
        raise Refused(f"{unit.name}还没有登记承办人，请先登记，或直接选择承办人。", field="unit")
    raise Refused(f"{handler.name}不是{unit.name}的承办人，请从该单位的承办人中选择。", field="handler")


def _staff(on: date) -> QuerySet[UnitStaff]:
    return UnitStaff.objects.filter(since__lte=on).exclude(until__lte=on)
