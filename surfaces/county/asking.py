"""What a dashboard page is asked for: which grid, which period, by whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from accounts.roles import GRANTS, Permission, Role
from grids.models import Grid
from grids.scope import Scope
from surfaces.doors import Visitor, needs
from tallies.area import Area, Period, night
from tallies.figures import LEVELS
from tallies.standing import began
from workdays.arithmetic import SENSIBLE_YEARS
from workdays.now import now, today

P = ParamSpec("P")
USUAL_DAYS = 30
LONGEST = timedelta(days=5 * 366)


class PeriodForm(forms.Form):
    grid = forms.IntegerField(widget=forms.HiddenInput, required=False)
    since = forms.DateField(label="自", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label="至", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "结束日期早于开始日期，请调换。")
        elif since and until and not {since.year, until.year} <= set(SENSIBLE_YEARS):
            self.add_error("since", "年份不对，请核对。")
        elif since and until and until - since > LONGEST:
            self.add_error("since", "一次最多看五年，请缩短时段。")
        return cleaned


class DayForm(PeriodForm):
    """A page that can be asked for as it stood on a past day."""

    as_of = forms.DateField(
        label="截至哪天", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and day > today():
            raise forms.ValidationError("还没有到这一天，请改选今天或以前。")
        if day and day.year not in SENSIBLE_YEARS:
            raise forms.ValidationError("年份不对，请核对。")
        return day


def dashboard(
    view: Callable[Concatenate[Visitor, Area, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page over an area of the person's dashboards: 403 without the right, 404 outside the area."""

    @require_GET
    @needs(Permission.DASHBOARD_VIEW)
    @wraps(view)
    def asked(request: Visitor, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, area_asked(request), *args, **kwargs)

    return asked


def any_day(
    view: Callable[Concatenate[Visitor, Area, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A dashboard that can also be asked for as it stood on a past day; a day before the data began says so."""

    @dashboard
    @wraps(view)
    def asked(request: Visitor, area: Area, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        then = as_it_stood(area, request.GET.get("as_of", ""))
        first = began(area.grid.county_id) if then.past else None
        if then.past and (first is None or then.on < first):
            return render(
                request, "county/before.html", {"area": then, "first_day": _spelt(first), "today": query(area)}
            )
        return view(request, then, *args, **kwargs)

    return asked


def area_asked(request: Visitor) -> Area:
    at = now()
    form = PeriodForm(request.GET)
    usual = usual_period(at.date())
    period = Period(form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else usual
    return Area(request.user, _grid_asked(request), period, at)


def _spelt(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def as_it_stood(area: Area, told: str) -> Area:
    """The area on the evening of a past day (2026-11-20); what is no such day changes nothing."""
    day = parsed(told)
    if day is None or day >= area.on or day.year not in SENSIBLE_YEARS:
        return area
    return replace(area, at=night(day), past=True, period=area.period.up_to(day), _seen={})


def parsed(told: str) -> date | None:
    try:
        return parse_date(told)
    except ValueError:
        return None


def _grid_asked(request: Visitor) -> Grid:
    wanted = request.GET.get("grid", "")
    reach = in_reach(request.user)
    found = reach.filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    found = found or (None if wanted else first_of(request.user))
    if found is None:
        raise Http404
    return found


def in_reach(user: Any) -> Any:
    """The grids whose dashboards the person may open."""
    return Grid.objects.visible_to(user).filter(Scope.of(user).grid_q(Permission.DASHBOARD_VIEW))


def first_of(user: Any) -> Grid | None:
    """The highest grid of the person's own; of equals the first by code."""
    return min(own_grids(user), key=lambda grid: (LEVELS.index(grid.kind), grid.code), default=None)


def own_grids(user: Any) -> list[Grid]:
    """The grids in which the person's posts open dashboards."""
    postings = Scope.of(user).postings
    found = {each.grid for each in postings if Permission.DASHBOARD_VIEW in GRANTS[Role(each.role)].area}
    return sorted(found, key=lambda grid: grid.code)


def usual_period(today: date) -> Period:
    return Period(today - timedelta(days=USUAL_DAYS - 1), today)


def presets(today: date) -> list[tuple[str, Period]]:
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return [
        (f"近{USUAL_DAYS}天", usual_period(today)),
        ("本月", Period(month, today)),
        ("上月", Period(last.replace(day=1), last)),
        ("本季", Period(quarter, today)),
        ("本年", Period(today.replace(month=1, day=1), today)),
    ]


def query(area: Area, **changed: Any) -> str:
    """The query string that asks for this area again, with some of it changed."""
    kept = {"grid": area.grid.pk, "since": area.period.since, "until": area.period.until}
    kept |= {"as_of": area.on} if area.past else {}
    return urlencode({name: value for name, value in {**kept, **changed}.items() if value not in (None, "")})


def page_url(name: str, area: Area, **changed: Any) -> str:
    return f"{reverse(f'county:{name}')}?{query(area, **changed)}"


def list_url(what: str, area: Area, **changed: Any) -> str:
    return f"{reverse('county:list', args=[what])}?{query(area, **changed)}"
