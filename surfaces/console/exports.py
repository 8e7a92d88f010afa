"""Exports: what I have taken away, a new list, its progress, and the file until it expires."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from exchange.actions import start_export
from exchange.exporting import FORMS
from exchange.models import KEPT_FOR, Job
from grids.models import Grid
from grids.scope import Scope
from surfaces import paging
from surfaces.console.places import PlaceField
from surfaces.doors import Visitor, address, needs
from surfaces.files import send
from surfaces.tasks import Task, TaskForm, go, run, sent
from workdays.now import now

P = Permission
TAKE_AWAY = (P.DATA_EXPORT, P.PAIRING_EDIT)
"""Who exports lists, and who prints what pairing needs on paper: a village may print what it may not export."""
KINDS = [(kind.value, kind.label.removeprefix("导出")) for kind in Job.EXPORTS if kind != Job.Kind.LEDGER_OUT]
"""The ledger is exported from its own page, where it is narrowed."""
WORDS = {"xlsx": "表格（.xlsx）", "pdf": "打印版（.pdf）"}


class ExportForm(TaskForm):
    kind = forms.ChoiceField(label="导出什么", choices=KINDS, widget=forms.RadioSelect)
    place = PlaceField("哪里的")
    ending = forms.ChoiceField(
        label="文件格式", choices=[(form, WORDS[form]) for form in FORMS], initial="xlsx", widget=forms.RadioSelect
    )

    def __init__(self, request: Visitor, **sent: Any) -> None:
        super().__init__(**sent)
        field = self.fields["place"]
        assert isinstance(field, PlaceField)
        field.open_for(request.user, request.POST.get("place"))


@require_GET
@needs(*TAKE_AWAY)
def exports(request: Visitor) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user).taken_away()
    page = paging.page(request, jobs, order=("-created_at", "-id"))
    may_export = Scope.of(request.user).may(P.DATA_EXPORT)
    known = {"page": page, "days": KEPT_FOR.days, "may_export": may_export}
    return render(request, "console/exports/list.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.DATA_EXPORT)
def start(request: Visitor) -> HttpResponse:
    made: list[Job] = []

    def do(given: dict[str, Any]) -> str:
        place: Grid | None = given.pop("place")
        asked = {"place": place.pk} if place else {}
        form = given.pop("ending")
        made.append(start_export(form=form, asked=asked, by=request.user, at=now(), address=address(request), **given))
        return "已开始导出，做好后可以在这里下载。"

    back = reverse("console:exports")
    hint = "姓名、电话、地址按脱敏显示，谁导出了什么会记入日志"
    task = Task("导出名单", back, hint=hint, crumbs=[("导出和打印", back)])
    response = run(request, task, ExportForm(request, **sent(request)), do)
    return go(request, reverse("console:export", args=[made[0].pk])) if made else response


@require_GET
@needs(*TAKE_AWAY)
def job(request: Visitor, pk: int) -> HttpResponse:
    return render(request, "console/exports/page.html", {"job": _found(request, pk), "days": KEPT_FOR.days})


@require_GET
@needs(*TAKE_AWAY)
def progress(request: Visitor, pk: int) -> HttpResponse:
    """The part that asks for itself every second; the page shows the file once it is there."""
    one = _found(request, pk)
    response = render(request, "console/exports/progress.html", {"job": one})
    if one.state not in Job.OPEN:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@needs(*TAKE_AWAY)
def file(request: Visitor, pk: int) -> HttpResponseBase:
    one = _found(request, pk)
    if not one.result:
        raise Http404
    return send(one.result, f"{one.get_kind_display().removeprefix('导出')}-{one.created_at:%Y%m%d}-{one.pk}")


def _found(request: Visitor, pk: int) -> Job:
    found: Job = get_object_or_404(Job.objects.visible_to(request.user).taken_away().select_related("county"), pk=pk)
    return found
