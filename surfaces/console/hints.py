"""走访提示 at the desk of a town."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from surfaces import hinting, paging
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, run, sent
from visits.hints import sentence

P = Permission


@require_GET
@needs(P.VISIT_HINT)
def hints(request: Visitor) -> HttpResponse:
    settled = request.GET.get("state") == "settled"
    tabs = [
        {"label": "待了解", "url": "?", "current": not settled, "count": hinting.rows(request).count()},
        {"label": "已了解", "url": "?state=settled", "current": settled, "count": None},
    ]
    page = paging.page(request, hinting.rows(request, settled=settled), order=("-day", "-id"))
    known = {"tabs": tabs, "page": page, "said": hinting.said(page), "gentle": hinting.GENTLE, "settled": settled}
    return render(request, "console/households/hints.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_HINT)
def settle(request: Visitor, pk: int) -> HttpResponse:
    hint = hinting.found(request, pk)
    back = reverse("console:hints")
    task = Task("已了解", back, f"{hint.member.name}，{hint.day}：{sentence(hint)}。", crumbs=[("走访提示", back)])
    return run(request, task, hinting.HintForm(**sent(request)), lambda given: hinting.settle(request, hint, given))
