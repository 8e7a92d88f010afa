"""For the auditor: who looked at whom, what happened to issues, and whether the record still holds."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import AccessLog, User
from accounts.roles import Permission
from grids.models import Posting
from grids.scope import Scope
from issues.events import ISSUES
from issues.history import Broken, History
from issues.models import IssueEvent
from issues.requests.history import REQUESTS
from issues.workflow import MOVES
from surfaces import find, paging
from surfaces.console.filters import Filter, pick, search_box
from surfaces.doors import Visitor, needs
from surfaces.issue_page import EVENT_LABELS
from surfaces.tasks import date_input
from workdays.arithmetic import ZONE
from workdays.now import now

P = Permission
MOST_FAULTS = 100
THINGS = {
    "accounts.User": "账号",
    "households.Household": "住户",
    "households.Resident": "家庭成员",
    "issues.Issue": "诉求",
    "issues.ServiceRequest": "点单",
    "members.Member": "党员",
}
"""What is looked at in full, or managed, by the name of its model."""


class LogFilter(Filter):
    q = search_box("姓名")
    since = forms.DateField(label="自", required=False, widget=date_input())
    until = forms.DateField(label="至", required=False, widget=date_input())

    def of(self, rows: QuerySet[Any], who: str) -> QuerySet[Any]:
        """Narrowed by the days and by the name of the person `who` names."""
        chosen = self.chosen
        if "q" in chosen:
            rows = rows.filter(**{f"{who}__name__contains": find.cleaned(chosen["q"])})
        if "since" in chosen:
            rows = rows.filter(at__gte=datetime.combine(chosen["since"], time(), ZONE))
        if "until" in chosen:
            rows = rows.filter(at__lt=datetime.combine(chosen["until"] + timedelta(days=1), time(), ZONE))
        return rows


class AccessFilter(LogFilter):
    action = pick("做了什么", AccessLog.Action.choices)

    def rows(self) -> QuerySet[AccessLog]:
        rows = self.of(AccessLog.objects.filter(user__in=people_of(self.user)), "user")
        return rows.filter(action=self.chosen["action"]) if "action" in self.chosen else rows


class EventFilter(LogFilter):
    name = pick("操作", [(move.name, move.label) for move in MOVES.values()])

    def rows(self) -> QuerySet[IssueEvent]:
        seen = IssueEvent.objects.filter(Scope.of(self.user).q(P.AUDIT_VIEW, "issue__"))
        rows = self.of(seen, "by")
        return rows.filter(name=self.chosen["name"]) if "name" in self.chosen else rows


def people_of(user: User) -> QuerySet[User]:
    """Everybody who ever held a post in the area this person audits."""
    posts = Posting.objects.filter(Scope.of(user).q(P.AUDIT_VIEW))
    return User.objects.filter(pk__in=posts.values("user"))


@require_GET
@needs(P.AUDIT_VIEW)
def access(request: Visitor) -> HttpResponse:
    asked = AccessFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows().select_related("user"), order=("-at", "-id"))
    known = {"filter": asked, "page": page, "rows": [(entry, _about(entry)) for entry in page], "tabs": _tabs("access")}
    return render(request, "console/audit/access.html", known)


def _about(entry: AccessLog) -> str:
    """住户（内部编号12）：联系电话; of an export or a search what was asked for."""
    if not entry.target:
        return entry.field
    thing = f"{THINGS.get(entry.target, entry.target)}（内部编号{entry.target_id}）"
    field = entry.field and apps.get_model(entry.target)._meta.get_field(entry.field)
    return f"{thing}：{getattr(field, 'verbose_name', entry.field)}" if field else thing


@require_GET
@needs(P.AUDIT_VIEW)
def events(request: Visitor) -> HttpResponse:
    asked = EventFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows().select_related("by", "issue", "issue__grid"), order=("-at", "-id"))
    labels = {name: move.label for name, move in MOVES.items()} | EVENT_LABELS
    rows = [(event, labels.get(event.name, event.name)) for event in page]
    known = {"filter": asked, "page": page, "rows": rows, "tabs": _tabs("events")}
    return render(request, "console/audit/events.html", known)


@require_GET
@needs(P.AUDIT_VIEW)
def verify(request: Visitor) -> HttpResponse:
    """Recomputes the chain of events of every issue and request and replays them; only when asked."""
    asked = "run" in request.GET
    known = {"asked": asked, "faults": _faults(request.user) if asked else [], "at": now(), "tabs": _tabs("verify")}
    return render(request, "console/audit/verify.html", known)


def _faults(user: User) -> list[tuple[str, Broken]]:
    """What is wrong with the issues and requests this person audits, at most so many of each."""
    return [fault for what, history in (("事项", ISSUES), ("点单", REQUESTS)) for fault in _broken(user, what, history)]


def _broken(user: User, what: str, history: History) -> list[tuple[str, Broken]]:
    found = list(history.broken())
    rows = history.rows._default_manager.filter(Scope.of(user).q(P.AUDIT_VIEW))
    mine = set(rows.filter(pk__in=[fault.row_id for fault in found]).values_list("pk", flat=True))
    return [(what, fault) for fault in found if fault.row_id in mine][:MOST_FAULTS]


def _tabs(current: str) -> list[dict[str, Any]]:
    names = {"access": ("console:audit", "查看和登录"), "events": ("console:audit_events", "事项操作")}
    names["verify"] = ("console:audit_verify", "核对记录")
    return [{"label": label, "url": reverse(url), "current": name == current} for name, (url, label) in names.items()]
