"""地图边界: which grids have an outline, and bringing in more as GeoJSON."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.roles import Permission
from grids.boundaries import drop_boundaries, load_boundaries
from grids.models import Boundary, Grid, GridQuerySet, Kind
from grids.scope import Scope
from grids.shapes import MOST
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now, today

P = Permission
LARGEST = MOST.bytes


class BoundaryForm(TaskForm):
    file = forms.FileField(
        label="边界文件",
        help_text=f".geojson，不超过{LARGEST >> 20} MB；属性 code 填12位区划代码，村以下每级加3位；经纬度为 WGS 84",
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
        error_messages={"required": "请选择文件。", "empty": "这个文件是空的，请重新选择。"},
    )

    def clean_file(self) -> File:
        file: File = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"文件超过{LARGEST >> 20} MB，请先简化边界，或按乡镇分几次导入。")
        return file


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def boundaries(request: Visitor) -> HttpResponse:
    def do(given: dict[str, Any]) -> str:
        facts = load_boundaries(content=given["file"].read(), by=request.user, at=now())
        return f"已导入边界：{'，'.join(facts)}。驾驶舱里按边界画图。"

    here = reverse("console:boundaries")
    hint = "边界要整份合格才导入，同一网格后来的替换先前的；存下来的已经简化，只用来画驾驶舱的图。"
    task = Task("导入边界", here, hint, frame="console/grids/boundaries.html")
    return run(request, task, BoundaryForm(**sent(request)), do, levels=_levels(request), county=_own_county(request))


def _levels(request: Visitor) -> list[dict[str, Any]]:
    """Of each level, how many grids of mine have an outline, out of how many, and since when."""
    grids = Grid.objects.visible_to(request.user).current(today()).exclude(kind=Kind.PREFECTURE).order_by()
    bounded = Count("pk", filter=Q(boundary__isnull=False))
    rows = grids.values("kind").annotate(all=Count("pk"), bounded=bounded, at=Max("boundary__loaded_at"))
    found = {row["kind"]: row for row in rows}
    return [{"label": kind.label, **found[kind]} for kind in Kind if kind in found]


def _own_county(request: Visitor) -> Grid | None:
    """The county whose boundaries the person may take away, if there are any."""
    return _counties(request).filter(pk__in=Boundary.objects.values("grid__county_id")).first()


def _counties(request: Visitor) -> GridQuerySet:
    return Grid.objects.filter(Scope.of(request.user).grid_q(P.GRID_EDIT), kind=Kind.COUNTY)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def drop(request: Visitor) -> HttpResponse:
    county = _counties(request).first()
    if county is None:
        raise PermissionDenied

    def do(given: dict[str, Any]) -> str:
        gone = drop_boundaries(county=county, by=request.user)
        if not gone:
            raise Refused("这个县没有导入过边界。")
        return f"已撤下{gone}个边界，驾驶舱改用矩形树图。"

    back = reverse("console:boundaries")
    hint = f"撤下{county.name}的全部边界，驾驶舱改用矩形树图；随时可以重新导入。"
    task = Task("撤下边界", back, hint, danger=True, crumbs=[("地图边界", back)])
    return run(request, task, TaskForm(**sent(request)), do)
