"""工作日: days off and make-up workdays, edited and imported; what they do to running clocks is told beforehand."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from accounts.roles import Permission
from issues.tasks import follow_soon
from surfaces.console.calendar_files import uploaded_days
from surfaces.console.calendar_page import CalendarPage, Square, effect, effect_sentence
from surfaces.doors import Visitor, needs, show
from surfaces.tasks import Task, TaskForm, draw, run, sent
from workdays.actions import import_days, set_day
from workdays.arithmetic import parse_day, spell
from workdays.checks import KNOWN_YEARS
from workdays.models import calendar_for
from workdays.now import now, today
from workdays.sheet import as_csv, read_rows

P = Permission
NATIONAL = "national"
"""The choice that leaves a day to the national arrangement."""


@require_GET
@needs(P.CALENDAR_EDIT)
def year(request: Visitor) -> HttpResponse:
    return render(request, "console/calendar/year.html", {"page": _page(request, _asked_year(request))})


@require_GET
@needs(P.CALENDAR_EDIT)
def progress(request: Visitor) -> HttpResponse:
    """The part that asks for itself until the running clocks follow the calendar."""
    page = _page(request, today().year)
    response = render(request, "console/calendar/progress.html", {"page": page})
    if not page.run() or page.run()["finished"]:  # type: ignore[index]
        response["HX-Refresh"] = "true"
    return response


class DayForm(TaskForm):
    kind = forms.ChoiceField(label="这一天", widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=30, required=False, help_text="例如：防汛值守、县庆")

    def __init__(self, choices: list[tuple[str, str]], **sent: Any) -> None:
        super().__init__(**sent)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def day(request: Visitor, text: str) -> HttpResponse:
    one = _day(text)
    page = _page(request, one.year)

    def do(given: dict[str, Any]) -> str:
        _set(page, one, given["kind"], given["name"])
        follow_soon()
        return f"{spell(one)}已改好，在办事项的时限随后重算。"

    row = page.rows.get(one)
    own = row if row and row.county_id else None
    initial = {"kind": own.kind if own else NATIONAL, "name": own.name if own else ""}
    form = DayForm(_choices(page, one, initial["kind"]), initial=initial, **sent(request))
    return run(request, _task(page, f"保存{spell(one)}", _now_says(page, one)), form, do)


def _set(page: CalendarPage, one: date, kind: str, name: str = "") -> None:
    chosen = "" if kind == NATIONAL else kind
    set_day(day=one, kind=chosen, name=name, county_id=page.county.pk, by=page.user, at=now())


def _choices(page: CalendarPage, one: date, chosen: str) -> list[tuple[str, str]]:
    """What the day can be here, each with what it would do to the running clocks."""
    national_off = not calendar_for(None).is_workday(one)
    labels = {
        NATIONAL: f"按全国安排（{'放假' if national_off else '上班'}）",
        "makeup" if national_off else "holiday": f"本县{'上班' if national_off else '放假'}",
    }
    if chosen not in labels:
        labels[chosen] = f"本县{'放假' if chosen == 'holiday' else '上班'}"
    return [
        (kind, label if kind == chosen else f"{label}，{_effect(page, one, kind)}") for kind, label in labels.items()
    ]


def _effect(page: CalendarPage, one: date, kind: str) -> str:
    return effect_sentence(effect(lambda: _set(page, one, kind), page.county, now()))


def _now_says(page: CalendarPage, one: date) -> str:
    row = page.rows.get(one)
    kind = row.kind if row else "work" if one.weekday() < 5 else "off"
    square = Square(one, kind, row.name if row else "", bool(row and row.county_id), one == page.today)
    return f"现在：{square.says}。"


class ImportForm(TaskForm):
    """First the file; then, once its effect was shown, the rows in `checked`, as CSV."""

    file = forms.FileField(
        label="放假安排",
        help_text=".csv 或 .xlsx，三列：日期（2027-10-01）、类型（放假 或 调休上班）、节日",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": "请选择文件。", "empty": "这个文件是空的，请重新选择。"},
    )
    whole_year = forms.IntegerField(
        label="整年替换",
        required=False,
        min_value=KNOWN_YEARS[0],
        max_value=KNOWN_YEARS[-1],
        help_text="填年份，如 2027：文件就是这一年的全部安排，本县这一年没有列出的日子会被删除",
    )
    checked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, **sent: Any) -> None:
        super().__init__(**sent)
        if self["checked"].value():
            del self.fields["file"]
            self.fields["whole_year"].widget = forms.HiddenInput()


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def bring_in(request: Visitor) -> HttpResponse:
    page = _page(request, today().year)
    form = ImportForm(**sent(request))
    if form.is_bound and form.is_valid() and not form.cleaned_data["checked"]:
        return _checked(request, page, form)
    return run(request, _import_task(page), form, lambda given: _bring_in(page, given))


def _bring_in(page: CalendarPage, given: dict[str, Any]) -> str:
    done = _import(page, given)
    follow_soon()
    return f"新增{done.added}天，更正{done.changed}天，删除{done.removed}天，不变{done.unchanged}天。"


def _import(page: CalendarPage, given: dict[str, Any]) -> Any:
    rows = read_rows(given["checked"].encode())
    return import_days(rows, by=page.user, at=now(), county_id=page.county.pk, whole_year=given["whole_year"])


def _checked(request: Visitor, page: CalendarPage, form: ImportForm) -> HttpResponse:
    """The file passed: what it would change, and the same form once more, to confirm."""
    told = []
    try:
        given = {
            "whole_year": form.cleaned_data["whole_year"],
            "checked": as_csv(uploaded_days(form.cleaned_data["file"])),
        }
        count = effect(lambda: told.append(_import(page, given)), page.county, now())
    except Refused as refused:
        show(refused, form)
        return draw(request, _import_task(page), form)
    facts = [f"新增{told[0].added}天，更正{told[0].changed}天，删除{told[0].removed}天", effect_sentence(count)]
    return draw(request, _import_task(page, facts), ImportForm(initial=given))


def _import_task(page: CalendarPage, facts: list[str] | None = None) -> Task:
    title = "确认导入" if facts else "检查文件"
    hint = "" if facts else "只改本县的安排；全国统一安排由系统管理员用 import_workdays 导入。先检查，看过影响再确认。"
    return _task(page, title, hint, facts or [])


def _task(page: CalendarPage, title: str, hint: str = "", facts: list[str] | None = None) -> Task:
    back = reverse("console:calendar") + f"?year={page.year}" + (f"&{page.query}" if page.query else "")
    return Task(title, back, hint, facts or [], crumbs=[("工作日", back)])


def _page(request: Visitor, year: int) -> CalendarPage:
    return CalendarPage(request, year, today())


def _asked_year(request: Visitor) -> int:
    asked = request.GET.get("year", "")
    if not asked:
        return today().year
    if not asked.isdecimal() or len(asked) > 4 or int(asked) not in KNOWN_YEARS:
        raise Http404
    return int(asked)


def _day(text: str) -> date:
    try:
        one = parse_day(text)
    except ValueError as error:
        raise Http404 from error
    if one.year not in KNOWN_YEARS:
        raise Http404
    return one
