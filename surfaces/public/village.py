"""A village's public page: its service days, what was published of them, and the pledges of its members and branch.

Names of members stand in full, as on the service card; nothing here tells of a household.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refused
from grids.models import Grid, Kind
from surfaces.doors import show
from surfaces.pledges.page import standing
from surfaces.public.forms import WitnessForm
from surfaces.public.homes import living_home, place_of, shown
from surfaces.public.limits import guessing_proof
from visits.actions import witness_pledge
from visits.models import Pledge, ServiceSession
from workdays.now import now, today

COMING, NOTICES, PLEDGES = 4, 6, 60
"""How many of each the page shows."""


@require_safe
@never_cache
@guessing_proof
def village(request: HttpRequest, code: str) -> HttpResponse:
    here, on = get_object_or_404(Grid.objects.current(today()), code=code, kind=Kind.VILLAGE), today()
    rows = ServiceSession.objects.filter(village_id=here.pk)
    pledges = Pledge.objects.filter(village_id=here.pk, year__gte=on.year - 1).made_public(on)
    known: dict[str, Any] = {
        "village": here,
        "place": here.full_name,
        "today": on,
        "coming": rows.standing().filter(day__gte=on).order_by("day", "pk")[:COMING],
        "notices": rows.published().order_by("-published_at", "-pk")[:NOTICES],
        "pledges": [
            (pledge, standing(pledge, on))
            for pledge in pledges.select_related("member", "branch").order_by("-year", "due_on", "pk")[:PLEDGES]
        ],
    }
    return render(request, "public/village.html", known)


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def witness(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The household says whether a pledge was kept; the code of its QR is the key."""
    home = living_home(code)
    pledge = get_object_or_404(Pledge.objects.select_related("member", "branch"), pk=pk, witness_household=home)
    waits = pledge.status == Pledge.Status.REPORTED
    form = WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _told(form, pledge):
        return redirect("public:household", code=code)
    known = {"pledge": pledge, "form": form if waits else None, "home": home, "name": shown(home), **place_of(home)}
    return render(request, "public/witness.html", known, status=422 if form.errors else 200)


def _told(form: WitnessForm, pledge: Pledge) -> bool:
    try:
        witness_pledge(pledge=pledge, kept=form.cleaned_data["kept"], at=now(), by=None)
    except Refused as refused:
        show(refused, form)
        return False
    return True


def to_witness(home: Any) -> Any:
    """What waits for the household's word."""
    rows = Pledge.objects.filter(witness_household=home, status=Pledge.Status.REPORTED)
    return rows.select_related("member", "branch").order_by("due_on", "pk")
