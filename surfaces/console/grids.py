"""The grid tree: opened level by level, one page per grid, and what changes the tree, with its effect beforehand."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids import actions
from grids.models import Grid, GridQuerySet, Kind
from surfaces.console.grid_forms import AddForm, MergeForm, MoveForm, NameForm
from surfaces.console.grid_page import GridPage, impact, level_names
from surfaces.console.grid_tree import twigs
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import today

P = Permission


def visible(request: Visitor) -> GridQuerySet:
    """In force, with whether there is something below."""
    below = Grid.objects.current(today()).filter(parent=OuterRef("pk"))
    return Grid.objects.visible_to(request.user).current(today()).annotate(has_below=Exists(below))


@require_GET
@needs(P.GRID_VIEW)
def tree(request: Visitor) -> HttpResponse:
    """The tops of my area, each open to its first level."""
    mine = visible(request)
    tops = list(mine.exclude(parent__in=mine.values("pk")).order_by("code"))
    branches = [(top, twigs(visible(request).filter(parent=top), request.user, today())) for top in tops]
    return render(request, "console/grids/tree.html", {"branches": branches})


@require_GET
@needs(P.GRID_VIEW)
def branch(request: Visitor, pk: int) -> HttpResponse:
    """The children of one grid, when its branch is opened."""
    parent = get_object_or_404(visible(request), pk=pk)
    children = visible(request).filter(parent=parent)
    return render(request, "console/grids/branch.html", {"twigs": twigs(children, request.user, today())})


@require_GET
@needs(P.GRID_VIEW)
def grid(request: Visitor, pk: int) -> HttpResponse:
    rows = Grid.objects.visible_to(request.user).select_related("parent")
    one = get_object_or_404(rows, pk=pk)
    return render(request, "console/grids/page.html", {"grid": one, "page": GridPage(one, request.user, today())})


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def add(request: Visitor, pk: int) -> HttpResponse:
    parent = get_object_or_404(Grid.objects.visible_to(request.user), pk=pk)
    must_cover(request, P.GRID_EDIT, parent)

    def do(given: dict[str, Any]) -> str:
        made = actions.add_grid(parent=parent, by=request.user, on=today(), **given | {"kind": Kind(given["kind"])})
        return f"已在{parent.name}下新增{made.name}，代码{made.code}。"

    return run(request, _task("新增下级网格", parent), AddForm(parent, level_names(parent), **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def rename(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.rename_grid(grid=one, by=request.user, on=today(), **given)
        return f"已改名为{given['name']}。"

    task = _task("改名", one, "代码不变，下级的全称跟着改。")
    return run(request, task, NameForm(initial={"name": one.name}, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def move(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Grid]) -> str:
        must_cover(request, P.GRID_EDIT, given["to"])
        actions.move_grid(grid=one, by=request.user, on=today(), **given)
        return f"{one.name}已移到{given['to'].full_name}。"

    return run(request, _task("移动", one, MOVING, impact(one)), MoveForm(request.user, one, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def merge(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Grid]) -> str:
        must_cover(request, P.GRID_EDIT, given["into"])
        into = actions.merge_grids(source=one, by=request.user, on=today(), **given)
        return f"{one.name}已并入{into.full_name}。"

    task = _task("并入其他网格", one, MERGING, impact(one), danger=True)
    return run(request, task, MergeForm(request.user, one, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def close(request: Visitor, pk: int) -> HttpResponse:
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.close_grid(grid=one, by=request.user, on=today())
        return f"{one.full_name}已停用。"

    task = _task("停用", one, CLOSING, impact(one), danger=True)
    return run(request, task, TaskForm(**sent(request)), do)


MOVING = "下级网格、住户、未办结事项和岗位一起移过去；以前的走访和已办结的事项留在原来的地方。"
MERGING = "本网格从今天起停用，下级网格、住户、未办结事项和岗位归到并入的网格；已有网格长的以对方为准。"
CLOSING = "从今天起停用，岗位一并结束。还有住户、人员或未办结事项的不能停用，请先移走或并入其他网格。"


def _editable(request: Visitor, pk: int) -> Grid:
    """A grid whose place in the tree this person decides: the right must reach the grid above it."""
    one = get_object_or_404(Grid.objects.visible_to(request.user).in_force().select_related("parent"), pk=pk)
    must_cover(request, P.GRID_EDIT, one.parent or one)
    return one


def _task(title: str, grid: Grid, hint: str = "", facts: list[str] | None = None, *, danger: bool = False) -> Task:
    back = reverse("console:grid", args=[grid.pk])
    crumbs = [("网格树", reverse("console:grids")), (grid.name, back)]
    return Task(title, back, hint, facts or [], danger, crumbs)
