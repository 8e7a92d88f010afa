"""Imports: the template, the upload, a job with its progress, the error workbook, and what was imported before."""

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files import File
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Permission
from exchange.actions import import_checked, start_job
from exchange.models import Job
from exchange.templates import workbook
from grids.models import Grid, Kind
from grids.scope import Scope
from surfaces import paging
from surfaces.doors import Visitor, needs
from surfaces.files import send
from surfaces.tasks import Task, TaskForm, go, run, sent
from workdays.now import now

P = Permission
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 60 * 2**20
KINDS = [(kind.value, kind.label) for kind in Job.IMPORTS]
TEMPLATE_NAMES = {
    Job.Kind.HOUSEHOLDS_IN: "住户导入模板.xlsx",
    Job.Kind.MEMBERS_IN: "党员导入模板.xlsx",
    Job.Kind.WISHES_IN: "志愿导入模板.xlsx",
}


class UploadForm(TaskForm):
    kind = forms.ChoiceField(label="导入什么", choices=KINDS, widget=forms.RadioSelect)
    county = forms.ModelChoiceField(Grid.objects.none(), label="导入到", empty_label=None)
    file = forms.FileField(
        label="工作簿",
        help_text=".xlsx，按模板填写，每行一户、一名党员或一张志愿表",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择要导入的工作簿。", "empty": "这个文件是空的，请重新选择。"},
    )
    dry_run = forms.BooleanField(
        label="先试运行", required=False, initial=True, help_text="只检查不写入，全部通过后再一键导入"
    )

    def __init__(self, request: Visitor, **sent: Any) -> None:
        super().__init__(**sent)
        counties = {posting.county_id for posting in Scope.of(request.user).postings}
        field = self.fields["county"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Grid.objects.in_force().filter(kind=Kind.COUNTY, pk__in=counties)
        if len(counties) == 1:
            field.widget = forms.HiddenInput()
            self.initial["county"] = next(iter(counties))

    def clean_file(self) -> File:
        file: File = self.cleaned_data["file"]
        if not str(file.name).lower().endswith(".xlsx"):
            raise forms.ValidationError("只能导入 .xlsx 工作簿，请在表格软件里另存为这种格式。")
        if file.size > LARGEST:
            raise forms.ValidationError(f"文件超过{LARGEST // 2**20}MB，请分成几个文件导入。")
        return file


@require_GET
@needs(P.DATA_IMPORT)
def imports(request: Visitor) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user).imports()
    page = paging.page(request, jobs, order=("-created_at", "-id"))
    return render(request, "console/imports/list.html", {"page": page, "kinds": KINDS})


@require_GET
@needs(P.DATA_IMPORT)
def template(request: Visitor, kind: str) -> HttpResponseBase:
    if kind not in Job.IMPORTS:
        raise Http404
    name = TEMPLATE_NAMES[Job.Kind(kind)]
    return FileResponse(io.BytesIO(workbook(kind)), as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
@needs(P.DATA_IMPORT)
def upload(request: Visitor) -> HttpResponse:
    made: list[Job] = []

    def do(given: dict[str, Any]) -> str:
        made.append(start_job(by=request.user, at=now(), **given))
        return "文件已收到，正在处理。"

    initial = {"kind": request.GET.get("kind", Job.Kind.HOUSEHOLDS_IN)}
    task = Task("上传并检查", reverse("console:imports"), crumbs=[("导入", reverse("console:imports"))])
    response = run(request, task, UploadForm(request, initial=initial, **sent(request)), do)
    return go(request, reverse("console:import", args=[made[0].pk])) if made else response


@require_GET
@needs(P.DATA_IMPORT)
def job(request: Visitor, pk: int) -> HttpResponse:
    return render(request, "console/imports/job.html", {"job": _found(request, pk)})


@require_GET
@needs(P.DATA_IMPORT)
def progress(request: Visitor, pk: int) -> HttpResponse:
    """The part that asks for itself every second; the page shows the result once the job has ended."""
    one = _found(request, pk)
    response = render(request, "console/imports/progress.html", {"job": one})
    if one.state not in Job.OPEN:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs(P.DATA_IMPORT)
def confirm(request: Visitor, pk: int) -> HttpResponse:
    """Imports what passed its dry run."""
    import_checked(job=_found(request, pk), by=request.user, at=now())
    messages.success(request, "已转为正式导入。")
    return redirect("console:import", pk)


@require_GET
@needs(P.DATA_IMPORT)
def result(request: Visitor, pk: int) -> HttpResponseBase:
    """The error workbook: the rows as they were uploaded, with what is wrong."""
    one = _found(request, pk)
    if not one.result:
        raise Http404
    return send(one.result, f"{one.get_kind_display()}错误清单-{one.pk}")


def _found(request: Visitor, pk: int) -> Job:
    found: Job = get_object_or_404(Job.objects.visible_to(request.user).imports().select_related("county"), pk=pk)
    return found
