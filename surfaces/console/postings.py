"""Posts: appoint, dismiss, note an absence; the list of holders and the list of vacancies."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions import open_account
from accounts.models import User
from accounts.roles import Permission, Role
from grids import actions
from grids.models import Absence, Grid, Posting
from surfaces import paging
from surfaces.console.accounts import first_password
from surfaces.console.grid_page import GridPage
from surfaces.console.post_forms import AbsenceForm, AppointForm, BackForm, DismissForm
from surfaces.console.post_lists import PostingFilter, VacancyFilter
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, run, sent
from workdays.now import now, today

P = Permission


@require_GET
@needs(P.POSTING_EDIT)
def postings(request: Visitor) -> HttpResponse:
    asked = PostingFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows().select_related("user", "grid"), order=("-since", "-id"))
    return render(request, "console/grids/postings.html", {"filter": asked, "page": page})


@require_GET
@needs(P.POSTING_EDIT)
def vacancies(request: Visitor) -> HttpResponse:
    asked = VacancyFilter(request.user, request.GET, now())
    page = paging.page(request, asked.rows(), order=("code", "id"))
    known = {"filter": asked, "page": page, "rows": asked.vacant_posts(page)}
    return render(request, "console/grids/vacancies.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.POSTING_EDIT)
def appoint(request: Visitor, pk: int) -> HttpResponse:
    grid = get_object_or_404(Grid.objects.visible_to(request.user).in_force(), pk=pk)
    must_cover(request, P.POSTING_EDIT, grid)

    def do(given: dict[str, Any]) -> str:
        role = Role(given.pop("role"))
        with transaction.atomic():
            user, password = open_account(phone=given["phone"], name=given["name"], by=request.user, at=now())
            actions.appoint(user=user, grid=grid, role=role, on=given["on"], by=request.user)
        if password:
            messages.warning(request, first_password(user, password))
        return f"{user.name}任{grid.name}{role.label}。"

    roles = GridPage(grid, request.user, today()).roles()
    asked = request.GET.get("role", "")
    form = AppointForm(roles, initial={"on": today(), "role": asked}, **sent(request))
    return run(request, _task("任职", grid), form, do)


@require_http_methods(["GET", "POST"])
@needs(P.POSTING_EDIT)
def dismiss(request: Visitor, pk: int) -> HttpResponse:
    posting = _posting(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.dismiss(posting=posting, on=given["on"], by=request.user)
        return f"{posting.user.name}已离任{posting.get_role_display()}。"

    hint = f"{posting.user.name}不再任{posting.grid.name}{posting.get_role_display()}。手上的事项请另行改派。"
    task = _task("离任", posting.grid, hint, danger=True)
    return run(request, task, DismissForm(initial={"on": today()}, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.POSTING_EDIT)
def absence(request: Visitor, pk: int) -> HttpResponse:
    posting = _posting(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.set_absence(user=posting.user, by=request.user, **given)
        return f"已登记{posting.user.name}不在岗。"

    hint = f"{posting.user.name}不在岗期间，全部岗位由代理人办理。"
    form = AbsenceForm(_colleagues(posting), initial={"since": today()}, **sent(request))
    return run(request, _task("登记不在岗", posting.grid, hint), form, do)


@require_http_methods(["GET", "POST"])
@needs(P.POSTING_EDIT)
def back(request: Visitor, pk: int) -> HttpResponse:
    """The person of this post is back, or their absence was noted by mistake."""
    posting = _posting(request, pk)
    one = get_object_or_404(Absence.objects.active(today()), user=posting.user)

    def do(given: dict[str, Any]) -> str:
        actions.end_absence(absence=one, on=given["on"], by=request.user)
        return f"{posting.user.name}已回岗。"

    hint = f"{posting.user.name}回岗后，全部岗位仍由本人办理。"
    return run(request, _task("登记回岗", posting.grid, hint), BackForm(initial={"on": today()}, **sent(request)), do)


def _colleagues(posting: Posting) -> QuerySet[User]:
    """People with a post in the same village, or the same town, or the county: whoever is nearest."""
    near = {"village_id": posting.village_id} if posting.village_id else {"town_id": posting.town_id}
    posts = Posting.objects.active(today()).filter(county_id=posting.county_id, **near)
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).exclude(pk=posting.user_id).order_by("name")


def _posting(request: Visitor, pk: int) -> Posting:
    rows = Posting.objects.visible_to(request.user).filter(until=None).select_related("user", "grid")
    posting: Posting = get_object_or_404(rows, pk=pk)
    must_cover(request, P.POSTING_EDIT, posting)
    return posting


def _task(title: str, grid: Grid, hint: str = "", *, danger: bool = False) -> Task:
    back = reverse("console:grid", args=[grid.pk])
    crumbs = [("网格树", reverse("console:grids")), (grid.name, back)]
    return Task(title, back, hint, danger=danger, crumbs=crumbs)
