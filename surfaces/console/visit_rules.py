"""走访规则: how often each kind of household is visited, how late is late, who may excuse, what a visit asks.

A change is shown with its effect before it is saved; what staff set stays when a profile is loaded again.
"""

from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from accounts.roles import Permission, Role
from households.models import Programme, Tag
from profiles.terms import EXCUSERS, ROLES
from surfaces.console.calendar_page import chosen_county, editable_counties
from surfaces.doors import Visitor, needs, show
from surfaces.tasks import Task, TaskForm, draw, run, sent
from visits.actions import RuleEffect, change_rule, policy_of, preview_rule, set_policy
from visits.changes import Change, changes
from visits.excuse import excusers
from visits.models import VisitPolicy, VisitRule
from workdays.now import now, today

P = Permission
EVERYBODY = "all"
"""What an address calls the rule without a tag."""
TAGS = {EVERYBODY: "全部住户", **dict(Tag.choices)}
POSTS = [(role, ROLES[role]) for role in Role.values if role in ROLES and role != Role.UNIT_HANDLER]


class RulesPage:
    """The rules of one county before one person. `query` keeps the county where somebody edits more than one."""

    def __init__(self, request: Visitor) -> None:
        counties = editable_counties(request)
        self.county = chosen_county(counties, request.GET.get("county", ""))
        self.query = f"?county={self.county.pk}" if len(counties) > 1 else ""

    @cached_property
    def programmes(self) -> list[dict[str, Any]]:
        """Each programme with a row per kind of household: those with a rule, then the kinds that follow the others."""
        rules = VisitRule.objects.filter(programme__county=self.county).select_related("edited_by")
        stored = {(rule.programme_id, rule.tag): rule for rule in rules}
        return [
            {"name": programme.name, "rows": [self._row(programme, tag, stored) for tag in TAGS]}
            for programme in Programme.objects.filter(county=self.county).order_by("pk")
        ]

    def _row(self, programme: Programme, tag: str, stored: dict[tuple[int, str], VisitRule]) -> dict[str, Any]:
        rule = stored.get((programme.pk, "" if tag == EVERYBODY else tag))
        url = reverse("console:visit_rule", args=[programme.pk, tag]) + self.query
        return {"label": TAGS[tag], "rule": rule, "excusers": excusers(rule), "url": url}

    @property
    def policy(self) -> VisitPolicy:
        return policy_of(self.county.pk)

    @property
    def policy_url(self) -> str:
        return reverse("console:visit_policy") + self.query

    def history(self) -> list[Change]:
        return changes(self.county)


class RuleForm(TaskForm):
    """`seen` holds the values whose effect was shown; others are shown first."""

    in_use = forms.BooleanField(label="这类住户按这条规则走访", required=False)
    interval_days = forms.IntegerField(label="每多少天走访一次", help_text="两周填14，一个月填30，一季度填90")
    grace_days = forms.IntegerField(label="宽限几天", help_text="过了走访日再过这么多天才算逾期；不宽限填0")
    excused_by = forms.MultipleChoiceField(
        label="谁可以准予暂停走访", choices=POSTS, widget=forms.CheckboxSelectMultiple, required=False
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def asked(self) -> str:
        given = self.cleaned_data
        return f"{given['in_use']}/{given['interval_days']}/{given['grace_days']}"


class PolicyForm(TaskForm):
    failed_attempts = forms.IntegerField(
        label="连续几次未见到人告知村里", help_text="告知一次，并列入“上门未见”名单；不算走访人的错"
    )
    proof = forms.BooleanField(
        label="见面走访要签名或见证",
        required=False,
        help_text="一般不要打开。打开后，见到人的走访要有住户手写签名、见证人，或写明都没有的原因，三者有一样就行",
    )


@require_GET
@needs(P.CALENDAR_EDIT)
def rules(request: Visitor) -> HttpResponse:
    return render(request, "console/visit_rules.html", {"page": RulesPage(request)})


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def rule(request: Visitor, programme: int, tag: str) -> HttpResponse:
    page = RulesPage(request)
    chosen = get_object_or_404(Programme, pk=programme, county=page.county)
    if tag not in TAGS:
        raise Http404
    named = "" if tag == EVERYBODY else tag
    form = RuleForm(initial=_initial(chosen, named), **sent(request))
    if form.is_bound and form.is_valid() and form.cleaned_data["seen"] != form.asked:
        return _previewed(request, page, chosen, named, form)

    def do(given: dict[str, Any]) -> str:
        given.pop("seen")
        told = change_rule(programme=chosen, tag=named, on=today(), by=request.user, edited_at=now(), **given)
        return f"已保存。{_done(told)}"

    return run(request, _task(page, "看看影响", tag), form, do)


def _previewed(request: Visitor, page: RulesPage, programme: Programme, tag: str, form: RuleForm) -> HttpResponse:
    """What saving would do, and the same form once more, to confirm."""
    given = form.cleaned_data
    try:
        effect = preview_rule(
            programme=programme,
            tag=tag,
            interval_days=given["interval_days"],
            grace_days=given["grace_days"],
            in_use=given["in_use"],
            on=today(),
        )
    except Refused as refused:
        show(refused, form)
        return draw(request, _task(page, "看看影响", tag or EVERYBODY), form)
    again = RuleForm(initial={**given, "seen": form.asked})
    return draw(request, _task(page, "确认保存", tag or EVERYBODY, [effect.sentence]), again)


def _done(told: RuleEffect) -> str:
    return told.sentence.replace("保存后", "", 1) if told.moved or told.added or told.freed else ""


def _initial(programme: Programme, tag: str) -> dict[str, Any]:
    row = VisitRule.objects.filter(programme=programme, tag=tag).first()
    row = row or VisitRule(interval_days=30, grace_days=0, excused_by=list(EXCUSERS))
    return {name: getattr(row, name) for name in ("in_use", "interval_days", "grace_days", "excused_by")}


@require_http_methods(["GET", "POST"])
@needs(P.CALENDAR_EDIT)
def policy(request: Visitor) -> HttpResponse:
    page = RulesPage(request)

    def do(given: dict[str, Any]) -> str:
        changed = set_policy(county=page.county, by=request.user, **given)
        return "已改好，从下一次走访起算。" if changed else "没有改动。"

    initial = {"failed_attempts": page.policy.failed_attempts, "proof": page.policy.proof}
    back = reverse("console:visit_rules") + page.query
    task = Task("保存走访要求", back, crumbs=[("走访规则", back)])
    return run(request, task, PolicyForm(initial=initial, **sent(request)), do)


def _task(page: RulesPage, title: str, tag: str, facts: list[str] | None = None) -> Task:
    back = reverse("console:visit_rules") + page.query
    return Task(title, back, f"走访规则：{TAGS[tag]}。", facts or [], crumbs=[("走访规则", back)])
