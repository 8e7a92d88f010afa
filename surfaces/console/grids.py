"""The grid tree: opened level by level, and one page per grid."""

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from grids.models import Grid, GridQuerySet
from grids.scope import Scope
from surfaces.console.grid_page import GridPage
from surfaces.console.grid_tree import twigs
from surfaces.doors import Visitor, needs
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
    scope = Scope.of(request.user)
    known = {"branches": branches, "may_edit": scope.may(P.GRID_EDIT), "may_appoint": scope.may(P.POSTING_EDIT)}
    return render(request, "console/grids/tree.html", known)


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
