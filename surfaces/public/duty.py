"""值班公示牌: who is on duty now and in the next days, of a village, a town or a county. No account, no script."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from grids.models import Grid, Kind
from rosters.board import Line, coming, now_on
from rosters.models import DutyRota, Portrait
from workdays.now import now

KEPT = 60
"""Seconds a cache may keep the board; less when a shift changes sooner. Every reader sees the same."""
PLACES = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE)


@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    place, at = _place(pk), now()
    running, ahead = now_on(place, at), coming(place, at)
    known = {"grid": place, "place": place.full_name, "running": running, "ahead": ahead, "below": _below(place)}
    answer = render(request, "public/duty.html", known)
    return _kept(answer, _seconds(running, ahead, at))


@require_safe
def photo(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    """Only of somebody who stands on this board."""
    place, at = _place(pk), now()
    shown = {line.portrait for line in [*now_on(place, at), *coming(place, at)]}
    found = get_object_or_404(Portrait, pk=photo_pk)
    if found.pk not in shown:
        raise Http404
    with found.file.open("rb") as file:
        answer = HttpResponse(file.read(), content_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})
    return _kept(answer, KEPT)


def of_village(row: Any, at: datetime) -> list[Line]:
    """Who is on duty now over the village of a row with scope columns."""
    village = Grid.objects.filter(pk=row.village_id or row.town_id).first()
    return now_on(village, at) if village else []


def has_board(place: Grid) -> bool:
    column = {Kind.COUNTY: "county_id", Kind.TOWN: "town_id"}.get(Kind(place.kind), "village_id")
    return DutyRota.objects.in_force().filter(**{column: place.pk}).exists()


def _place(pk: int) -> Grid:
    return get_object_or_404(Grid.objects.in_force(), pk=pk, kind__in=PLACES)


def _below(place: Grid) -> list[Grid]:
    """The towns, or villages, that have a board of their own."""
    column = {Kind.COUNTY: "town_id", Kind.TOWN: "village_id"}.get(Kind(place.kind))
    if column is None:
        return []
    kept = DutyRota.objects.in_force().values(column)
    return list(Grid.objects.in_force().filter(parent=place, pk__in=kept).order_by("code"))


def _seconds(running: list[Line], ahead: list[Line], at: datetime) -> int:
    changes = [line.shift.ends_at for line in running] + [line.shift.starts_at for line in ahead]
    return max(min([KEPT, *(int((change - at).total_seconds()) for change in changes)]), 0)


def _kept(answer: HttpResponse, seconds: int) -> HttpResponse:
    patch_cache_control(answer, public=True, max_age=seconds)
    return answer
