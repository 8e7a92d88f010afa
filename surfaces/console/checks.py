"""上门未见、搬离待核 at the desk: what waits for the village, and what waits for whoever may end a household."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from surfaces import checking, paging
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, run, sent
from visits.models import VillageCheck

P = Permission
LEFT = "left"
KINDS = [*VillageCheck.Kind.choices, (LEFT, "核实已搬离，待销户")]


@require_GET
@needs(P.PAIRING_EDIT)
def checks(request: Visitor) -> HttpResponse:
    asked = request.GET.get("kind", "")
    chosen = asked if asked in dict(KINDS) else KINDS[0][0]
    lists = {kind: checking.waiting(request).filter(kind=kind) for kind in VillageCheck.Kind.values}
    lists[LEFT] = checking.left(request)
    tabs = [
        {"label": label, "url": f"?kind={kind}", "current": kind == chosen, "count": lists[kind].count()}
        for kind, label in KINDS
    ]
    page = paging.page(request, lists[chosen], order=("raised_at", "id"))
    return render(request, "console/households/checks.html", {"tabs": tabs, "page": page, "gone": chosen == LEFT})


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def settle(request: Visitor, pk: int) -> HttpResponse:
    check = checking.found(request, pk)
    must_cover(request, P.PAIRING_EDIT, check.household)
    back = f"{reverse('console:checks')}?kind={check.kind}"
    task = Task("核实住户", back, checking.hint(check), crumbs=[("上门未见", back)])
    return run(request, task, checking.CheckForm(**sent(request)), lambda given: checking.settle(request, check, given))
