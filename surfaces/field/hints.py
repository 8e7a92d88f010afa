"""走访提示 on the phone of a village secretary."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from surfaces import hinting, paging
from surfaces.doors import Visitor, needs
from surfaces.field.arrivals import settles
from surfaces.field.tasks import FieldTask
from surfaces.tasks import run, sent
from visits.hints import sentence

P = Permission


@require_GET
@needs(P.VISIT_HINT)
def hints(request: Visitor) -> HttpResponse:
    page = paging.page(request, hinting.rows(request), order=("-day", "-id"))
    return render(request, "field/hints.html", {"page": page, "said": hinting.said(page), "gentle": hinting.GENTLE})


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_HINT)
@settles
def settle(request: Visitor, pk: int) -> HttpResponse:
    hint = hinting.found(request, pk)
    task = FieldTask("已了解", reverse("field:hints"), f"{hint.member.name}，{hint.day}：{sentence(hint)}。")
    return run(request, task, hinting.HintForm(**sent(request)), lambda given: hinting.settle(request, hint, given))
