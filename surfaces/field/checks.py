"""待核实住户 on the phone: whoever speaks for the village says what is so."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from surfaces import checking, paging
from surfaces.doors import Visitor, must_cover, needs
from surfaces.field.arrivals import settles
from surfaces.field.tasks import FieldTask
from surfaces.tasks import run, sent

P = Permission


@require_GET
@needs(P.PAIRING_EDIT)
def checks(request: Visitor) -> HttpResponse:
    page = paging.page(request, checking.waiting(request), order=("raised_at", "id"))
    return render(request, "field/checks.html", {"page": page})


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
@settles
def settle(request: Visitor, pk: int) -> HttpResponse:
    check = checking.found(request, pk)
    must_cover(request, P.PAIRING_EDIT, check.household)
    task = FieldTask("核实住户", reverse("field:checks"), checking.hint(check), [f"{check.household.number}号户"])
    return run(request, task, checking.CheckForm(**sent(request)), lambda given: checking.settle(request, check, given))
