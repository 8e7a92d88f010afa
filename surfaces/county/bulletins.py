"""月度通报: those made of my places, a new one, its progress and its file."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.roles import Permission
from exchange.actions import start_bulletin
from exchange.bulletin.content import spelt
from exchange.bulletin.run import OF
from exchange.models import Job
from grids.models import Grid, Kind
from surfaces import paging
from surfaces.county.asking import first_of, in_reach, own_grids
from surfaces.doors import Visitor, address, needs
from surfaces.files import send
from surfaces.tasks import Task, TaskForm, go, run, sent
from tallies.standing import began
from workdays.now import now, today

P = Permission
FORMS = (("pdf", "打印版（.pdf）"), ("xlsx", "表格（.xlsx）"))
MOST_MONTHS = 36


class BulletinForm(TaskForm):
    place = forms.ModelChoiceField(Grid.objects.none(), label="哪里的", empty_label=None)
    month = forms.TypedChoiceField(label="哪个月", coerce=date.fromisoformat)
    ending = forms.ChoiceField(label="文件格式", choices=FORMS, initial="pdf", widget=forms.RadioSelect)

    def __init__(self, user: User, **sent: Any) -> None:
        super().__init__(**sent)
        own = first_of(user)
        self.fields["place"].queryset = _offered(user)  # type: ignore[attr-defined]
        self.initial["place"] = own.pk if own else None
        months = _months(own, today())
        self.fields["month"].choices = [(each.isoformat(), spelt(each)) for each in months]  # type: ignore[attr-defined]
        self.initial["month"] = (months[1] if len(months) > 1 else months[0]).isoformat()


def _offered(user: User) -> Any:
    """Counties and towns of the person's dashboards, and villages that are their own."""
    own = [grid.pk for grid in own_grids(user) if grid.kind in OF]
    wide = in_reach(user).filter(kind__in=(Kind.COUNTY, Kind.TOWN)) | Grid.objects.filter(pk__in=own)
    return wide.current(today()).order_by("code")


def _months(grid: Grid | None, on: date) -> list[date]:
    """This month and those before it, back to the first that has data."""
    first = (began(grid.county_id) if grid else None) or on
    found = [on.replace(day=1)]
    while found[-1] > first and len(found) < MOST_MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


@require_GET
@needs(P.DASHBOARD_VIEW)
def made(request: Visitor) -> HttpResponse:
    page = paging.page(request, _seen(request.user).select_related("user"), order=("-created_at", "-id"))
    return render(request, "county/bulletins/list.html", {"page": page, "rows": _described(page)})


def _described(page: Any) -> list[dict[str, Any]]:
    places = dict(Grid.objects.filter(pk__in=[job.asked["place"] for job in page]).values_list("pk", "name"))
    return [
        {
            "job": job,
            "place": places.get(job.asked["place"], ""),
            "month": _month(job),
            "form": job.asked["form"].upper(),
        }
        for job in page
    ]


def _month(job: Job) -> str:
    return spelt(date.fromisoformat(job.asked["month"]))


@require_http_methods(["GET", "POST"])
@needs(P.DASHBOARD_VIEW)
def start(request: Visitor) -> HttpResponse:
    begun: list[Job] = []

    def do(given: dict[str, Any]) -> str:
        at: datetime = now()
        form = given.pop("ending")
        begun.append(start_bulletin(form=form, by=request.user, at=at, address=address(request), **given))
        return "已开始做通报，做好后可以在这里下载。"

    back = reverse("county:bulletins")
    hint = "数字与数据看板一致；过去的月份按月底那天的情况，本月到今天为止。没有姓名，不排名次；谁做了通报会记入日志。"
    task = Task("做通报", back, hint, crumbs=[("月度通报", back)], frame="county/task.html")
    response = run(request, task, BulletinForm(request.user, **sent(request)), do)
    return go(request, reverse("county:bulletin", args=[begun[0].pk])) if begun else response


@require_GET
@needs(P.DASHBOARD_VIEW)
def one(request: Visitor, pk: int) -> HttpResponse:
    job = _found(request, pk)
    return render(request, "county/bulletins/page.html", {"job": job, "title": _title(job)})


@require_GET
@needs(P.DASHBOARD_VIEW)
def progress(request: Visitor, pk: int) -> HttpResponse:
    """The part that asks for itself every second until the file is there."""
    job = _found(request, pk)
    response = render(request, "county/bulletins/progress.html", {"job": job})
    if job.state not in Job.OPEN:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@needs(P.DASHBOARD_VIEW)
def file(request: Visitor, pk: int) -> HttpResponseBase:
    job = _found(request, pk)
    if not job.result:
        raise Http404
    return send(job.result, _title(job))


def _title(job: Job) -> str:
    place = Grid.objects.get(pk=job.asked["place"])
    return f"{place.name}{_month(job)}通报"


def _seen(user: User) -> Any:
    return Job.objects.bulletins_of(in_reach(user).filter(kind__in=OF))


def _found(request: Visitor, pk: int) -> Job:
    found: Job = get_object_or_404(_seen(request.user).select_related("user"), pk=pk)
    return found
