"""What petitioners were told by SMS, and what they answered: of the matters I triage, and of nobody else's.

Notices know no places, so every row comes through the issues of my area.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from issues.models import Issue, IssueQuerySet
from issues.wording import KINDS
from notices.actions import resend
from notices.incoming import settle_reply
from notices.models import Notice, Reply
from surfaces import find, paging
from surfaces.console.filters import Filter, pick, search_box
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, reason_input, run, sent
from workdays.now import now

P = Permission
State = Notice.State
RESENDABLE = (State.FAILED, State.SENT)


def mine(user: User) -> IssueQuerySet:
    return Issue.objects.filter(Scope.of(user).q(P.ISSUE_TRIAGE))


def told(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(channel=Notice.Channel.SMS, matter__in=mine(user).values("pk"))


def heard(user: User) -> QuerySet[Reply]:
    """Replies about matters of my area; those about none belong to the county whose signature was answered."""
    counties = Grid.objects.filter(Scope.of(user).grid_q(P.NOTICE_EDIT), kind=Kind.COUNTY)
    of_nothing = Q(matter=None, county__in=counties.values("pk"))
    return Reply.objects.filter(Q(matter__in=mine(user).values("pk")) | of_nothing)


@dataclass(frozen=True)
class Line:
    """A notice or a reply beside the issue it is about."""

    row: Any
    issue: Issue | None

    @property
    def kind(self) -> str:
        return KINDS.get(self.row.kind, "其他")

    @property
    def again(self) -> bool:
        return self.row.state in RESENDABLE


def lines(rows: Iterable[Any]) -> list[Line]:
    found = list(rows)
    issues = Issue.objects.in_bulk([row.matter for row in found if row.matter])
    return [Line(row, issues.get(row.matter)) for row in found]


class TellingFilter(Filter):
    q = search_box("事项编号、名称、反映人")
    state = pick("状态", list(State.choices))
    kind = pick("告知", list(KINDS.items()))

    def rows(self) -> QuerySet[Notice]:
        chosen = self.chosen
        rows = told(self.user).filter(**{name: chosen[name] for name in ("state", "kind") if name in chosen})
        if "q" in chosen:
            rows = rows.filter(matter__in=find.issues(mine(self.user), chosen["q"]).values("pk"))
        return rows


class AnswerFilter(Filter):
    state = forms.ChoiceField(label="状态", required=False, choices=Reply.State.choices)

    def rows(self) -> QuerySet[Reply]:
        return heard(self.user).filter(state=self.chosen.get("state", Reply.State.NEW))


@require_GET
@needs(P.ISSUE_TRIAGE)
def tellings(request: Visitor) -> HttpResponse:
    asked = TellingFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows(), order=("-created_at", "-id"))
    return render(request, "console/notices/tellings.html", {"filter": asked, "page": page, "lines": lines(page)})


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_TRIAGE)
def telling_resend(request: Visitor, pk: int) -> HttpResponse:
    notice = get_object_or_404(told(request.user), pk=pk)

    def do(given: dict[str, Any]) -> str:
        resend(notice=notice, by=request.user, at=now())
        return "已安排重发，夜间的到早上发出。"

    back = reverse("console:tellings")
    facts = [f"手机：{mask(notice.phone, personal_fields(Notice)['phone'])}", f"内容：{notice.text}"]
    if notice.error:
        facts.append(f"上次没有送达：{notice.error}")
    task = Task("重发短信", back, "还是同一条告知，重发会留下记录。", facts, crumbs=[("告知发送", back)])
    return run(request, task, TaskForm(**sent(request)), do)


@require_GET
@needs(P.ISSUE_TRIAGE)
def answers(request: Visitor) -> HttpResponse:
    asked = AnswerFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("settled_by")
    page = paging.page(request, rows, order=("-arrived_at", "-id"))
    return render(request, "console/notices/answers.html", {"filter": asked, "page": page, "lines": lines(page)})


class SettleForm(TaskForm):
    answer = forms.CharField(label="怎么处理的", max_length=200, widget=reason_input())


@require_http_methods(["GET", "POST"])
@needs(P.ISSUE_TRIAGE)
def answer_settle(request: Visitor, pk: int) -> HttpResponse:
    reply = get_object_or_404(heard(request.user), pk=pk)

    def do(given: dict[str, Any]) -> str:
        settle_reply(reply=reply, by=request.user, at=now(), answer=given["answer"])
        return "已记下处理情况。"

    back = reverse("console:answers")
    hint = "先按回复的意思办理（例如在事项里登记回访），再在这里写明。"
    task = Task("登记处理", back, hint, [f"回复：{reply.text}"], crumbs=[("短信回复", back)])
    return run(request, task, SettleForm(**sent(request)), do)
