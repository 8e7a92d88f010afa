"""年终质询 on the county's board: who must be asked about what stays registered, their answers, the verdicts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind, Posting
from grids.scope import Scope
from issues import inquiries
from issues.models import Inquiry, Issue, Status
from members.models import UnitStaff
from surfaces import paging
from surfaces.doors import Visitor, needs, show
from surfaces.inquiries import matters
from surfaces.tasks import Task, TaskForm, date_input, run, sent
from workdays.models import calendar_for
from workdays.now import now, today

P = Permission
ANSWER_WORKDAYS = 5
"""Offered for the answer; whoever asks may change it."""


class OpenForm(TaskForm):
    due_on = forms.DateField(label="答复期限", widget=date_input())
    question = forms.CharField(
        label="质询问题", max_length=500, initial=inquiries.QUESTION, widget=forms.Textarea(attrs={"rows": 4})
    )


class JudgeForm(TaskForm):
    verdict = forms.ChoiceField(
        label="评定",
        choices=Inquiry.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择评定结果。"},
    )
    mend_by = forms.DateField(label="整改期限", required=False, widget=date_input(), help_text="限期整改时填写")
    words = forms.CharField(
        label="评定意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不通过和限期整改须写明",
    )  # fmt: skip


@require_GET
@needs(P.INQUIRE)
def board(request: Visitor) -> HttpResponse:
    """How the county stands, whom it asked, and whom it has still to ask."""
    county, year = _county(request), _year(request)
    rows = Inquiry.objects.filter(county=county, year=year)
    unasked = _unasked(county, year)
    lists = {
        "asked": ("已质询", rows.count()),
        "unasked": ("还没有质询", unasked.count()),
    }
    chosen = request.GET.get("list") or ("asked" if lists["asked"][1] else "unasked")
    known = {
        "county": county,
        "year": year,
        "years": [{"label": f"{one}年度", "url": f"?year={one}", "current": one == year} for one in _years()],
        "tabs": [
            {"label": label, "url": f"?year={year}&list={name}", "count": count, "current": name == chosen}
            for name, (label, count) in lists.items()
        ],
        "standing": inquiries.counted(county.pk, year, now()),
        "steps": _steps(rows),
        "may_open": lists["unasked"][1] > 0,
        "listing": chosen,
    }
    if chosen == "unasked":
        people = paging.page(request, unasked, order=("name", "id"))
        known |= {"page": people, "people": _standing_of(people, county, year)}
    else:
        page = paging.page(request, rows.counted().select_related("person"), order=("due_on", "id"))
        known |= {"page": page, "people": _asked_of(page, county)}
    return render(request, "county/inquiries/board.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.INQUIRE)
def begin(request: Visitor) -> HttpResponse:
    """Asks everybody who stands in the register and was not asked yet."""
    county, year, at = _county(request), _year(request), now()
    found = inquiries.counted(county.pk, year, at)

    def do(given: dict[str, Any]) -> str:
        made = inquiries.open_inquiries(county=county, year=year, by=request.user, at=at, **given)
        return f"已向{len(made)}人发起质询。" if made else "没有新的人需要质询。"

    due = calendar_for(county.pk).add_workdays(at.date(), ANSWER_WORKDAYS)
    form = OpenForm(initial={"due_on": due}, **sent(request))
    facts = [
        f"{county.name}{year}年度：{found.to_ask}人有{found.matters}件事项已挂号、未销号，挂账{found.held}件另列。"
    ]
    hint = "每人每年度只质询一次；再次发起只问还没有质询的人，现在的事项会随质询留存。"
    back = f"{reverse('county:inquiries')}?year={year}"
    task = Task("发起质询", back, hint, facts, crumbs=[("年终质询", back)], frame="county/task.html")
    return run(request, task, form, do)


@require_http_methods(["GET", "POST"])
@needs(P.INQUIRE)
def one(request: Visitor, pk: int) -> HttpResponse:
    """One inquiry, and the verdict on it."""
    rows = Inquiry.objects.visible_to(request.user).select_related("county", "person", "asked_by", "judged_by")
    inquiry, on = get_object_or_404(rows, pk=pk), today()
    if not inquiries.may_inquire(inquiry.county, request.user, on):
        return redirect("inquiry", pk)
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _judged(request.user, inquiry, form):
        messages.success(request, "评定已登记，并告知本人。")
        return redirect("county:inquiry", pk)
    known = {
        "inquiry": inquiry,
        "state": inquiry.state(on),
        "post": _posts([inquiry.person_id], inquiry.county).get(inquiry.person_id, ""),
        "form": form,
        "closed": inquiries.refusal(inquiry, "judge", request.user, on),
        **matters(inquiry),
    }
    return render(request, "county/inquiries/one.html", known, status=422 if form.errors else 200)


@require_GET
@needs(P.INQUIRE)
def sheet(request: Visitor) -> HttpResponse:
    """The list to print: everybody asked, or, before that, everybody to be asked."""
    county, year = _county(request), _year(request)
    asked = Inquiry.objects.filter(county=county, year=year).counted().select_related("person")
    rows = _asked_of(asked.order_by("due_on", "id"), county)
    rows = rows or _standing_of(_unasked(county, year).order_by("name", "id"), county, year)
    return render(request, "county/inquiries/sheet.html", {"county": county, "year": year, "people": rows})


def _judged(user: User, inquiry: Inquiry, form: JudgeForm) -> bool:
    try:
        inquiries.judge(inquiry=inquiry, by=user, at=now(), **form.cleaned_data)
    except Forbidden:
        raise
    except Refused as refused:
        show(refused, form)
        return False
    return True


def _steps(rows: "QuerySet[Inquiry]") -> dict[str, int]:
    judged = ~Q(verdict="")
    return rows.aggregate(
        asked=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        judged=Count("pk", filter=judged),
        passed=Count("pk", filter=Q(verdict=Inquiry.Verdict.PASSED)),
    )


def _unasked(county: Grid, year: int) -> "QuerySet[User]":
    standing = inquiries.standing(county.pk, year, now()).exclude(status=Status.ON_HOLD)
    asked = Inquiry.objects.filter(county=county, year=year).values("person")
    return User.objects.filter(pk__in=standing.values("handler")).exclude(pk__in=asked)


def _asked_of(page: Iterable[Inquiry], county: Grid) -> list[dict[str, Any]]:
    rows, on = list(page), today()
    posts = _posts([row.person_id for row in rows], county)
    return [
        {"person": row.person, "post": posts.get(row.person_id, ""), "inquiry": row, "state": row.state(on)}
        for row in rows
    ]


def _standing_of(page: Iterable[User], county: Grid, year: int) -> list[dict[str, Any]]:
    """The people of a page with the issues they would be asked about, and their holds on plan."""
    people, found = list(page), defaultdict(list)
    rows = inquiries.standing(county.pk, year, now()).filter(handler__in=people)
    for issue in rows.only("number", "title", "status", "handler").order_by("registered_at", "id"):
        found[issue.handler_id].append(issue)
    posts = _posts([person.pk for person in people], county)
    return [{"person": one, "post": posts.get(one.pk, ""), **_apart(found[one.pk])} for one in people]


def _apart(issues: list[Issue]) -> dict[str, list[Issue]]:
    held = [issue for issue in issues if issue.status == Status.ON_HOLD]
    return {"issues": [issue for issue in issues if issue not in held], "held": held}


def _posts(people: Iterable[int], county: Grid) -> dict[int, str]:
    """Where each person works: 水口村 总网格长, or the department."""
    ids = list(people)
    staff = UnitStaff.objects.filter(user__in=ids, unit__county=county, until=None).select_related("unit")
    posts = Posting.objects.active(today()).filter(user__in=ids, county_id=county.pk).select_related("grid")
    found = {post.user_id: f"{post.grid.name} {post.get_role_display()}" for post in posts.order_by("-since", "-id")}
    return found | {row.user_id: row.unit.name for row in staff}


def _county(request: Visitor) -> Grid:
    """The county in which I inquire; the first by code for somebody who does so in several."""
    mine = Grid.objects.filter(Scope.of(request.user).grid_q(P.INQUIRE), kind=Kind.COUNTY).order_by("code")
    wanted = request.GET.get("grid", "")
    county: Grid | None = mine.filter(pk=int(wanted)).first() if wanted.isdecimal() else mine.first()
    if county is None:
        raise Http404
    return county


def _year(request: Visitor) -> int:
    wanted = request.GET.get("year", "")
    years = _years()
    return int(wanted) if wanted.isdecimal() and int(wanted) in years else years[0]


def _years() -> list[int]:
    """The year that ends, or ended: in spring one still asks about the last."""
    on = today()
    this = (on - timedelta(days=90)).year
    return sorted({this, this + 1, this - 1} & {on.year, on.year - 1}, key=lambda year: year != this)
