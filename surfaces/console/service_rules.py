"""服务日规则: on which days the villages of a place serve, what a rule would bring, and days struck out."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from households.models import Programme
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, TaskForm, date_input, run, sent
from visits.actions import (
    Wanted,
    add_service_rule,
    drop_service_rule,
    preview_service_rule,
    strike_day,
    unstrike_day,
)
from visits.models import ServiceDayOff, ServiceDayRule
from workdays.lunar import knows, lunar
from workdays.now import now, today
from workdays.recurring import WEEKDAYS, Recurrence
from workdays.recurring import Kind as Days

P = Permission
LEVELS = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE)
ORDER = {kind: number for number, kind in enumerate(LEVELS)}


def places(user: User) -> Any:
    """Where this person may set rules: the county, its towns and villages, as far as they edit grids."""
    mine = Grid.objects.in_force().filter(Scope.of(user).grid_q(P.GRID_EDIT))
    return mine.filter(kind__in=LEVELS).order_by("code")


class RuleForm(TaskForm):
    grid = forms.ModelChoiceField(Grid.objects.none(), label="适用于", empty_label=None)
    programme = forms.ModelChoiceField(Programme.objects.none(), label="项目", empty_label=None)
    kind = forms.ChoiceField(label="规则", choices=ServiceDayRule.Kind.choices, widget=forms.RadioSelect)
    numbers = forms.CharField(
        label="几",
        max_length=60,
        help_text="每月15、16日填 15,16；第二个周六填 2；赶场逢1、4、7填 1,4,7",
        error_messages={"required": "请填日期的数，几个数用逗号隔开。"},
    )
    weekday = forms.TypedChoiceField(
        label="周几",
        choices=[("0", "不用选"), *((str(n), f"周{name}") for n, name in enumerate(WEEKDAYS, start=1))],
        coerce=int,
        help_text="只有“每月第几个周几”要选",
    )
    lunar = forms.BooleanField(label="按农历算", required=False)
    holidays = forms.ChoiceField(label="遇法定放假", choices=ServiceDayRule.Holidays.choices)

    def __init__(self, user: User, **given: Any) -> None:
        super().__init__(initial={"kind": Days.MONTHDAY.value, "weekday": "0"}, **given)
        grids = places(user)
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        self.fields["grid"].label_from_instance = lambda grid: grid.full_name  # type: ignore[attr-defined]
        programmes = Programme.objects.filter(county__in=grids.order_by().values("county_id")).order_by("pk")
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def clean_numbers(self) -> tuple[int, ...]:
        typed = self.cleaned_data["numbers"].replace("，", ",").replace("、", ",").replace(" ", ",")
        parts = [part for part in typed.split(",") if part]
        if not all(part.isdecimal() and len(part) < 3 for part in parts):
            raise forms.ValidationError("只填数字，几个数用逗号隔开，例如 15,16。")
        return tuple(int(part) for part in parts)

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data
        kind = Days(given["kind"])
        weekday = given["weekday"] if kind == Days.WEEKDAY else 0
        days = Recurrence(kind, given["numbers"], weekday, given["lunar"])
        return Wanted(given["programme"], given["grid"], days, ServiceDayRule.Holidays(given["holidays"]))


@require_GET
@needs(P.GRID_EDIT)
def rules(request: Visitor) -> HttpResponse:
    """The rules that hold in my area, those from above first, and the days struck out that are still to come."""
    scope, on = Scope.of(request.user), today()
    rows = ServiceDayRule.objects.visible_to(request.user).select_related("grid", "programme")
    offs = ServiceDayOff.objects.filter(scope.q(P.GRID_EDIT), day__gte=on).select_related("grid", "made_by")
    known = {
        "rows": [
            (rule, scope.covers(P.GRID_EDIT, rule))
            for rule in sorted(rows, key=lambda rule: (ORDER[Kind(rule.grid.kind)], rule.grid.code, rule.pk))
        ],
        "offs": offs.order_by("day", "grid__code"),
    }
    return render(request, "console/service/rules.html", known)


def _frame(title: str, hint: str, **more: Any) -> Task:
    back = reverse("console:service_rules")
    return Task(title, back, hint, crumbs=[("服务日", reverse("console:sessions")), ("规则", back)], **more)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def rule_add(request: Visitor) -> HttpResponse:
    form = RuleForm(request.user, **sent(request))

    def do(given: dict[str, Any]) -> str:
        made = add_service_rule(wanted=form.wanted, on=today(), by=request.user)
        return f"已保存，今后60天新排{made.added}次服务日。"

    hint = "乡镇、村自己有规则的，代替上级的规则。保存后今后60天的服务日马上排好。"
    task = Task(
        "加一条规则",
        reverse("console:service_rules"),
        hint,
        template="console/service/rule_body.html",
        frame="console/service/rule.html",
    )
    return run(request, task, form, do)


@require_POST
@needs(P.GRID_EDIT)
def rule_preview(request: Visitor) -> HttpResponse:
    """The days a rule would bring, while it is typed; nothing is saved."""
    form = RuleForm(request.user, **sent(request))
    known: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            days = preview_service_rule(wanted=form.wanted, on=today())
            known["days"] = [(held, planned, _lunar(form, planned)) for planned, held in days]
            known["sentence"] = form.wanted.recurrence.sentence
        except Refused as refused:
            known["refused"] = refused.sentence
    return render(request, "console/service/preview.html", known)


def _lunar(form: RuleForm, day: date) -> str:
    return str(lunar(day)) if form.cleaned_data["lunar"] and knows(day) else ""


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def rule_drop(request: Visitor, pk: int) -> HttpResponse:
    rule = get_object_or_404(ServiceDayRule.objects.visible_to(request.user).select_related("grid"), pk=pk)
    must_cover(request, P.GRID_EDIT, rule)

    def do(given: dict[str, Any]) -> str:
        gone = drop_service_rule(rule=rule, on=today(), by=request.user)
        return f"规则已停用，撤下还没开始的服务日{gone.dropped}次。"

    hint = f"{rule.grid.full_name}：{rule}。已改期、已报到的不动。"
    return run(request, _frame("停用规则", hint, danger=True), TaskForm(**sent(request)), do)


class OffForm(TaskForm):
    grid = forms.ModelChoiceField(Grid.objects.none(), label="适用于", empty_label=None)
    day = forms.DateField(label="哪天", widget=date_input())
    reason = forms.CharField(label="原因", max_length=100, help_text="例如：防汛值守、森林防火")

    def __init__(self, user: User, **given: Any) -> None:
        super().__init__(initial={"day": today()}, **given)
        self.fields["grid"].queryset = places(user)  # type: ignore[attr-defined]
        self.fields["grid"].label_from_instance = lambda grid: grid.full_name  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def day_off_add(request: Visitor) -> HttpResponse:
    def do(given: dict[str, Any]) -> str:
        count = strike_day(on=now().date(), by=request.user, **given)
        return f"已列为不开展，取消已排的服务日{count}次。"

    hint = "这一天不排服务日，已排的取消；还能恢复。"
    return run(request, _frame("某天不开展", hint), OffForm(request.user, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.GRID_EDIT)
def day_off_drop(request: Visitor, pk: int) -> HttpResponse:
    off = get_object_or_404(ServiceDayOff.objects.filter(Scope.of(request.user).q(P.GRID_EDIT)), pk=pk)

    def do(given: dict[str, Any]) -> str:
        unstrike_day(off=off, on=today(), by=request.user)
        return "已恢复，按规则重新排好。"

    return run(
        request, _frame("恢复这一天", f"{off.grid.full_name} {off.day}：{off.reason}"), TaskForm(**sent(request)), do
    )
