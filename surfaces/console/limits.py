"""时限表: category × urgency × level on one screen, edited row by row, with who changed what and when."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from accounts.roles import Permission
from issues import limits
from issues.models import Category, ClockKind, Limit, Urgency
from issues.rules import CountyRules, LimitKey
from surfaces.console.calendar_page import chosen_county, editable_counties
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now

P = Permission
SHORT = [kind for kind in ClockKind if kind != ClockKind.HANDLE]
AFTER = "escalate_after"
HOURS_A_DAY = 24


class LimitsPage:
    """The tables of one county before one person. `query` keeps the county where somebody edits more than one."""

    def __init__(self, request: Visitor) -> None:
        counties = editable_counties(request)
        self.county = chosen_county(counties, request.GET.get("county", ""))
        self.query = f"?county={self.county.pk}" if len(counties) > 1 else ""
        self.rules = CountyRules(self.county.pk)

    @cached_property
    def columns(self) -> dict[str, str]:
        """The columns that the county's chain uses, lowest first, with the names of their rungs."""
        names: dict[str, list[str]] = {}
        for rung in self.rules.chain.rungs:
            names.setdefault(rung.column, []).append(rung.name)
        return {column: "、".join(dict.fromkeys(found)) for column, found in names.items()}

    @cached_property
    def stored(self) -> dict[LimitKey, Limit]:
        rows = Limit.objects.filter(county=self.county).select_related("edited_by")
        return {(row.kind, row.category, row.urgency, row.column): row for row in rows}

    def handling(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """By category, its rows by urgency."""
        return [(category.label, [self._row(category, urgency) for urgency in Urgency]) for category in Category]

    def _row(self, category: Category, urgency: Urgency) -> dict[str, Any]:
        keys = handling_keys(category, urgency, self.columns)
        url = reverse("console:limit_handle", args=[category.value, urgency.value]) + self.query
        title = f"{category.label}·{urgency.label}"
        return {"label": urgency.label, "cells": self._cells(keys), "url": url, "title": title}

    def short(self) -> list[dict[str, Any]]:
        """The other kinds of clock, and how long after its due a matter goes up."""
        rows = [{"label": kind.label, "cells": self._cells(short_keys(kind)), **self._link(kind)} for kind in SHORT]
        days = self.rules.switches.escalate_after
        by_hand = AFTER in self.rules.switches.by_hand
        cells = [
            {"label": urgency.label, "text": f"{days.get(urgency, 0)}个工作日", "edited": "手工设定" if by_hand else ""}
            for urgency in Urgency
        ]
        return [*rows, {"label": "逾期后多久自动上报", "cells": cells, **self._link(AFTER)}]

    def _link(self, kind: str) -> dict[str, str]:
        return {"url": reverse("console:limit_kind", args=[kind]) + self.query}

    def _cells(self, keys: Mapping[str, LimitKey]) -> list[dict[str, Any]]:
        names = self.columns | dict(Urgency.choices)
        return [_cell(names[name], self.stored.get(key)) for name, key in keys.items()]

    def text(self, key: LimitKey) -> str:
        """As it is typed: 5 or 2h."""
        row = self.stored.get(key)
        if row is None or row.amount is None:
            return ""
        return f"{row.amount}{'h' if row.unit == 'hour' else ''}"

    def urgencies(self) -> list[str]:
        return [urgency.label for urgency in Urgency]

    def history(self) -> list[limits.Change]:
        return limits.changes(self.county, self.columns)


def _cell(label: str, row: Limit | None) -> dict[str, Any]:
    edited = ""
    if row and row.edited_at and row.edited_by:
        edited = f"{row.edited_by.name}改于{row.edited_at:%Y-%m-%d}"
    text = str(row) if row else "不办理"
    if row and row.amount and row.unit == "hour" and row.amount % HOURS_A_DAY == 0:
        text += f"（{row.amount // HOURS_A_DAY}天）"
    return {"label": label, "text": text, "none": row is None or row.amount is None, "edited": edited}


def handling_keys(category: str, urgency: str, columns: Mapping[str, str]) -> dict[str, LimitKey]:
    return {column: (ClockKind.HANDLE.value, str(category), str(urgency), column) for column in columns}


def short_keys(kind: str) -> dict[str, LimitKey]:
    return {urgency.value: (str(kind), "", urgency.value, "") for urgency in Urgency}


class SpanField(forms.CharField):
    """5 or 2h; empty is None."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, max_length=12)

    def clean(self, value: Any) -> Any:
        try:
            return limits.read_span(super().clean(value))
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from refused


class RowForm(TaskForm):
    """One field for each cell of a row."""

    def __init__(self, fields: Mapping[str, forms.Field], **sent: Any) -> None:
        super().__init__(**sent)
        self.fields.update(fields)


@require_GET
@needs(P.CALENDAR_EDIT)
def table(request: Visitor) -> HttpResponse:
    return render(request, "console/limits.html", {"page": LimitsPage(request)})


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def handle(request: Visitor, category: str, urgency: str) -> HttpResponse:
    if category not in Category.values or urgency not in Urgency.values:
        raise Http404
    page = LimitsPage(request)
    keys = handling_keys(category, urgency, page.columns)
    title = f"{Category(category).label}·{Urgency(urgency).label}"
    return _row(request, page, title, keys, page.columns, "工作日数写 5，小时写 2h；空着就是这一级不办理。")


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def kind(request: Visitor, name: str) -> HttpResponse:
    page = LimitsPage(request)
    if name == AFTER:
        return _after(request, page)
    if name not in [one.value for one in SHORT]:
        raise Http404
    keys = short_keys(name)
    return _row(request, page, f"{ClockKind(name).label}时限", keys, dict(Urgency.choices), "工作日数写 5，小时写 2h。")


def _row(
    request: Visitor, page: LimitsPage, title: str, keys: dict[str, LimitKey], labels: Mapping[str, str], hint: str
) -> HttpResponse:
    def do(given: dict[str, Any]) -> str:
        changes = {keys[name]: span for name, span in given.items()}
        count = limits.set_limits(county=page.county, changes=changes, by=request.user, at=now())
        return f"{title}已改{count}处，从下一个时限起算。" if count else "没有改动。"

    fields = {name: SpanField(labels[name]) for name in keys}
    initial = {name: page.text(key) for name, key in keys.items()}
    return run(request, _task(page, title, hint), RowForm(fields, initial=initial, **sent(request)), do)


def _after(request: Visitor, page: LimitsPage) -> HttpResponse:
    def do(given: dict[str, Any]) -> str:
        changed = limits.set_escalate_after(county=page.county, days=given, by=request.user, at=now())
        return "已改好，从下一个时限起算。" if changed else "没有改动。"

    fields = {name: forms.IntegerField(label=label) for name, label in Urgency.choices}
    form = RowForm(fields, initial=page.rules.switches.escalate_after, **sent(request))
    return run(request, _task(page, "逾期后多久自动上报", "工作日数；0 表示一逾期就上报。"), form, do)


def _task(page: LimitsPage, title: str, hint: str) -> Task:
    back = reverse("console:limits") + page.query
    return Task(f"保存{title}", back, f"{hint}正在走的时限不变。", crumbs=[("时限表", back)])
