"""Changing the tree's shape: each deed with its effect beforehand, today or from a later day; the history; undoing."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Refused
from accounts.roles import Permission
from grids import actions
from grids.models import Grid, TreeChange
from grids.scope import Scope
from surfaces import paging
from surfaces.console.filters import Filter, pick
from surfaces.console.places import PlaceField
from surfaces.console.tree_forms import FORMS, TITLES, TreeForm
from surfaces.console.tree_words import change_told
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, TaskForm, reason_input, run, sent
from workdays.now import now, today

P = Permission
Deed, Status = TreeChange.Deed, TreeChange.Status
DANGEROUS = (Deed.MERGE, Deed.CLOSE)
FOLLOWING_BACK = "跟着走的住户、未办结事项和岗位跟着回来；期间已办结或另行安置的不动。"
BACK = {
    Deed.ADD: "新增的网格停用，岗位一并结束。",
    Deed.RENAME: "下级的全称跟着改回来。",
    Deed.MOVE: "下级网格、住户、未办结事项和岗位一起移回来。",
    Deed.SPLIT: "拆出去的网格停用，里面的全部归回来，后来登记的也一样。",
    Deed.MERGE: FOLLOWING_BACK,
    Deed.CLOSE: "重新启用，当时结束的岗位接着任职。",
}


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def deed(request: Visitor, pk: int, name: str) -> HttpResponse:
    grid = _editable(request, pk, name)
    form = FORMS[name](request.user, grid, today(), **sent(request))

    def do(given: dict[str, Any]) -> str:
        order = _ordered(request, form)
        if given["on"] > today():
            planned = actions.plan_change(order, by=request.user, on=given["on"], at=now(), reason=given["reason"])
            return f"已安排，{planned.on}起生效：{change_told(planned)}。"
        done = actions.carry_out(order, by=request.user, on=given["on"], reason=given["reason"])
        return f"{change_told(done)}。要反悔，可在“结构变更”里撤销。"

    back = reverse("console:grid", args=[grid.pk])
    crumbs = [("网格树", reverse("console:grids")), (grid.name, back)]
    task = Task(
        TITLES[form.deed],
        back,
        form.hint,
        danger=form.deed in DANGEROUS,
        crumbs=crumbs,
        template="console/grids/deed.html",
    )
    return run(request, task, form, do, preview_url=reverse("console:grid_preview", args=[grid.pk, name]))


@require_POST
@needs(P.GRID_EDIT)
def preview(request: Visitor, pk: int, name: str) -> HttpResponse:
    """What the deed would touch, while its form is filled in; nothing is changed."""
    if name not in FORMS:
        raise Http404
    grid = _editable(request, pk, name)
    form = FORMS[name](request.user, grid, today(), **sent(request))
    form.fields["reason"].required = False
    known: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            known["touched"] = actions.preview(_ordered(request, form), on=form.cleaned_data["on"])
        except Refused as refused:
            known["refused"] = refused.sentence
    return render(request, "console/grids/preview.html", known)


def _ordered(request: Visitor, form: TreeForm) -> actions.Order:
    order = form.order()
    if order.other:
        must_cover(request, P.GRID_EDIT, order.other)
    return order


def _editable(request: Visitor, pk: int, name: str) -> Grid:
    """A grid whose place in the tree this person decides: except for additions the right must reach the one above."""
    grid = get_object_or_404(Grid.objects.visible_to(request.user).in_force().select_related("parent"), pk=pk)
    must_cover(request, P.GRID_EDIT, grid if name == Deed.ADD else grid.parent or grid)
    return grid


class ChangeFilter(Filter):
    place = PlaceField()
    deed = pick("变更", Deed.choices)
    status = pick("状态", Status.choices)

    def rows(self) -> QuerySet[TreeChange]:
        chosen = self.chosen
        rows = TreeChange.objects.visible_to(self.user)
        if "place" in chosen:
            rows = rows.touching(chosen["place"])
        return rows.filter(**{name: chosen[name] for name in ("deed", "status") if name in chosen})


@require_GET
@needs(P.GRID_EDIT)
def changes(request: Visitor) -> HttpResponse:
    asked = ChangeFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("grid__parent", "other", "made", "was_parent", "by", "over_by")
    page = paging.page(request, rows, order=("-id",))
    scope = Scope.of(request.user)
    known = {"filter": asked, "page": page, "mine": {row.pk for row in page if _decides(scope, row)}}
    return render(request, "console/grids/changes.html", known)


class UndoForm(TaskForm):
    reason = forms.CharField(label="撤销原因", max_length=300, widget=reason_input())


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def undo(request: Visitor, pk: int) -> HttpResponse:
    change = _change(request, pk)

    def do(given: dict[str, str]) -> str:
        actions.undo_change(change=change, by=request.user, on=today(), at=now(), **given)
        return f"已撤销：{change_told(change)}。"

    facts = [] if request.method == "POST" else actions.preview_undo(change, on=today())
    hint = f"撤销“{change_told(change)}”。{BACK[Deed(change.deed)]}"
    return run(request, _task("撤销变更", hint, facts), UndoForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def cancel(request: Visitor, pk: int) -> HttpResponse:
    change = _change(request, pk)

    def do(_: dict[str, Any]) -> str:
        actions.cancel_change(change=change, by=request.user, at=now())
        return f"已取消：{change_told(change)}。"

    hint = f"{change.on}起的“{change_told(change)}”不再生效。"
    return run(request, _task("取消安排", hint, []), TaskForm(**sent(request)), do)


def _change(request: Visitor, pk: int) -> TreeChange:
    rows = TreeChange.objects.visible_to(request.user)
    change: TreeChange = get_object_or_404(rows.select_related("grid__parent", "other", "made", "was_parent"), pk=pk)
    if not _decides(Scope.of(request.user), change):
        raise PermissionDenied
    return change


def _decides(scope: Scope, change: TreeChange) -> bool:
    """May this person take it back? The right must reach every grid above what goes to and fro."""
    above = change.grid if change.deed == Deed.ADD else change.grid.parent or change.grid
    concerned = [above, change.other, change.was_parent]
    return all(scope.covers(P.GRID_EDIT, grid) for grid in concerned if grid)


def _task(title: str, hint: str, facts: list[str]) -> Task:
    back = reverse("console:grid_changes")
    crumbs = [("网格树", reverse("console:grids")), ("结构变更", back)]
    return Task(title, back, hint, facts, danger=True, leave="返回", crumbs=crumbs)
