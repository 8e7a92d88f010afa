"""挂号规则和诉求类别: what a county turns on and off, and what belongs to each category, with who changed what."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from issues import categories, switches
from issues.models import Category, RegisterRules
from issues.switches import SWITCHES, Switch
from surfaces.console.calendar_page import chosen_county, editable_counties
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now

P = Permission


class RulesPage:
    """The rules of one county before one person. `query` keeps the county where somebody edits more than one."""

    def __init__(self, request: Visitor) -> None:
        counties = editable_counties(request)
        self.county = chosen_county(counties, request.GET.get("county", ""))
        self.query = f"?county={self.county.pk}" if len(counties) > 1 else ""
        self.rules = RegisterRules.objects.filter(county=self.county).first() or RegisterRules(county=self.county)

    def switches(self) -> list[dict[str, Any]]:
        return [
            {
                "switch": switch,
                "value": switch.spoken(getattr(self.rules, switch.name)),
                "edited": switch.name in self.rules.by_hand,
                "url": reverse("console:register_rule", args=[switch.name]) + self.query,
            }
            for switch in SWITCHES
        ]

    def categories(self) -> list[dict[str, Any]]:
        return [
            one | {"url": reverse("console:category", args=[one["value"]]) + self.query}
            for one in categories.of_county(self.rules)
        ]

    def history(self) -> list[Any]:
        return switches.changes(self.county)

    def task(self, title: str, hint: str = "") -> Task:
        back = reverse("console:register_rules") + self.query
        return Task(title, back, hint, crumbs=[("挂号规则", back)])


class CategoryForm(TaskForm):
    covers = forms.CharField(
        label="哪些事归这一类",
        max_length=categories.LONGEST,
        required=False,
        help_text="写在类别后面，登记和梳理时看得见",
    )
    offered = forms.BooleanField(label="登记和梳理时可以选", required=False)


def switch_field(switch: Switch) -> forms.Field:
    if switch.is_number:
        unit = f"{switch.least}到{switch.most}{switch.unit}"
        return forms.IntegerField(label=switch.label, help_text=f"{switch.hint}{'，' if switch.hint else ''}{unit}")
    return forms.BooleanField(label=switch.label, required=False, help_text=switch.hint)


@require_GET
@needs(P.CALENDAR_EDIT)
def rules(request: Visitor) -> HttpResponse:
    return render(request, "console/register_rules.html", {"page": RulesPage(request)})


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def rule(request: Visitor, name: str) -> HttpResponse:
    switch = next((one for one in SWITCHES if one.name == name), None)
    if switch is None:
        raise Http404
    page = RulesPage(request)

    def do(given: dict[str, Any]) -> str:
        changed = switches.set_switches(county=page.county, changes=given, by=request.user, at=now())
        return f"已改：{switch.label}{switch.spoken(given[name])}。" if changed else "没有改动。"

    form = TaskForm(initial={name: getattr(page.rules, name)}, **sent(request))
    form.fields[name] = switch_field(switch)
    return run(request, page.task("保存", "从现在起照此办，已经走过的环节不变。"), form, do)


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def category(request: Visitor, name: str) -> HttpResponse:
    if name not in Category.values:
        raise Http404
    page, one = RulesPage(request), Category(name)

    def do(given: dict[str, Any]) -> str:
        changed = categories.set_category(county=page.county, category=one, by=request.user, at=now(), **given)
        return f"已改：{one.label}。" if changed else "没有改动。"

    known = next(row for row in categories.of_county(page.rules) if row["value"] == name)
    form = CategoryForm(initial={"covers": known["covers"], "offered": known["offered"]}, **sent(request))
    return run(request, page.task("保存", f"{one.label}：不再使用的，已经登记的事项不变。"), form, do)
