"""Verbs on posts: appoint, dismiss, note an absence."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.roles import Role
from grids.actions.checks import fresh, refuse
from grids.models import Absence, Grid, Kind, Posting
from grids.posts import acting, substitutes
from grids.rules import role_fault
from grids.seats import check_roles, end_postings, roles_of
from grids.tree import tree_write


def appoint(*, user: User, grid: Grid, role: Role, on: date, by: Any) -> Posting:
    """`user` holds `role` in `grid` from `on`. Nobody appoints themselves; one leader per grid; auditors only audit."""
    if by and by.pk == user.pk:
        raise Refused("不能给自己任职，请由其他有权的人办理。")
    with tree_write(verb="appoint", by=by, on=on):
        grid = fresh(grid)
        refuse(role_fault(role, Kind(grid.kind)))
        check_roles(user, {role}, on)
        held = Posting.objects.filter(grid=grid, role=role, until=None)
        holder = held.first() if role == Role.GRID_LEADER else held.filter(user=user).first()
        if holder:
            raise Refused(f"{grid}已有{role.label}{holder.user}，请先办理离任。")
        return Posting.objects.create(user=user, role=role, since=on, **grid.scope())


def dismiss(*, posting: Posting, on: date, by: Any) -> None:
    """The post ends on `on`; the day itself no longer counts. One that never began is deleted."""
    with tree_write(verb="dismiss", by=by, on=on):
        held = Posting.objects.filter(pk=posting.pk, until=None)
        if not held:
            raise Outrun
        end_postings(held, on)


@transaction.atomic
def set_absence(*, user: User, substitute: User | None, since: date, until: date, by: Any, reason: str = "") -> Absence:
    """`user` is away from `since` up to but not including `until`; `substitute` acts in all their posts."""
    if until <= since:
        raise Refused("结束日期应晚于开始日期。", field="until")
    if substitute and substitute.pk == user.pk:
        raise Refused("代理人不能是本人。", field="substitute")
    User.objects.select_for_update().get(pk=user.pk)
    overlapping = Absence.objects.filter(since__lt=until, until__gt=since)
    if overlapping.filter(user=user).exists():
        raise Refused(f"{user}在这段日期已登记不在岗，请先改原来的登记。", field="since")
    if substitute:
        check_roles(substitute, roles_of(user, since), since, standing_in=True)
        _check_acts(user, substitute, sorted({since, *(max(since, other.since) for other in overlapping)}))
    return Absence.objects.create(user=user, substitute=substitute, since=since, until=until, reason=reason)


def _check_acts(user: User, substitute: User, days: list[date]) -> None:
    """On each day on which the set of absentees changes, somebody must act in the end."""
    for day in days:
        if acting(user.pk, {**substitutes(day), user.pk: substitute.pk}) is None:
            raise Refused(f"代理人{substitute}{day.month}月{day.day}日也不在岗且无人可代，请换一位代理人或调整日期。")


@transaction.atomic
def end_absence(*, absence: Absence, on: date, by: Any) -> None:
    """The person is back on `on`: the absence ends that day; one that has not begun by then is deleted."""
    lasting = Absence.objects.filter(pk=absence.pk, until__gt=on)
    if not lasting.filter(since__lt=on).update(until=on) and not lasting.delete()[0]:
        raise Outrun(f"{absence.user}这次不在岗已经结束。")
