"""Verbs on the tree. Each runs in tree_write() and reads again, inside it, what it was given."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.roles import Role
from grids.followers import follow, uses
from grids.models import SCOPE_COLUMNS, Absence, Grid, Kind, Posting
from grids.posts import acting, substitutes
from grids.rules import BELOW_VILLAGE, MOST_LEVELS, code_fault, mixes_audit, name_fault, placing_fault, role_fault
from grids.tree import ABOVE, next_ids, rewrite, subtree_ids, tree_write
from grids.walk import full_name


def add_grid(
    *,
    kind: Kind,
    name: str,
    by: Any,
    on: date,
    parent: Grid | None = None,
    code: str = "",
    lat: float | None = None,
    lng: float | None = None,
) -> Grid:
    """A new grid in force from `on`, last among its siblings. Below the village an empty code is given the next."""
    with tree_write(verb="add_grid", by=by, on=on):
        above = _fresh(parent) if parent else None
        _refuse(placing_fault(kind, Kind(above.kind) if above else None, above.depth if above else 0))
        code = code or _next_code(kind, above)
        _check_name(name, above)
        _check_code(code, kind, above)
        grid = Grid(pk=next_ids(1)[0], kind=kind, name=name, code=code, valid_from=on, lat=lat, lng=lng)
        grid.full_name = full_name(above.full_name if above else "", kind, name)
        for column in ABOVE[kind] if above else ():
            setattr(grid, column, getattr(above, column))
        if kind in SCOPE_COLUMNS:
            setattr(grid, SCOPE_COLUMNS[kind], grid.pk)
        grid.insert_at(above, "last-child", save=True)
        return grid


def rename_grid(*, grid: Grid, name: str, by: Any, on: date) -> Grid:
    """A new name; the full names of everything below follow."""
    with tree_write(verb="rename_grid", by=by, on=on):
        grid = _fresh(grid)
        if name != grid.name:
            _check_name(name, grid.parent)
            rewrite(grid, grid.parent, name)
            grid.refresh_from_db()
        return grid


def move_grid(*, grid: Grid, to: Grid, by: Any, on: date) -> Grid:
    """Hangs a grid, with all below it, under another parent of the same county. Work and people follow."""
    with tree_write(verb="move_grid", by=by, on=on):
        grid, to = _fresh(grid), _fresh(to)
        _check_move(grid, to)
        return _move(grid, to)


def merge_grids(*, source: Grid, into: Grid, by: Any, on: date) -> Grid:
    """`source` ends on `on`; its children, households, postings and open work go on in `into`. Returns `into`."""
    with tree_write(verb="merge_grids", by=by, on=on):
        source, into = _fresh(source), _fresh(into)
        _check_merge(source, into)
        for child in source.children.filter(valid_to=None).order_by("lft"):
            _move(_fresh(child), _fresh(into))
        into.refresh_from_db()
        _merge_postings(source, into, on)
        try:
            with transaction.atomic():
                follow(source, into)
        except IntegrityError as error:
            raise Refused(f"{source}与{into}有重复登记(同一人在两处报到等)，请先处理再合并。") from error
        Grid.objects.filter(pk=source.pk).update(valid_to=on)
        return into


def close_grid(*, grid: Grid, by: Any, on: date) -> None:
    """Ends a grid and all below it on `on`; postings there end. Refused while people or open work live in it."""
    with tree_write(verb="close_grid", by=by, on=on):
        grid = _fresh(grid)
        ids = subtree_ids(grid.pk)
        living = uses(ids)
        if living:
            raise Refused(f"{grid.full_name}({grid.code})还有{'、'.join(living)}，不能停用：请先移动或并入其他网格。")
        end_postings(Posting.objects.filter(grid__in=ids, until=None), on)
        Grid.objects.in_force().filter(pk__in=ids).update(valid_to=on)


def appoint(*, user: User, grid: Grid, role: Role, on: date, by: Any) -> Posting:
    """`user` holds `role` in `grid` from `on`. Nobody appoints themselves; one leader per grid; auditors only audit."""
    if by and by.pk == user.pk:
        raise Refused("不能给自己任职，请由其他有权的人办理。")
    with tree_write(verb="appoint", by=by, on=on):
        grid = _fresh(grid)
        _refuse(role_fault(role, Kind(grid.kind)))
        _check_roles(user, {role}, on)
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
        _check_roles(substitute, set(_roles(user, since)), since, standing_in=True)
        _check_acts(user, substitute, sorted({since, *(max(since, other.since) for other in overlapping)}))
    return Absence.objects.create(user=user, substitute=substitute, since=since, until=until, reason=reason)


def _roles(user: User, on: date) -> set[Role]:
    """The roles held on a day or to be held after it."""
    lasting = Posting.objects.filter(user=user).filter(Q(until=None) | Q(until__gt=on))
    return {Role(role) for role in lasting.values_list("role", flat=True)}


def _check_roles(user: User, more: set[Role], on: date, *, standing_in: bool = False) -> None:
    if mixes_audit(_roles(user, on) | more):
        doing = "代理" if standing_in else "兼任"
        raise Refused(f"审计员不能{doing}其他岗位，其他人员也不能{doing}审计员。")


def _check_acts(user: User, substitute: User, days: list[date]) -> None:
    """On each day on which the set of absentees changes, somebody must act in the end."""
    for day in days:
        if acting(user.pk, {**substitutes(day), user.pk: substitute.pk}) is None:
            raise Refused(f"代理人{substitute}{day.month}月{day.day}日也不在岗且无人可代，请换一位代理人或调整日期。")


def end_postings(postings: Any, on: date) -> None:
    """Ends postings on a day. One that would end before it began is deleted; the history keeps it."""
    postings.filter(since__gte=on).delete()
    postings.update(until=on)


def _fresh(grid: Grid) -> Grid:
    """The grid as it stands under the lock. Refuses one that was closed."""
    found = Grid.objects.select_related("parent").get(pk=grid.pk)
    if found.valid_to:
        raise Refused(f"{found.full_name}已停用，不能再改动。")
    return found


def _refuse(fault: str | None) -> None:
    if fault:
        raise Refused(f"{fault}。")


def _check_name(name: str, parent: Grid | None) -> None:
    _refuse(name_fault(name))
    if Grid.objects.in_force().filter(parent=parent, name=name).exists():
        raise Refused(f"{parent or '这里'}已有叫“{name}”的网格，请换一个名称。", field="name")


def _check_code(code: str, kind: Kind, parent: Grid | None) -> None:
    _refuse(code_fault(code, kind, parent.code if parent else None))
    holder = Grid.objects.in_force().filter(code=code).first()
    if holder:
        raise Refused(f"代码{code}已由{holder.full_name}使用。", field="code")


def _next_code(kind: Kind, parent: Grid | None) -> str:
    """Three more digits than the parent's, never used before, not even by a grid closed or moved away."""
    if parent is None or kind not in BELOW_VILLAGE:
        raise Refused("请填写12位区划代码。", field="code")
    pattern = rf"^{parent.code}\d{{3}}$"
    last: str | None = Grid.objects.filter(code__regex=pattern).aggregate(last=Max("code"))["last"]
    number = int(last[-3:]) + 1 if last else 1
    if number > 999:
        raise Refused(f"{parent}下面的3位代码已用完。", field="code")
    return f"{parent.code}{number:03d}"


def _check_move(grid: Grid, to: Grid) -> None:
    below = subtree_ids(grid.pk)
    if to.pk in below:
        raise Refused(f"{grid}不能移到自己或自己的下级{to}下面。")
    if to.pk == grid.parent_id:
        raise Refused(f"{grid}已经在{to}下面。")
    if to.county_id != grid.county_id:
        raise Refused("网格不能移到别的县。")
    _refuse(placing_fault(Kind(grid.kind), Kind(to.kind), to.depth))
    height = Grid.objects.filter(pk__in=below).aggregate(deepest=Max("depth"))["deepest"] - grid.depth
    if to.depth + 2 + height > MOST_LEVELS:
        raise Refused(f"移过去后层级会超过{MOST_LEVELS}级。")


def _check_merge(source: Grid, into: Grid) -> None:
    if source.pk == into.pk:
        raise Refused("网格不能并入自己。")
    if source.kind != into.kind or source.county_id != into.county_id or source.kind == Kind.COUNTY:
        raise Refused("只能并入本县同一层级的网格。")
    if into.pk in subtree_ids(source.pk) or source.pk in subtree_ids(into.pk):
        raise Refused(f"{source}与{into}是上下级，不能合并。")


def _move(grid: Grid, to: Grid) -> Grid:
    grid.move_to(to, "last-child")
    rewrite(grid, to, grid.name)
    grid.refresh_from_db()
    return grid


def _merge_postings(source: Grid, into: Grid, on: date) -> None:
    """Posts go along, but one leader leads the merged grid and nobody holds one post twice: those of `source` end."""
    there = Posting.objects.filter(grid=into, until=None)
    held = set(there.values_list("user_id", "role"))
    led = any(role == Role.GRID_LEADER for _, role in held)
    ending = [
        posting.pk
        for posting in Posting.objects.filter(grid=source, until=None)
        if (posting.user_id, posting.role) in held or (led and posting.role == Role.GRID_LEADER)
    ]
    end_postings(Posting.objects.filter(pk__in=ending), on)
    Posting.objects.filter(grid=source, until=None).update(**into.scope())
